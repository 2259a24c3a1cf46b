/// The writing connection, outside any transaction, for maintenance of the whole file.
public struct MaintenanceConnection: ~Copyable {
  package let connection: Connection
  /// The source of time.
  package let clock: StoreClock

  // Not inlined; see `ReadTransaction`.
  @inline(never)
  package init(_ connection: Connection, clock: StoreClock) {
    self.connection = connection
    self.clock = clock
  }
}

extension MaintenanceConnection {
  /// Runs any number of statements; triggers do not run for them.
  ///
  /// - Throws: ``SQLiteError``.
  public func executeScript(_ sql: String) throws(SQLiteError) {
    connection.hasPermanentChanges = true
    try connection.executeScript(sql)
  }
}

extension Database {
  /// Runs `body` with the writing connection, outside any transaction.
  ///
  /// - Throws: ``StorageError/readOnlyStore``, ``StorageError/closed``,
  ///   ``StorageError/writeInsideRead`` inside a transaction of the same thread, and any error that
  ///   `body` throws.
  package func maintain<Result>(
    _ body: (borrowing MaintenanceConnection) throws -> Result
  ) throws -> Result {
    guard let writer else { throw StorageError.readOnlyStore }
    if gate.isHeldByCurrentThread { throw StorageError.writeInsideRead }
    try file.check()
    try gate.enter(timeout: configuration.busyTimeout)
    defer { gate.leave() }
    return try body(MaintenanceConnection(writer, clock: clock))
  }
}

extension MaintenanceConnection {
  /// The integers in the first row of a PRAGMA's result.
  package func pragmaRow(_ text: String) throws -> [Int64] {
    var result: [Int64] = []
    try connection.run(connection.prepare("PRAGMA \(text)")) { row in
      for index in 0..<row.count { result.append(try row.value(at: index)) }
      return false
    }
    return result
  }

  /// The result of a `PRAGMA`, as text.
  package func pragmaText(_ name: String) throws -> String? { try connection.pragmaText(name) }

  /// The first column of a query's rows, as text; for tools and tests.
  package func firstColumn(_ sql: String) throws -> [String] {
    var texts: [String] = []
    try connection.run(sql: sql) { row in
      if let text = try? row.value(at: 0, as: String.self) {
        texts.append(text)
      } else {
        texts.append((try? row.value(at: 0, as: Int64.self)).map(String.init) ?? "NULL")
      }
      return true
    }
    return texts
  }
}
