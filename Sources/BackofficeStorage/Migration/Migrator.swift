/// Brings the schema of a file to where the library is, and back.
///
/// Each step is one transaction: the lock is taken first, the ledger read again inside it, and the
/// step recorded with it. Two processes that start at once therefore both succeed, and a step that
/// fails leaves nothing.
///
/// ```swift
/// let migrator = try Migrator([CoreSchema.pack])
/// let database = try Database(.file(path)) { maintenance in try migrator.up(maintenance) }
/// ```
public struct Migrator: Sendable {
  /// What to do with a file that has steps of a pack that this program does not have.
  public enum UnknownPacks: Sendable, Hashable {
    /// Refuse it: rules of that pack would not run.
    case refuse
    /// Leave them alone, as a tool for any store does.
    case allow
  }

  /// The version of the library, as the ledger notes it.
  package static let libraryVersion = "0.1.0"

  /// The table in which a file notes the steps that ran on it.
  package static let ledgerTable = MigrationLedger.tableName

  /// The packs, in the order in which they are brought in.
  public let packs: [MigrationPack]
  /// What to do with a file that has steps of other packs.
  public let unknownPacks: UnknownPacks

  /// Creates a runner for packs, each listed after those it builds on.
  ///
  /// - Throws: ``MigrationError/duplicatePack(_:)``.
  public init(
    _ packs: [MigrationPack], unknownPacks: UnknownPacks = .refuse
  ) throws(MigrationError) {
    var names: Set<String> = []
    for pack in packs where !names.insert(pack.name).inserted { throw .duplicatePack(pack.name) }
    self.packs = packs
    self.unknownPacks = unknownPacks
  }
}

extension Migrator {
  /// Brings in every step that has not run; takes no lock when there is none.
  ///
  /// - Parameters:
  ///   - maintenance: the connection.
  ///   - progress: told of each step when it starts, with the lock held, and when it is committed.
  /// - Returns: the steps that this call brought in, which may be none because another process did.
  /// - Throws: ``MigrationError``, ``StorageError/busy(waitedMicroseconds:operation:holder:)``,
  ///   ``SQLiteError``. Steps committed before the failing one stay.
  @discardableResult
  public func up(
    _ maintenance: borrowing MaintenanceConnection,
    progress: (MigrationEvent) -> Void = { _ in }
  ) throws -> [MigrationStep] {
    try run(maintenance, progress) { entries in try nextUp(entries, through: nil) }
  }

  /// Brings in the steps of one pack up to and including `version`.
  ///
  /// - Throws: as ``up(_:progress:)``, ``MigrationError/unknownPack(_:)``,
  ///   ``MigrationError/unknownVersion(pack:version:)``.
  @discardableResult
  public func up(
    _ maintenance: borrowing MaintenanceConnection, to version: Int, of pack: String,
    progress: (MigrationEvent) -> Void = { _ in }
  ) throws -> [MigrationStep] {
    guard let known = packs.first(where: { $0.name == pack }) else {
      throw MigrationError.unknownPack(pack)
    }
    guard known.migrations.contains(where: { $0.version == version }) else {
      throw MigrationError.unknownVersion(pack: pack, version: version)
    }
    return try run(maintenance, progress) { entries in
      try nextUp(entries, through: (pack, version))
    }
  }

  /// Takes out the steps of one pack above `version`, the latest first; 0 takes out all.
  ///
  /// Runs the texts that the file itself keeps, so it also works on a file that is newer than the
  /// library. Refused as a whole when one of the steps has no way back.
  ///
  /// - Returns: the steps that this call took out.
  /// - Throws: ``MigrationError/noDown(_:)``, ``MigrationError/unknownVersion(pack:version:)``,
  ///   and as ``up(_:progress:)``.
  @discardableResult
  public func down(
    _ maintenance: borrowing MaintenanceConnection, to version: Int, of pack: String,
    progress: (MigrationEvent) -> Void = { _ in }
  ) throws -> [MigrationStep] {
    try run(maintenance, progress) { entries in
      try nextDown(entries, to: version, of: pack)
    }
  }
}
