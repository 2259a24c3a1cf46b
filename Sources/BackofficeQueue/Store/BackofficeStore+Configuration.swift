extension BackofficeStore {
  /// The settings of a store.
  public struct Configuration: Sendable {
    /// The settings of the underlying database: durability, limits, clock, zone.
    public var database = Database.Configuration()
    /// Additional packs, such as analytics or a program's own, in the order in which their
    /// migrations and rules run.
    public var packs: [any StorePack] = []
    /// How pending migrations are handled; they are run by default.
    public var schema: SchemaPolicy = .migrate
    /// How a file with migrations of unknown packs is handled; it is refused by default, because
    /// the rules of those packs would not run.
    ///
    /// Opening it by `Database.Location.file(_:)` throws `MigrationError/unknownPack(_:)` before
    /// any change, unless this setting allows it. A file opened by `.readOnly(_:)` is always
    /// accepted. ``BackofficeStore/unknownPacks`` lists those packs.
    public var unknownPacks: Migrator.UnknownPacks = .refuse
    /// Whether the schema may be created in a file with tables of another program; false by
    /// default.
    ///
    /// If false, opening such a file throws `OpenFailure/foreign(applicationID:tables:)` before any
    /// change, because the path is usually wrong.
    public var acceptsForeignFiles = false
    /// The program's own migrations, which run after those of all packs.
    public var migrations: [MigrationPack] = []
    /// Called for each event of a migration while the store opens; nil by default.
    ///
    /// It is called synchronously on the thread that opens the store.
    public var onMigration: (@Sendable (MigrationEvent) -> Void)?
    /// The program's own rules, on tables of its own or of the packs; they run after those of all packs.
    public var triggers: [Trigger] = []
    /// The cipher that seals payloads of queue items and a program's own columns; nil to store
    /// payloads unsealed.
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
      database.storedZone = FileZone.place
      database.attachment = StoreAttachment(cipher: cipher, packs: packs.all)
      return database
    }

    /// The runner for the migrations of the queue, of `packs`, of these settings' packs and of the
    /// program, in this order.
    ///
    /// A new file gets all of them in one transaction, any other file each in one of its own.
    ///
    /// - Throws: `MigrationError/duplicatePack(_:)`, and the errors of a pack.
    public func migrator(with packs: [any StorePack] = []) throws -> Migrator {
      let all = try ([QueuePack()] + packs + self.packs).flatMap { try $0.migrations }
      var migrator = try Migrator(all + migrations, unknownPacks: unknownPacks)
      migrator.options.grouping = .togetherWhenNew
      return migrator
    }
  }

  /// How opening a store handles pending migrations.
  public enum SchemaPolicy: Sendable, Hashable {
    /// Runs them.
    case migrate
    /// Refuses the file with `MigrationError.pending`; for programs whose deployment migrates.
    case requireCurrent
  }
}
