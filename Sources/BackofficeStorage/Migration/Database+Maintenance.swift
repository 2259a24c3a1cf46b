import CBackofficeSQLite

extension Database {
  /// Opens a store for maintenance alone, runs `body`, and closes it: no rules, no readers.
  ///
  /// A file is made when it is missing; ``Location/readOnly(_:)`` serves to look at one.
  ///
  /// - Throws: as ``init(_:configuration:triggers:prepare:)``, and what `body` throws.
  @discardableResult
  public static func maintain<Result>(
    _ location: Location, configuration: Configuration = Configuration(),
    _ body: (borrowing MaintenanceConnection) throws -> Result
  ) throws -> Result {
    try SQLiteLibrary.check()
    let isReadOnly = if case .readOnly = location { true } else { false }
    let connection = try explaining(location.path, readOnly: isReadOnly) {
      let connection = try Connection.maintenance(
        location.path,
        flags: isReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
        configuration: configuration)
      if case .file = location {
        try connection.enterWriteAheadLogging(configuration, clock: configuration.clock)
      } else {
        _ = try connection.pragmaText("schema_version")
      }
      return connection
    }
    return try body(MaintenanceConnection(connection, clock: configuration.clock))
  }
}

extension MaintenanceConnection {
  /// What the connection answers to a `PRAGMA`, as text.
  package func pragmaText(_ name: String) throws -> String? { try connection.pragmaText(name) }
}

extension Connection {
  /// A connection without rules; the empty path is a private database on disk that SQLite removes.
  static func maintenance(
    _ path: String, flags: Int32, configuration: Database.Configuration
  ) throws -> Connection {
    try Connection(
      path: path, flags: flags, role: .maintenance, configuration: configuration,
      environment: Environment(
        triggers: [], clock: configuration.clock,
        identifiers: IDGenerator(clock: configuration.clock, random: configuration.random),
        random: configuration.random, triggerDepthLimit: configuration.triggerDepthLimit,
        zone: configuration.zone, attachment: nil))
  }

  /// Whether the file was opened to be read only.
  var isReadOnly: Bool { unsafe sqlite3_db_readonly(handle, "main") == 1 }

  /// How long the connection waits for a lock.
  var busyTimeout: Duration { .microseconds(busy.timeoutMicroseconds) }
}
