/// A store: one SQLite file with a durable queue and the packs that it is opened with.
///
/// The queue alone:
///
/// ```swift
/// let store = try BackofficeStore(.file("jobs.sqlite"), packs: [])
/// try store.queue.enqueue(SendInvoice(invoice: 7))
/// ```
///
/// With `import Backoffice`, `BackofficeStore(.file("office.sqlite"))` opens a whole back office.
///
/// Each repository method is one transaction. Several of them in one transaction:
///
/// ```swift
/// try store.write { transaction in
///   try transaction.batches.create(…)
///   try transaction.queue.enqueue(…)
/// }
/// ```
///
/// The value is a light handle: copies share the connections, and may be used from any thread.
public struct BackofficeStore: Sendable, RepositoryProvider {
  /// The database underneath, for statements of a program's own.
  public let database: Database
  let packs: StorePacks
  /// Who acts through this handle, or nil for the system.
  public let principal: Principal?
  /// The packs of which the file has migrations and this program has none: their tables are there, but
  /// neither their rules nor their checks run.
  public let unknownPacks: [String]

  /// What marks a file as a back office (`PRAGMA application_id`), the letters `BkOf`.
  public static let applicationID: Int32 = 0x426b_4f66

  /// Opens a store with the queue and further packs, and brings its schema up to date unless the
  /// settings say otherwise.
  ///
  /// - Parameters:
  ///   - location: a file, a file to read only, or private memory.
  ///   - packs: the packs beside the queue; those of the settings follow them.
  ///   - configuration: the settings.
  /// - Throws: `StorageError` when the SQLite library or the file cannot be used,
  ///   `MigrationError` when the file's schema is newer or changed, `MigrationFailure` when a migration
  ///   fails, ``StorePackError`` when two packs have one name.
  public init(
    _ location: Database.Location, packs: [any StorePack],
    configuration: Configuration = Configuration()
  ) throws {
    let resolved = try StorePacks(packs + configuration.packs)
    var migrator = try configuration.migrator(with: packs)
    if case .readOnly = location { migrator.unknownPacks = .allow }
    var pending: Set<String> = []
    let database = try Database(
      location, configuration: configuration.database(of: resolved),
      triggers: resolved.rules.allTriggers + configuration.triggers
    ) { maintenance in
      switch configuration.schema {
      case .migrate: try migrator.up(maintenance) { configuration.onMigration?($0) }
      case .requireCurrent: try migrator.requireCurrent(maintenance)
      }
      pending = try Self.pendingRebuilds(maintenance)
    }
    self.database = database
    self.packs = resolved
    principal = nil
    unknownPacks = try database.read { try migrator.packsUnknown(in: $0) }
    if case .readOnly = location {
      try database.read { try migrator.requireCurrent($0) }
    } else {
      try rebuildWhatMigrationsLeft(pending)
      try createSchedules()
    }
  }

  private init(_ store: BackofficeStore, principal: Principal?) {
    database = store.database
    packs = store.packs
    unknownPacks = store.unknownPacks
    self.principal = principal
  }

  /// Returns a handle that records `principal` as the author of its writes in history and audit.
  public func acting(as principal: Principal) -> BackofficeStore {
    BackofficeStore(self, principal: principal)
  }

  /// How repositories of this handle reach the store: in the name of its principal.
  public var access: DatabaseAccess { DatabaseAccess(database, principal: principal) }

  /// The rules, derived values and checks of all packs, in the order in which they run.
  public var rules: RuleSet { packs.rules }

  /// The rules installed, in the order in which they run.
  public var triggers: [Trigger] { database.triggers }

  /// Ends all connections; a later call throws `StorageError/closed`.
  public func close() { database.close() }
}

extension BackofficeStore {
  /// Runs `body` on a view of the whole store at one moment; waits for no writer.
  ///
  /// - Throws: what `Database/read(_:)` and `body` throw.
  public func read<Result>(
    _ body: (borrowing ReadTransaction) throws -> Result
  ) throws -> Result {
    try database.read(body)
  }

  /// Runs `body` in one transaction over all repositories, and commits when it returns.
  ///
  /// - Parameters:
  ///   - reason: why, for history and audit.
  ///   - body: the transaction; what it throws undoes everything.
  /// - Throws: what `Database/write(as:reason:_:)` and `body` throw.
  @discardableResult
  public func write<Result>(
    reason: String? = nil, _ body: (borrowing WriteTransaction) throws -> Result
  ) throws -> Result {
    try database.write(as: principal, reason: reason, body)
  }
}
