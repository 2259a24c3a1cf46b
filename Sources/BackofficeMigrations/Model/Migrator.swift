/// Applies and reverts the migrations of a database.
///
/// Each migration is a transaction that takes the write lock, reads the ledger, runs the migration
/// and records it. Two processes that start at the same time therefore both succeed, and a failed
/// migration leaves no trace.
///
/// ```swift
/// let migrator = try Migrator([MigrationFolder("Migrations").pack()])
/// let database = try Database(.file(path)) { maintenance in try migrator.up(maintenance) }
/// ```
public struct Migrator: Sendable {
  /// How to treat a database with migrations of unknown packs.
  public enum UnknownPacks: Sendable, Hashable {
    /// Reject it, because the triggers of that pack would not run.
    case refuse
    /// Ignore them, as a generic tool does.
    case allow
  }

  /// The library version that the ledger records.
  package static let libraryVersion = "0.1.0"

  /// The name of the ledger's table.
  package static let ledgerTable = MigrationLedger.tableName

  /// The packs, in the order in which they are applied.
  public let packs: [MigrationPack]
  /// How to treat a database with migrations of unknown packs.
  public var unknownPacks: UnknownPacks
  /// The options.
  public var options: Options

  /// Creates a migrator.
  ///
  /// - Parameters:
  ///   - packs: the packs, each after those that it depends on.
  ///   - unknownPacks: how to treat a database with migrations of other packs.
  ///   - options: the options.
  ///
  /// - Throws: ``MigrationError/duplicatePack(_:)``.
  public init(
    _ packs: [MigrationPack], unknownPacks: UnknownPacks = .refuse, options: Options = Options()
  ) throws(MigrationError) {
    var names: Set<String> = []
    for pack in packs where !names.insert(pack.name).inserted { throw .duplicatePack(pack.name) }
    self.packs = packs
    self.unknownPacks = unknownPacks
    self.options = options
  }

  func pack(_ name: String) throws(MigrationError) -> MigrationPack {
    guard let pack = packs.first(where: { $0.name == name }) else { throw .unknownPack(name) }
    return pack
  }
}
