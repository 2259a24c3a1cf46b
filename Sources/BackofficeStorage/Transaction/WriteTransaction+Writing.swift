extension WriteTransaction {
  /// Runs a declared statement and its triggers, and returns the number of changed rows.
  ///
  /// Intended for repositories and triggers, whose scope is rolled back if the statement fails. A raw
  /// statement: `before` triggers run only for ``insert(_:)``, ``update(_:from:)``, ``upsert(_:)`` and
  /// ``delete(_:)``.
  ///
  /// - Throws: ``SQLiteError``, ``StorageError/parameterCount(expected:found:sql:)``, and the
  ///   errors of triggers.
  @inlinable
  @discardableResult
  public func execute<each Value: Bindable>(
    _ statement: SQLStatement, _ values: repeat each Value
  ) throws -> Int {
    try connection.run(connection.statement(statement), repeat each values) { _ in true }
  }

  /// Runs a declared statement whose parameters `bind` binds.
  ///
  /// Use it for statements that run for every row: `bind` binds values without witness tables.
  ///
  /// - Throws: the errors of ``execute(_:_:)``.
  @inlinable
  @discardableResult
  package func execute(
    _ statement: SQLStatement, binding bind: (inout RecordBinder) throws -> Void
  ) throws -> Int {
    try connection.run(connection.statement(statement), binding: bind) { _ in true }
  }

  /// Runs a statement and its triggers, and returns the number of changed rows.
  ///
  /// The statement and its triggers are atomic, even if the caller catches the error and continues.
  ///
  /// - Throws: the errors of ``execute(_:_:)``.
  @discardableResult
  public func execute<each Value: Bindable>(
    sql: String, _ values: repeat each Value
  ) throws -> Int {
    try savepoint { transaction in
      try connection.run(connection.statement(sql: sql), repeat each values) { _ in true }
    }
  }

  /// Runs `body` in a savepoint, which is rolled back if it throws.
  ///
  /// - Throws: ``StorageError/scopeFailed``, ``SQLiteError``, and any error that `body` throws.
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

  /// Runs the `atCommit` triggers for what they have collected so far, before the commit.
  ///
  /// Used by code that recomputes derived values, where pending contributions would count twice.
  package func runCommitTriggers() throws { try connection.runAtCommit() }

  /// Runs `body` in a savepoint, with the `atCommit` triggers at its end, so that what they refuse is
  /// undone with the savepoint.
  ///
  /// - Throws: the errors of ``savepoint(_:)``, and those of the triggers.
  @discardableResult
  package func isolated<Result>(
    _ body: (borrowing WriteTransaction) throws -> Result
  ) throws -> Result {
    try savepoint { transaction in
      let result = try body(transaction)
      try transaction.runCommitTriggers()
      return result
    }
  }
}
