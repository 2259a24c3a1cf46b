import BackofficeSchema

extension BackofficeStore {
  /// The settings of a store.
  public struct Configuration: Sendable {
    /// The settings of the database underneath: durability, limits, clock, zone.
    public var database = Database.Configuration()
    /// Floors above the core that keep tables of their own in the file, such as analytics.
    public var extensions: [any StoreExtension] = []
    /// What to do about steps of the schema that have not run: bring them in.
    public var schema: SchemaPolicy = .migrate
    /// What to do with a file that holds steps of packs this program does not have: refuse it,
    /// since the rules of those packs would not run.
    public var unknownPacks: Migrator.UnknownPacks = .refuse
    /// Whether the schema may be brought into a file that holds tables of another program: no.
    ///
    /// Refused with ``OpenFailure/foreign(applicationID:tables:)`` before anything is changed, since
    /// it is nearly always a wrong path.
    public var acceptsForeignFiles = false
    /// The program's own migrations, run after the core's.
    public var migrations: [MigrationPack] = []
    /// The program's own rules, on its own tables or the core's; they run after the core's.
    public var triggers: [Trigger] = []
    /// Seals the payloads of queue items; nil to store them as they are.
    public var payloadCipher: (any PayloadCipher)?

    /// Creates the default settings.
    public init() {}

    /// The settings of the database, with what recognises a store's file.
    var recognisingDatabase: Database.Configuration {
      let identity = FileIdentity(
        applicationID: BackofficeStore.applicationID, table: Migrator.ledgerTable,
        acceptsForeign: acceptsForeignFiles)
      var database = database
      let random = database.random
      database.recognise = { try identity.recognise($0, random: random) }
      return database
    }

    /// The runner for every pack of these settings: the core's first, the program's own last.
    ///
    /// A new file gets all of them in one transaction, any other file each in one of its own.
    ///
    /// - Throws: ``MigrationError/duplicatePack(_:)``.
    public func migrator() throws(MigrationError) -> Migrator {
      var migrator = try Migrator(
        [CoreSchema.pack] + extensions.flatMap(\.migrations) + migrations,
        unknownPacks: unknownPacks)
      migrator.options.grouping = .togetherWhenNew
      return migrator
    }
  }

  /// What opening a store does about steps of the schema that have not run.
  public enum SchemaPolicy: Sendable, Hashable {
    /// Bring them in.
    case migrate
    /// Refuse the file with `MigrationError.pending`; for programs whose deployment migrates.
    case requireCurrent
  }
}

/// A floor above the core: its tables, and the rules that keep them.
public protocol StoreExtension: Sendable {
  /// The migrations of its tables.
  var migrations: [MigrationPack] { get }
  /// Its rules, run after the core's.
  var rules: RuleSet { get }
}
