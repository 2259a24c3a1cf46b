import CBackofficeSQLite
import Dispatch
import Synchronization

/// A SQLite file or in-memory database with one writer, and readers that never wait for it.
///
/// A file is in WAL mode: `read` sees the last commit while `write` runs. A database in memory has
/// one connection, so reads and writes take turns.
///
/// Calls nest: inside `read` or `write`, a call on the same thread joins the running transaction.
public final class Database: Sendable {
  /// The location of the database.
  public let location: Location
  /// The settings of the database.
  public let configuration: Configuration
  /// The installed triggers, in the order in which they run.
  public let triggers: [Trigger]
  /// The principal of writes that name none; nil for the system.
  public let principal: Principal?

  let gate: WriterGate
  let writer: Connection?
  let pool: ReaderPool?
  let observers: CommitObservers
  let clock: StoreClock
  let identifiers: IDGenerator
  let committer: GroupCommitter
  let logSize: LogSize
  let readQueues: ReadQueues
  /// Checks that the store still has its file.
  let file: FileGuard

  /// The location of a database.
  public enum Location: Sendable, Hashable {
    /// A file, which is created if it is missing.
    case file(String)
    /// An existing file that is only read.
    case readOnly(String)
    /// Private memory, which is freed when the database closes.
    case memory

    /// The path, or `:memory:`.
    public var path: String {
      switch self {
      case .file(let path), .readOnly(let path): path
      case .memory: ":memory:"
      }
    }
  }

  /// Opens the database, runs `prepare` on it, and installs the triggers.
  ///
  /// - Parameters:
  ///   - location: the location of the database.
  ///   - configuration: the settings.
  ///   - triggers: the triggers, in the order in which they run.
  ///   - prepare: runs before the triggers are installed, for example to migrate the schema; not
  ///     called for a read-only file.
  /// - Throws: ``StorageError`` if the SQLite library or the file cannot be used, ``SQLiteError``,
  ///   and any error that `prepare` throws.
  public init(
    _ location: Location, configuration: Configuration = Configuration(),
    triggers: [Trigger] = [], prepare: (borrowing MaintenanceConnection) throws -> Void = { _ in }
  ) throws {
    try SQLiteLibrary.check()
    let location = try location.resolved(in: configuration)
    self.location = location
    self.configuration = configuration
    readQueues = ReadQueues(limit: configuration.maximumReaders)
    self.triggers = triggers
    principal = nil
    gate = WriterGate()
    observers = CommitObservers()
    committer = GroupCommitter()
    logSize = LogSize()
    clock = configuration.clock
    identifiers = IDGenerator(clock: configuration.clock, random: configuration.random)
    let environment = Connection.Environment(
      triggers: triggers, clock: configuration.clock, identifiers: identifiers,
      random: configuration.random, triggerDepthLimit: configuration.triggerDepthLimit,
      zone: configuration.zone ?? .utc, storedZone: configuration.storedZone,
      attachment: configuration.attachment)

    @Sendable func connect(
      _ flags: Int32, _ role: Connection.Role, copying template: DatabaseTemplate? = nil
    ) throws -> Connection {
      try Connection(
        path: location.path, flags: flags, role: role, configuration: configuration,
        environment: environment, copying: template)
    }
    switch location {
    case .memory:
      let connection = try connect(
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, .writer, copying: configuration.template)
      try prepare(MaintenanceConnection(connection, clock: configuration.clock))
      try connection.installTriggers()
      writer = connection
      pool = nil
      file = FileGuard(nil)
    case .file(let path):
      let connection = try Self.openForWriting(path, configuration) {
        try connect(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, .writer)
      }
      try prepare(MaintenanceConnection(connection, clock: configuration.clock))
      try connection.installTriggers()
      writer = connection
      let file = FileGuard(path)
      self.file = file
      pool = ReaderPool(limit: configuration.maximumReaders, file: file) {
        try connect(SQLITE_OPEN_READWRITE, .reader)
      }
    case .readOnly(let path):
      let first = try Self.openForReading(path, configuration) {
        try connect(SQLITE_OPEN_READONLY, .reader)
      }
      writer = nil
      let file = FileGuard(path)
      self.file = file
      pool = ReaderPool(limit: configuration.maximumReaders, file: file, first: first) {
        try connect(SQLITE_OPEN_READONLY, .reader)
      }
    }
  }

  private init(_ database: Database, principal: Principal?) {
    self.principal = principal
    location = database.location
    configuration = database.configuration
    triggers = database.triggers
    gate = database.gate
    writer = database.writer
    pool = database.pool
    observers = database.observers
    clock = database.clock
    identifiers = database.identifiers
    committer = database.committer
    logSize = database.logSize
    readQueues = database.readQueues
    file = database.file
  }

  /// The same open database, whose writes record `principal` unless they name another one.
  ///
  /// Both share the connections, and closing one closes both.
  public func acting(as principal: Principal?) -> Database {
    Database(self, principal: principal)
  }

  /// Opens the file for writing, or creates it.
  private static func openForWriting(
    _ path: String, _ configuration: Configuration, _ connect: () throws -> Connection
  ) throws -> Connection {
    try explaining(path) {
      let connection = try connect()
      // If SQLite may not write the file, it opens it read-only and fails at the first write.
      guard !connection.isReadOnly else {
        throw StorageError.cannotOpen(path: path, reason: .readOnlyFile)
      }
      if let recognise = configuration.recognise {
        try recognise(MaintenanceConnection(connection, clock: configuration.clock))
      }
      try connection.enterWriteAheadLogging(configuration, clock: configuration.clock)
      return connection
    }
  }

  /// Opens an existing file for reading.
  private static func openForReading(
    _ path: String, _ configuration: Configuration, _ connect: () throws -> Connection
  ) throws -> Connection {
    try explaining(path, readOnly: true) {
      let connection = try connect()
      _ = try connection.pragmaText("schema_version")
      if let recognise = configuration.recognise {
        if OpenFailure.isEmpty(path) { throw StorageError.cannotOpen(path: path, reason: .empty) }
        try recognise(MaintenanceConnection(connection, clock: configuration.clock))
      }
      return connection
    }
  }

  /// Converts SQLite errors about the file into ``StorageError/cannotOpen(path:reason:)``.
  static func explaining<Result>(
    _ path: String, readOnly: Bool = false, _ body: () throws -> Result
  ) throws -> Result {
    do {
      return try body()
    } catch let error as SQLiteError {
      guard let reason = OpenFailure.explaining(error, path: path, readOnly: readOnly) else {
        throw error
      }
      throw StorageError.cannotOpen(path: path, reason: reason)
    }
  }

  /// Closes all connections after the running transactions have ended.
  ///
  /// Later calls throw ``StorageError/closed``. Closing a closed database has no effect. If the
  /// calling thread is inside a transaction, the connections close when the `Database` is
  /// deallocated.
  public func close() {
    // The locks and threads of the store belong to the other process.
    guard !file.isForked else { return }
    pool?.close()
    guard !gate.isHeldByCurrentThread else { return gate.close() }
    do {
      try gate.enter(timeout: .seconds(3600))
      gate.close()
      writer?.disconnect()
      gate.leave()
    } catch {
      // Already closed.
    }
  }
}

/// The size of the write-ahead log after the last commit, in bytes.
final class LogSize: Sendable {
  let bytes = Atomic<Int64>(0)
}
