/// Brings the schema of a file to where the program is, and back.
///
/// Each migration is one transaction: the lock is taken first, the ledger read again inside it, and
/// the migration recorded with it. Two processes that start at once therefore both succeed, and a
/// migration that fails leaves nothing.
///
/// ```swift
/// let migrator = try Migrator([MigrationFolder("Migrations").pack()])
/// let database = try Database(.file(path)) { maintenance in try migrator.up(maintenance) }
/// ```
public struct Migrator: Sendable {
  /// What to do with a file that has migrations of a pack that this program does not have.
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
  /// What to do with a file that has migrations of other packs.
  public var unknownPacks: UnknownPacks
  /// How runs are carried out.
  public var options: Options

  /// Creates a runner for packs, each listed after those it builds on.
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
