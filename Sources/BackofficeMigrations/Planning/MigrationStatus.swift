/// The status of a migration in a database.
public struct MigrationStatus: Sendable, Hashable {
  /// The state of a migration.
  public enum State: String, Sendable, Hashable {
    /// Not applied yet, or repeatable and changed since its last run.
    case pending
    /// Applied and unchanged.
    case applied
    /// Applied, but the program's script has changed since.
    case edited
    /// Applied, but removed from the program, which has later migrations.
    case missing
    /// Applied by a newer program, and later than all migrations of this program.
    case ahead
    /// Not applied, although a later migration is.
    case outOfOrder
    /// Not needed: a squash point or a baseline covers it, or it is a squash point that the
    /// database is past.
    case squashed
    /// Applied, from a pack that the program does not have.
    case unknownPack
  }

  /// The migration.
  public let id: MigrationID
  /// The state.
  public let state: State
  /// When the migration was applied; nil if it is not.
  public let appliedAt: Timestamp?
  /// How long the migration took; nil if it is not applied.
  public let duration: Duration?
  /// The number of the run that applied it, starting at 1; nil if it is not applied.
  public let batch: Int?
  /// Whether the migration can be reverted.
  public let isReversible: Bool
  /// Whether the program's down script differs from the recorded one; see
  /// ``MigrationRepair/adoptDown(_:)``.
  public let isDownEdited: Bool
}

extension MigrationStatus: CustomStringConvertible {
  /// The file, the state, and when it was applied, on one line.
  public var description: String {
    guard let appliedAt else { return "\(id): \(state.rawValue)" }
    return "\(id): \(state.rawValue), applied at \(appliedAt)"
  }
}

extension MigrationStatus {
  init(_ line: PackSurvey.Line) {
    id = line.id
    state = line.state
    appliedAt = line.entry?.appliedAt
    duration = line.entry?.duration
    batch = line.entry?.batch
    let isCode = line.migration?.code?.down != nil
    isReversible = line.entry.map { $0.hasDown || isCode } ?? line.migration?.isReversible ?? false
    if let entry = line.entry, let migration = line.migration, migration.code == nil,
      let kept = entry.downChecksum
    {
      isDownEdited = migration.down.map { Migration.checksum(of: $0) != kept } ?? true
    } else {
      isDownEdited =
        line.entry?.hasDown == false && line.migration?.down != nil && line.migration?.code == nil
    }
  }

  init(unknown entry: MigrationLedger.Entry) {
    self.init(PackSurvey.Line(id: entry.id, migration: nil, entry: entry, state: .unknownPack))
  }
}
