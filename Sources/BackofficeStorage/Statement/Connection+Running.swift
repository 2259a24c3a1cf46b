extension Connection {
  /// Runs a text of one statement, prepared for this use alone, and lends each row to `body` until it
  /// answers false.
  ///
  /// - Returns: how many rows the statement changed.
  @discardableResult
  package func run<each Value: Bindable>(
    sql: String, _ values: repeat each Value,
    body: (borrowing Row) throws -> Bool = { _ in true }
  ) throws -> Int {
    try run(prepare(sql), repeat each values, body: body)
  }

  /// Runs a declared statement, and lends each row to `body` until it answers false.
  ///
  /// - Returns: how many rows the statement changed.
  @discardableResult
  package func run<each Value: Bindable>(
    _ statement: SQLStatement, _ values: repeat each Value,
    body: (borrowing Row) throws -> Bool = { _ in true }
  ) throws -> Int {
    try run(self.statement(statement), repeat each values, body: body)
  }
}
