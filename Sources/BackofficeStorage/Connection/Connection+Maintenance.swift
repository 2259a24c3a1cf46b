import CBackofficeSQLite

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

  /// A private database that is gone with its connection.
  ///
  /// - Parameter onDisk: whether it lies with SQLite's temporary files and not in memory.
  package static func scratch(onDisk: Bool = false) throws -> Connection {
    try maintenance(
      onDisk ? "" : ":memory:", flags: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
      configuration: Database.Configuration())
  }

  /// A second connection to the same file, which sees what was committed before this transaction;
  /// nil for a private database.
  package func secondConnection() throws -> Connection? {
    guard let filePath else { return nil }
    var configuration = Database.Configuration()
    configuration.fileSystem = fileSystem
    configuration.publisher = publisher
    configuration.clock = environment.clock
    configuration.random = environment.random
    return try Connection.maintenance(
      filePath, flags: SQLITE_OPEN_READWRITE, configuration: configuration)
  }

  /// The path of the file; nil for a database in memory, or a private one on disk.
  package var filePath: String? {
    guard let name = unsafe sqlite3_db_filename(handle, "main"), unsafe name.pointee != 0 else {
      return nil
    }
    return unsafe String(cString: name)
  }

  /// Whether the file was opened to be read only.
  package var isReadOnly: Bool { unsafe sqlite3_db_readonly(handle, "main") == 1 }
}
