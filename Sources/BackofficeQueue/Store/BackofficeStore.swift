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
  /// The underlying database, for a program's own statements, on behalf of the principal of this
  /// handle.
  public let database: Database
  let packs: StorePacks
  /// The packs that have migrations in the file but are unknown to this program: their tables
  /// exist, but their rules and checks do not run.
  public let unknownPacks: [String]

  /// The `PRAGMA application_id` of a store's file, the letters `BkOf`.
  public static let applicationID: Int32 = 0x426b_4f66

  /// Opens a store with the queue and further packs, and by default brings its schema up to date.
  ///
  /// - Parameters:
  ///   - location: a file, a file to read only, or private memory.
  ///   - packs: the packs in addition to the queue; those of the settings follow them.
  ///   - configuration: the settings.
  /// - Throws: `StorageError` when the SQLite library or the file cannot be used, `MigrationError`
  ///   when the file's schema is newer or changed, `MigrationFailure` when a migration fails,
  ///   ``StorePackError`` when two packs have the same name, ``FileZoneError`` when the
  ///   configuration names another time zone than that of the file.
  public init(
    _ location: Database.Location, packs: [any StorePack],
    configuration: Configuration = Configuration()
  ) throws {
    try self.init(
      location, packs: packs, configuration: configuration,
      migrator: configuration.migrator(with: packs))
  }

  /// As ``init(_:packs:configuration:)``, with the migrator of the packs.
  package init(
    _ location: Database.Location, packs: [any StorePack], configuration: Configuration,
    migrator: Migrator
  ) throws {
    let resolved = try StorePacks(packs + configuration.packs)
    var migrator = migrator
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
      try FileZone.keep(configuration.database.zone, maintenance)
    }
    self.database = database
    self.packs = resolved
    unknownPacks = try database.read { try migrator.packsUnknown(in: $0) }
    if case .readOnly = location {
      try database.read { try migrator.requireCurrent($0) }
      try FileZone.check(configuration.database.zone, stored: database.read(FileZone.stored))
    } else {
      try rebuildWhatMigrationsLeft(pending)
      try createSchedules()
    }
  }

  private init(_ store: BackofficeStore, principal: Principal) {
    database = store.database.acting(as: principal)
    packs = store.packs
    unknownPacks = store.unknownPacks
  }

  /// The principal of this handle, or nil for the system.
  public var principal: Principal? { database.principal }

  /// Returns a handle that records `principal` as the author of its writes in history and audit.
  public func acting(as principal: Principal) -> BackofficeStore {
    BackofficeStore(self, principal: principal)
  }

  /// The access of repositories to the store, on behalf of the principal of this handle.
  public var access: DatabaseAccess { DatabaseAccess(database) }

  /// Reads and writes for asynchronous code, whose transactions have all repositories.
  ///
  /// ```swift
  /// let item = try await store.acting(as: ada).async.write { transaction in
  ///   try transaction.queue.enqueue(SendInvoice(invoice: 7))
  /// }
  /// ```
  ///
  /// The task does not block a thread of the concurrency pool, concurrent writes share a commit, and
  /// the principal of this handle is recorded.
  public var async: AsyncAccess { database.async }

  /// The rules, derived values and checks of all packs, in the order in which they run.
  public var rules: RuleSet { packs.rules }

  /// The installed triggers, in the order in which they run.
  public var triggers: [Trigger] { database.triggers }

  /// Ends all connections; a later call throws `StorageError/closed`.
  public func close() { database.close() }
}

extension BackofficeStore {
  /// Runs `body` on a snapshot of the store, without waiting for writers.
  ///
  /// - Throws: the errors of `Database/read(_:)` and `body`.
  public func read<Result>(
    _ body: (borrowing ReadTransaction) throws -> Result
  ) throws -> Result {
    try database.read(body)
  }

  /// Runs `body` in a write transaction, and commits when it returns.
  ///
  /// - Parameters:
  ///   - reason: the reason, for history and audit.
  ///   - body: the work; if it throws, it is rolled back.
  /// - Throws: the errors of `Database/write(as:reason:_:)` and `body`.
  @discardableResult
  public func write<Result>(
    reason: String? = nil, _ body: (borrowing WriteTransaction) throws -> Result
  ) throws -> Result {
    try database.write(reason: reason, body)
  }
}
