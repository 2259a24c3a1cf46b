import CBackofficeSQLite

/// A SQLite connection, opened without SQLite's own mutex.
///
/// @unchecked Sendable: the writer gate and the reader pool hand a connection to one thread at a
/// time.
@safe
public final class Connection: @unchecked Sendable {
  @usableFromInline let handle: OpaquePointer
  /// The path of the file.
  let path: String
  /// The purpose of the connection.
  let role: Role
  /// The prepared forms of declared statements, by slot.
  ///
  /// Properties that every statement reads are not checked for exclusive access, because the check
  /// would cost more than the access. One thread at a time uses the connection, and no access
  /// outlasts its expression.
  @exclusivity(unchecked) @usableFromInline var slots: [PreparedStatement?] = []
  /// The statements of the record types used on this connection.
  @exclusivity(unchecked) var records: [ObjectIdentifier: RecordStatements] = [:]
  /// The memory for bound strings and blobs while their statements run.
  let arena: UnsafeMutablePointer<BindArena>
  var cache: StatementCache
  /// Captures the rows that a statement changes, for the triggers.
  let capture: ChangeCapture
  /// The open scopes: the transaction, then its savepoints.
  var scopes: [Scope] = []
  /// Whether the innermost scope has no savepoint yet.
  @exclusivity(unchecked) @usableFromInline var isSavepointDue = false
  /// A number that is unique to the transaction; handles compare it with their own.
  @usableFromInline var generation: UInt64 = 0
  private var isDisconnected = false
  private let forks = backoffice_fork_count()
  /// Whether a transaction has begun and not ended.
  var isInTransaction = false
  /// Whether SQLite rolled back the running transaction, as it does after an I/O error.
  ///
  /// No statement may run until the scope is left, because each would commit on its own.
  @exclusivity(unchecked) @usableFromInline var isRolledBack = false
  /// The error that made SQLite roll back.
  private var rollbackCause: SQLiteError?
  /// The thread that runs a read or write, or 0.
  var thread: UInt = 0
  /// The transaction's time, principal and reason.
  public internal(set) var context: TransactionContext {
    get { unsafe uncheckedContext }
    set { unsafe uncheckedContext = newValue }
  }
  @exclusivity(unchecked) @usableFromInline var uncheckedContext = TransactionContext()
  /// Cached values of tables that seldom change.
  let settings = SettingsCache()
  let environment: Environment
  /// The zone of the file as the transaction with this generation sees it.
  var zoneOfTransaction: (generation: UInt64, zone: Zone)?
  /// The template that the in-memory database was created from.
  let template: DatabaseTemplate?
  /// Whether the program changed a setting, or attached a database, for the lifetime of the handle.
  var hasPermanentChanges = false
  /// The name of the VFS; nil for SQLite's default.
  let fileSystem: String?
  /// Renames a finished copy.
  let publisher: FilePublisher
  /// Set while a task waits for this connection; checked before each statement.
  @exclusivity(unchecked) @usableFromInline private(set) var cancellation: CancellationFlag?
  /// The policy for waiting for locks of other processes.
  let busy: BusyPolicy
  /// The duration after which a statement is stopped, in microseconds; nil for none.
  let statementLimit: Int64?
  /// The number of statements that have run, modulo 2^64.
  @exclusivity(unchecked) @usableFromInline var statementNumber: UInt64 = 0
  /// The statement that SQLite reported progress of, since when, and whether it was stopped.
  var progress: (statement: UInt64, since: Int64, isStopped: Bool) = (0, 0, false)
  /// Reports slow statements; nil if no callback is configured.
  @usableFromInline let slowStatement: SlowStatementReport?
  /// The number of pages in the write-ahead log after the last commit.
  var logPages = 0
  /// The page size of the file, in bytes.
  var pageSize: Int64 = 4096
  /// The size of the log at which the next event is due, in bytes.
  var nextLogAlarm: Int64 = 0
  /// The start of the running write, in microseconds of the monotonic clock.
  var transactionStart: Int64 = 0
  /// The names of the running triggers, outermost first.
  @exclusivity(unchecked) var triggerChain: [String] = []

  enum Role { case writer, reader, maintenance }

  init(
    path: String, flags: Int32, role: Role, configuration: Database.Configuration,
    environment: Environment, copying template: DatabaseTemplate? = nil
  ) throws {
    let spare = template?.spares.take()
    let database =
      try unsafe spare?.handle ?? Self.open(path, flags, configuration.fileSystem)
    unsafe handle = unsafe database
    self.template = template
    self.path = path
    unsafe arena = BindArena.allocate()
    self.role = role
    self.environment = environment
    fileSystem = configuration.fileSystem
    publisher = configuration.publisher
    busy = BusyPolicy(timeout: configuration.busyTimeout, random: configuration.random)
    slowStatement = SlowStatementReport(configuration)
    statementLimit = role == .maintenance ? nil : configuration.statementLimit.microseconds
    cache = StatementCache(capacity: configuration.statementCacheCapacity)
    capture = ChangeCapture(triggers: role == .writer ? environment.triggers : [])
    // Checked before the first read, because reading replays the log.
    if path != ":memory:", role != .reader || flags & SQLITE_OPEN_READONLY != 0 {
      guard unsafe backoffice_has_foreign_log(handle, path) == 0 else {
        throw StorageError.cannotOpen(path: path, reason: .foreignLog)
      }
    }
    // Registered before any statement is prepared: a statement that was prepared without the hook
    // deletes a whole table without calling it.
    if role == .writer { unsafe capture.register(on: database) }
    try configure(configuration)
    if let template, spare == nil { try load(template) }
  }

  private static func open(
    _ path: String, _ flags: Int32, _ fileSystem: String?
  ) throws(SQLiteError) -> OpaquePointer {
    var opened: OpaquePointer?
    let code = unsafe sqlite3_open_v2(
      path, &opened, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, fileSystem)
    guard let database = unsafe opened, code == SQLITE_OK else {
      let error = unsafe SQLiteError.current(of: opened, code: code, sql: nil, operation: .open)
      unsafe sqlite3_close_v2(opened)
      throw error
    }
    return unsafe database
  }

  deinit {
    disconnect()
    unsafe BindArena.deallocate(arena)
  }

  /// Closes the connection, which must not be used afterwards.
  package func disconnect() {
    guard !isDisconnected else { return }
    isDisconnected = true
    // Closing would remove a log and locks that belong to the other process.
    guard backoffice_fork_count() == forks else { return }
    if recycle() { return }
    unsafe slots.removeAll()
    cache.removeAll()
    capture.forgetTables()
    unsafe sqlite3_close_v2(handle)
  }

  /// The number of statements in the cache.
  package var cachedStatementCount: Int { cache.count }

  @usableFromInline
  func failure(_ code: Int32, sql: String? = nil, operation: SQLiteError.Operation) -> SQLiteError {
    let error = unsafe SQLiteError.current(
      of: handle, code: code, sql: sql, operation: operation)
    if isInTransaction, unsafe !isRolledBack, isAutocommit {
      unsafe isRolledBack = true
      rollbackCause = error
    }
    return error
  }

  /// Throws the error that made SQLite roll back the running transaction, if there is one.
  @usableFromInline
  package func checkTransaction() throws(SQLiteError) {
    guard unsafe isRolledBack, let rollbackCause else { return }
    throw rollbackCause
  }

  /// Sets the flag that cancels the connection's work, or nil.
  func setCancellation(_ flag: CancellationFlag?) {
    unsafe cancellation = flag
    busy.cancellation = flag
  }

  /// Resets the state of the transaction after it has ended.
  func forgetTransaction() {
    isInTransaction = false
    unsafe isRolledBack = false
    rollbackCause = nil
  }
}

extension Connection {
  /// The immutable state that all connections of a database share.
  struct Environment: Sendable {
    let triggers: [Trigger]
    let clock: StoreClock
    let identifiers: IDGenerator
    let random: RandomSource
    let triggerDepthLimit: Int
    /// The zone of a database whose file keeps none.
    let zone: Zone
    let storedZone: StoredZone?
    let attachment: (any Sendable)?
  }
}
