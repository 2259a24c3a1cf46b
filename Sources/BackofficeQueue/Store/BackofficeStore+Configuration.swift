extension BackofficeStore {
  /// The settings of a store.
  public struct Configuration: Sendable {
    /// The settings of the database underneath: durability, limits, clock, zone.
    public var database = Database.Configuration()
    /// Packs beside those that the store has by itself, such as analytics or a program's own; in the
    /// order in which their migrations and rules run.
    public var packs: [any StorePack] = []
    /// What to do about migrations that have not run: run them.
    public var schema: SchemaPolicy = .migrate
    /// What to do with a file that has migrations of packs this program does not have: refuse to write
    /// to it, since the rules of those packs would not run.
    ///
    /// Opening it by `Database.Location.file(_:)` throws `MigrationError/unknownPack(_:)` before anything
    /// is changed, unless this setting allows it. A file that is opened by `.readOnly(_:)` is read in any
    /// case. ``BackofficeStore/unknownPacks`` says which packs those are.
    public var unknownPacks: Migrator.UnknownPacks = .refuse
    /// Whether the schema may be brought into a file that holds tables of another program: no.
    ///
    /// Refused with `OpenFailure/foreign(applicationID:tables:)` before anything is changed, since
    /// it is nearly always a wrong path.
    public var acceptsForeignFiles = false
    /// The program's own migrations, run after those of all packs.
    public var migrations: [MigrationPack] = []
    /// Called for each event of a migration while the store opens; nil by default.
    ///
    /// Called on the thread that opens the store, which waits for it.
    public var onMigration: (@Sendable (MigrationEvent) -> Void)?
    /// The program's own rules, on tables of its own or of the packs; they run after those of all packs.
    public var triggers: [Trigger] = []
    /// Seals the payloads of queue items and columns of a program's own; nil to store payloads as they
    /// are.
    public var cipher: (any StoreCipher)?

    /// Creates the default settings.
    public init() {}

    /// The settings of the database, with what recognises a store's file and what transactions know of it.
    func database(of packs: StorePacks) -> Database.Configuration {
      let identity = FileIdentity(
        applicationID: BackofficeStore.applicationID, table: Migrator.ledgerTable,
        acceptsForeign: acceptsForeignFiles)
      var database = database
      let random = database.random
      database.recognise = { try identity.recognise($0, random: random) }
      database.attachment = StoreAttachment(cipher: cipher, packs: packs.all)
      return database
    }

    /// The runner for the migrations of the queue, of `packs`, of these settings' packs and of the
    /// program, in this order.
    ///
    /// A new file gets all of them in one transaction, any other file each in one of its own.
    ///
    /// - Throws: `MigrationError/duplicatePack(_:)`, and what a pack throws.
    public func migrator(with packs: [any StorePack] = []) throws -> Migrator {
      let all = try ([QueuePack()] + packs + self.packs).flatMap { try $0.migrations }
      var migrator = try Migrator(all + migrations, unknownPacks: unknownPacks)
      migrator.options.grouping = .togetherWhenNew
      return migrator
    }
  }

  /// What opening a store does about migrations that have not run.
  public enum SchemaPolicy: Sendable, Hashable {
    /// Runs them.
    case migrate
    /// Refuses the file with `MigrationError.pending`; for programs whose deployment migrates.
    case requireCurrent
  }
}
