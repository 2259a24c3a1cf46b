import CBackofficeSQLite

/// One SQLite connection, opened without SQLite's own mutex.
///
/// @unchecked Sendable: the gate of the writer and the pool of the readers hand a connection to one
/// thread at a time, and take it back before the next one gets it.
@safe
public final class Connection: @unchecked Sendable {
  @usableFromInline let handle: OpaquePointer
  /// The file it is open on.
  let path: String
  /// What the connection is for.
  let role: Role
  /// Declared statements by their numbers.
  ///
  /// Like all that every statement asks for, not checked for exclusive access, which would cost more
  /// than the answer: one thread at a time has the connection, and no access outlasts its expression.
  @exclusivity(unchecked) @usableFromInline var slots: [PreparedStatement?] = []
  /// The statements of the records that it has written or looked up.
  @exclusivity(unchecked) var records: [ObjectIdentifier: RecordStatements] = [:]
  /// Where bound texts and blobs lie while their statements run.
  let arena: UnsafeMutablePointer<BindArena>
  var cache: StatementCache
  /// Rows that the running statement changed, and who wants to know.
  let capture: ChangeCapture
  /// The scopes that are open: the transaction, then its savepoints.
  var scopes: [Scope] = []
  /// Whether the innermost scope still has no savepoint.
  @exclusivity(unchecked) @usableFromInline var isSavepointDue = false
  /// A number that no other transaction of this connection has; handles compare theirs with it.
  @usableFromInline var generation: UInt64 = 0
  private var isDisconnected = false
  /// Whether a transaction was begun that was not ended yet.
  var isInTransaction = false
  /// Whether SQLite itself ended the running transaction, as it does on an I/O error; then nothing
  /// may run before the scope is left, or each statement would be a commit of its own.
  @exclusivity(unchecked) @usableFromInline var isUndone = false
  /// The error with which it did.
  private var undoing: SQLiteError?
  /// The thread whose read or write is running, or 0.
  var thread: UInt = 0
  /// What the transaction carries: time, who acts, and why.
  public internal(set) var context: TransactionContext {
    get { unsafe uncheckedContext }
    set { unsafe uncheckedContext = newValue }
  }
  @exclusivity(unchecked) @usableFromInline var uncheckedContext = TransactionContext()
  /// What is kept of tables that seldom change.
  let settings = SettingsCache()
  let environment: Environment
  /// What it began as a copy of, in memory.
  let template: DatabaseTemplate?
  /// Whether a setting was changed, or something attached, that ends only with the handle.
  var isChangedForGood = false
  /// The name of the VFS it was opened with; nil for SQLite's own.
  let fileSystem: String?
  /// How a finished copy gets its name.
  let publisher: FilePublisher
  /// Set while a task waits for what this connection does; asked before each statement.
  @exclusivity(unchecked) @usableFromInline private(set) var cancellation: CancellationFlag?
  /// How it waits for locks of other processes.
  let busy: BusyPolicy
  /// Who hears of slow statements, and from how many microseconds on; nil for nobody.
  @usableFromInline let slowStatement: SlowStatementReport?
  /// How many pages the write-ahead log had after the last commit.
  var logPages = 0
  /// The size of a page of the file, in bytes.
  var pageSize: Int64 = 4096
  /// At what size of the log the next alarm is due, in bytes.
  var nextLogAlarm: Int64 = 0
  /// When the running write began, in microseconds of the monotonic clock.
  var transactionStart: Int64 = 0
  /// The rules that are running, outermost first.
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
    cache = StatementCache(capacity: configuration.statementCacheCapacity)
    capture = ChangeCapture(triggers: role == .writer ? environment.triggers : [])
    // Before anything is read, since reading plays the log.
    if path != ":memory:", role != .reader || flags & SQLITE_OPEN_READONLY != 0 {
      try refuseForeignLog()
    }
    // Before any statement is prepared: one prepared without the hook deletes whole tables unseen.
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

  /// Ends the connection; nobody may use it afterwards.
  package func disconnect() {
    guard !isDisconnected else { return }
    isDisconnected = true
    if passOn() { return }
    unsafe slots.removeAll()
    cache.removeAll()
    unsafe sqlite3_close_v2(handle)
  }

  /// How many statements of run-time texts are kept.
  package var cachedStatementCount: Int { cache.count }

  @usableFromInline
  func failure(_ code: Int32, sql: String? = nil, operation: SQLiteError.Operation) -> SQLiteError {
    let error = unsafe SQLiteError.current(
      of: handle, code: code, sql: sql, operation: operation)
    if isInTransaction, unsafe !isUndone, isAutocommit {
      unsafe isUndone = true
      undoing = error
    }
    return error
  }

  /// Refuses to go on in a transaction that SQLite has ended, with the error that ended it.
  @usableFromInline
  package func checkTransaction() throws(SQLiteError) {
    guard unsafe isUndone, let undoing else { return }
    throw undoing
  }

  /// Sets who may call off what the connection does, or nobody.
  func setCancellation(_ flag: CancellationFlag?) {
    unsafe cancellation = flag
    busy.cancellation = flag
  }

  /// Notes that the transaction is over, whatever became of it.
  func forgetTransaction() {
    isInTransaction = false
    unsafe isUndone = false
    undoing = nil
  }
}

extension Connection {
  /// What all connections of a database share and none changes.
  struct Environment: Sendable {
    let triggers: [Trigger]
    let clock: StoreClock
    let identifiers: IDGenerator
    let random: RandomSource
    let triggerDepthLimit: Int
    let zone: Zone
    let attachment: (any Sendable)?
  }
}
