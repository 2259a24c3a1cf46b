/// The writing connection before the store opens, for work on the file as a whole.
public struct MaintenanceConnection: ~Copyable {
  package let connection: Connection
  /// Where the time comes from.
  package let clock: StoreClock

  // Never inlined, for the reason given at `ReadTransaction`.
  @inline(never)
  package init(_ connection: Connection, clock: StoreClock) {
    self.connection = connection
    self.clock = clock
  }
}

extension MaintenanceConnection {
  /// Runs text with any number of statements; no rules watch them.
  ///
  /// - Throws: ``SQLiteError``.
  public func executeScript(_ sql: String) throws(SQLiteError) {
    connection.isChangedForGood = true
    try connection.executeScript(sql)
  }
}

extension Database {
  /// Lends the writing connection, outside any transaction, for work on the file as a whole.
  ///
  /// - Throws: ``StorageError/readOnlyStore``, ``StorageError/closed``,
  ///   ``StorageError/writeInsideRead`` inside a transaction of the same thread, and what `body`
  ///   throws.
  package func maintain<Result>(
    _ body: (borrowing MaintenanceConnection) throws -> Result
  ) throws -> Result {
    guard let writer else { throw StorageError.readOnlyStore }
    if gate.isHeldByCurrentThread { throw StorageError.writeInsideRead }
    try gate.enter(timeout: configuration.busyTimeout)
    defer { gate.leave() }
    return try body(MaintenanceConnection(writer, clock: clock))
  }
}

extension MaintenanceConnection {
  /// The integers in the first row that a PRAGMA answers.
  package func pragmaRow(_ text: String) throws -> [Int64] {
    var answer: [Int64] = []
    try connection.run(connection.prepare("PRAGMA \(text)")) { row in
      for index in 0..<row.count { answer.append(try row.value(at: index)) }
      return false
    }
    return answer
  }

  /// What the connection answers to a `PRAGMA`, as text.
  package func pragmaText(_ name: String) throws -> String? { try connection.pragmaText(name) }

  /// The first column of a query, as text; for tools and tests.
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
