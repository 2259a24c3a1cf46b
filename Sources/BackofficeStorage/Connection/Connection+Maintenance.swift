import CBackofficeSQLite

extension Connection {
  /// Opens a connection without triggers; an empty path is a temporary database on disk.
  static func maintenance(
    _ path: String, flags: Int32, configuration: Database.Configuration
  ) throws -> Connection {
    try Connection(
      path: path, flags: flags, role: .maintenance, configuration: configuration,
      environment: Environment(
        triggers: [], clock: configuration.clock,
        identifiers: IDGenerator(clock: configuration.clock, random: configuration.random),
        random: configuration.random, triggerDepthLimit: configuration.triggerDepthLimit,
        zone: configuration.zone ?? .utc, storedZone: nil, attachment: nil))
  }

  /// A temporary database that is deleted when its connection closes.
  ///
  /// - Parameter onDisk: whether it is stored with SQLite's temporary files instead of in memory.
  package static func scratch(onDisk: Bool = false) throws -> Connection {
    try maintenance(
      onDisk ? "" : ":memory:", flags: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
      configuration: Database.Configuration())
  }

  /// A second connection to the same file, which sees the state before the current transaction; nil
  /// for a temporary database.
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
}
