/// How a file stands to one migration.
public struct MigrationStatus: Sendable, Hashable {
  /// What a migration is to a file.
  public enum State: String, Sendable, Hashable {
    /// Known to the program and due: not in the file yet, or repeatable and changed since.
    case pending
    /// In the file, as the program knows it.
    case applied
    /// In the file, but the program's text is no longer the one that ran.
    case edited
    /// In the file and unknown to the program, which knows later ones: it was removed or renumbered.
    case missing
    /// In the file and later than all that the program knows: a newer program was here.
    case ahead
    /// Not in the file, though a later one is: it came in below what had run already.
    case outOfOrder
    /// Not to run, or no longer needed: a squash point or a baseline stands for it, or it is a squash
    /// point that the file is past.
    case squashed
    /// In the file, from a pack that this program does not have.
    case unknownPack
  }

  /// Which migration.
  public let id: MigrationID
  /// How the file stands to it.
  public let state: State
  /// When it was brought in; nil when it is not.
  public let appliedAt: Timestamp?
  /// How long that took.
  public let duration: Duration?
  /// The run that brought it in, numbered from 1; nil when it is not in, or no run was noted.
  public let batch: Int?
  /// Whether there is a way back: in the file once applied, in the program before.
  public let isReversible: Bool
  /// Whether the program's way back is another one than the file keeps; see
  /// ``MigrationRepair/adoptDown(_:)``.
  public let isDownEdited: Bool
}

extension MigrationStatus: CustomStringConvertible {
  /// One line: the file, the state, and when it was applied.
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
    batch = line.entry.flatMap { $0.batch > 0 ? $0.batch : nil }
    let isCode = line.migration?.code?.down != nil
    isReversible = line.entry.map { $0.hasDown || isCode } ?? line.migration?.isReversible ?? false
    if let entry = line.entry, let migration = line.migration, migration.code == nil,
      let kept = entry.downChecksum, !kept.isEmpty
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
