import CBackofficeSQLite

extension Database {
  /// Opens a database for maintenance, without triggers or readers, runs `body`, and closes it.
  ///
  /// A missing file is created. Use ``Location/readOnly(_:)`` to inspect a file without changing
  /// it.
  ///
  /// - Throws: ``StorageError`` if the SQLite library or the file cannot be used, ``SQLiteError``,
  ///   and any error that `body` throws.
  @discardableResult
  public static func maintain<Result>(
    _ location: Location, configuration: Configuration = Configuration(),
    _ body: (borrowing MaintenanceConnection) throws -> Result
  ) throws -> Result {
    try SQLiteLibrary.check()
    let location = try location.resolved(in: configuration)
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
