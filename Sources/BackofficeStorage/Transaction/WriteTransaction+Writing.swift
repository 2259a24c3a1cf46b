extension WriteTransaction {
  /// Runs a declared statement to its end, triggers included, and answers how many rows it changed.
  ///
  /// Meant for the statements of repositories and rules, whose scope undoes it when it fails.
  ///
  /// - Throws: ``SQLiteError``, ``StorageError/parameterCount(expected:found:sql:)``, and what
  ///   triggers throw.
  @inlinable
  @discardableResult
  public func execute<each Value: Bindable>(
    _ statement: SQLStatement, _ values: repeat each Value
  ) throws -> Int {
    try connection.run(connection.statement(statement), repeat each values) { _ in true }
  }

  /// Runs a declared statement whose values `bind` hands over one after the other.
  ///
  /// For what runs for every row: values passed one by one are bound by their types.
  ///
  /// - Throws: as ``execute(_:_:)``.
  @inlinable
  @discardableResult
  package func execute(
    _ statement: SQLStatement, binding bind: (inout RecordBinder) throws -> Void
  ) throws -> Int {
    try connection.run(connection.statement(statement), binding: bind) { _ in true }
  }

  /// Runs any statement to its end, triggers included, and answers how many rows it changed.
  ///
  /// Atomic with everything that its triggers did: it happens whole or not at all, also when the
  /// caller catches the error and goes on.
  ///
  /// - Throws: as ``execute(_:_:)``.
  @discardableResult
  public func execute<each Value: Bindable>(
    sql: String, _ values: repeat each Value
  ) throws -> Int {
    try savepoint { transaction in
      try connection.run(connection.statement(sql: sql), repeat each values) { _ in true }
    }
  }

  /// Runs `body` in a savepoint: when it throws, only what it did is undone.
  @inlinable
  @discardableResult
  public func savepoint<Result>(
    _ body: (borrowing WriteTransaction) throws -> Result
  ) throws -> Result {
    try connection.openScope()
    let result: Result
    do {
      result = try body(self)
      try connection.closeScope()
    } catch {
      connection.abandonScope()
      throw error
    }
    return result
  }

  /// Runs what `atCommit` rules have collected so far, instead of at the commit.
  ///
  /// For work that computes derived values from scratch: a contribution that is still to come
  /// would count twice.
  package func settleDerivedValues() throws { try connection.runAtCommit() }
}
