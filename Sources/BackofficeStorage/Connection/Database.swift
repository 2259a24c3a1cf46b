import CBackofficeSQLite
import Dispatch
import Synchronization

/// One SQLite file, or one database in memory: a writer, and readers that never wait for it.
///
/// A file is in WAL mode: `read` sees the last commit while `write` is at work. A database in
/// memory has one connection, so reads and writes take turns.
///
/// Calls nest: inside `read` or `write`, every further call on the same thread joins the running
/// transaction.
public final class Database: Sendable {
  /// Where the database lives.
  public let location: Location
  /// The settings it was opened with.
  public let configuration: Configuration
  /// The rules installed in it, in the order in which they run.
  public let triggers: [Trigger]

  let gate = WriterGate()
  let writer: Connection?
  let pool: ReaderPool?
  let observers = CommitObservers()
  let clock: StoreClock
  let identifiers: IDGenerator
  let committer = GroupCommitter()
  /// The size of the write-ahead log after the last commit, in bytes.
  let logBytes = Atomic<Int64>(0)
  let readQueue = DispatchQueue(label: "backoffice.read", attributes: .concurrent)

  /// Where a database lives.
  public enum Location: Sendable, Hashable {
    /// A file, made when it is missing.
    case file(String)
    /// A file that must exist and is not written.
    case readOnly(String)
    /// Private memory, gone when the database is closed.
    case memory

    /// The path, or `:memory:`.
    public var path: String {
      switch self {
      case .file(let path), .readOnly(let path): path
      case .memory: ":memory:"
      }
    }
  }

  /// Opens the database, runs `prepare` (migrations, as a rule) on it, and installs the triggers.
  ///
  /// - Parameters:
  ///   - location: where it lives.
  ///   - configuration: its settings.
  ///   - triggers: its rules, in the order in which they shall run.
  ///   - prepare: what to do before the rules are installed; not called for a read-only file.
  /// - Throws: ``StorageError`` when the SQLite library or the file cannot be used,
  ///   ``SQLiteError``, and what `prepare` throws.
  public init(
    _ location: Location, configuration: Configuration = Configuration(),
    triggers: [Trigger] = [], prepare: (borrowing MaintenanceConnection) throws -> Void = { _ in }
  ) throws {
    try SQLiteLibrary.check()
    self.location = location
    self.configuration = configuration
    self.triggers = triggers
    clock = configuration.clock
    identifiers = IDGenerator(clock: configuration.clock, random: configuration.random)
    let environment = Connection.Environment(
      triggers: triggers, clock: configuration.clock, identifiers: identifiers,
      random: configuration.random, triggerDepthLimit: configuration.triggerDepthLimit,
      zone: configuration.zone, attachment: configuration.attachment)

    @Sendable func connect(_ flags: Int32, _ role: Connection.Role) throws -> Connection {
      try Connection(
        path: location.path, flags: flags, role: role, configuration: configuration,
        environment: environment)
    }
    switch location {
    case .memory:
      let connection = try connect(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, .writer)
      if let template = configuration.template { try connection.load(template) }
      try prepare(MaintenanceConnection(connection, clock: configuration.clock))
      try connection.installTriggers()
      writer = connection
      pool = nil
    case .file(let path):
      let connection = try Self.explaining(path) {
        let connection = try connect(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, .writer)
        try connection.enterWriteAheadLogging(configuration, clock: configuration.clock)
        return connection
      }
      try prepare(MaintenanceConnection(connection, clock: configuration.clock))
      try connection.installTriggers()
      writer = connection
      pool = ReaderPool(limit: configuration.maximumReaders) {
        try connect(SQLITE_OPEN_READWRITE, .reader)
      }
    case .readOnly(let path):
      let first = try Self.explaining(path) {
        let connection = try connect(SQLITE_OPEN_READONLY, .reader)
        _ = try connection.pragmaText("schema_version")
        return connection
      }
      writer = nil
      pool = ReaderPool(limit: configuration.maximumReaders, first: first) {
        try connect(SQLITE_OPEN_READONLY, .reader)
      }
    }
  }

  /// Turns the answers of SQLite that a user of a file meets into what to do about them.
  static func explaining<Result>(
    _ path: String, _ body: () throws -> Result
  ) throws -> Result {
    do {
      return try body()
    } catch let error as SQLiteError {
      let reason: String
      switch error.code.primary {
      case .cannotOpen:
        reason = "no such file, or its folder is missing or may not be written (\(error.message))"
      case .notADatabase:
        reason = "this is no SQLite database, or it is encrypted"
      case .corrupt:
        reason = "the file is damaged (\(error.message)); restore a backup"
      case .readOnly:
        reason = "the file or its folder may not be written; open it read-only, or mend the rights"
      default:
        throw error
      }
      throw StorageError.cannotOpen(path: path, reason: reason)
    }
  }

  /// Ends all connections, after the transactions that are running.
  ///
  /// A later call throws ``StorageError/closed``. Closing twice does no harm. Inside a transaction
  /// of the same thread, the connections end with the `Database` itself.
  public func close() {
    pool?.close()
    guard !gate.isHeldByCurrentThread else { return gate.close() }
    do {
      try gate.enter(timeout: .seconds(3600))
      gate.close()
      writer?.disconnect()
      gate.leave()
    } catch {
      // Closed before.
    }
  }
}
