import BackofficeSchema

/// A whole back office in one SQLite file.
///
/// ```swift
/// let store = try BackofficeStore(.file("office.sqlite"))
/// let customer = try store.customers.create(NewCustomer(fullName: "Ada", email: "ada@example.com"))
/// ```
///
/// Each repository method is one transaction. Several of them in one transaction:
///
/// ```swift
/// try store.write { transaction in
///   let customer = try transaction.customers.create(…)
///   try transaction.queue.enqueue(…)
/// }
/// ```
///
/// The value is a light handle: copies share the connections, and may be used from any thread.
public struct BackofficeStore: Sendable {
  /// The database underneath, for statements of a program's own.
  public let database: Database
  /// Every rule of the store: the core's, those of extensions, and the program's own.
  package let rules: RuleSet
  /// Who acts through this handle, or nil for the system.
  public let principal: Principal?

  /// What marks a file as a back office (`PRAGMA application_id`), the letters `BkOf`.
  public static let applicationID: Int32 = 0x426b_4f66

  /// Opens a store, and brings its schema up to date unless the settings say otherwise.
  ///
  /// - Parameters:
  ///   - location: a file, a file to read only, or private memory.
  ///   - configuration: the settings.
  /// - Throws: ``StorageError`` when the SQLite library or the file cannot be used,
  ///   `MigrationError` when the file's schema is newer or changed, `MigrationFailure` when a step of
  ///   it does not run.
  public init(
    _ location: Database.Location, configuration: Configuration = Configuration()
  ) throws {
    let rules = RuleSet.merging([.core] + configuration.extensions.map(\.rules))
    let migrator = try configuration.migrator()
    var settings = configuration.recognisingDatabase
    settings.attachment = configuration.payloadCipher.map { PayloadSealing(cipher: $0) }
    var pending: Set<String> = []
    let database = try Database(
      location, configuration: settings,
      triggers: rules.allTriggers + configuration.triggers
    ) { maintenance in
      switch configuration.schema {
      case .migrate: try migrator.up(maintenance)
      case .requireCurrent: try migrator.requireCurrent(maintenance)
      }
      pending = try Self.pendingRebuilds(maintenance)
    }
    self.database = database
    self.rules = rules
    principal = nil
    if case .readOnly = location {
      try database.read { try migrator.requireCurrent($0) }
    } else {
      try rebuildWhatMigrationsLeft(pending)
    }
  }

  private init(database: Database, rules: RuleSet, principal: Principal?) {
    self.database = database
    self.rules = rules
    self.principal = principal
  }

  /// The same store in the name of `principal`: history and audit of its writes say so.
  public func acting(as principal: Principal) -> BackofficeStore {
    BackofficeStore(database: database, rules: rules, principal: principal)
  }

  /// How repositories made from this handle reach the store.
  package var access: DatabaseAccess { DatabaseAccess(database, principal: principal) }

  /// The rules installed, in the order in which they run.
  public var triggers: [Trigger] { database.triggers }

  /// Ends all connections; a later call throws ``StorageError/closed``.
  public func close() { database.close() }
}

extension BackofficeStore {
  /// Runs `body` on a view of the whole store at one moment; waits for no writer.
  ///
  /// - Throws: what ``Database/read(_:)`` and `body` throw.
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
  /// - Throws: what ``Database/write(as:reason:_:)`` and `body` throw.
  @discardableResult
  public func write<Result>(
    reason: String? = nil, _ body: (borrowing WriteTransaction) throws -> Result
  ) throws -> Result {
    try database.write(as: principal, reason: reason, body)
  }
}
