/// The writing connection before the store opens: for migrations, and nothing else.
public struct MaintenanceConnection: ~Copyable {
  package let connection: Connection
  /// Where the time comes from.
  package let clock: StoreClock

  init(_ connection: Connection, clock: StoreClock) {
    self.connection = connection
    self.clock = clock
  }
}

extension MaintenanceConnection {
  /// Runs text with any number of statements; no rules watch them.
  ///
  /// - Throws: ``SQLiteError``.
  public func executeScript(_ sql: String) throws(SQLiteError) {
    try connection.executeScript(sql)
  }
}
