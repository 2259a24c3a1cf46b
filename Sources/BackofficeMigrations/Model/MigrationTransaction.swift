/// The runner's transaction, which is passed to migrations in Swift.
///
/// It runs any statement except those that control the transaction. If the code throws, the whole
/// migration is rolled back. Foreign keys are disabled during the migration and checked before the
/// commit. Triggers in Swift do not run.
public struct MigrationTransaction: ~Copyable, Transaction {
  /// The connection the transaction runs on.
  public let connection: Connection

  // Not inlined; see `ReadTransaction`.
  @inline(never)
  init(_ connection: Connection) { self.connection = connection }
}

extension MigrationTransaction {
  /// Runs a statement, and returns the number of changed rows.
  ///
  /// - Throws: `SQLiteError`, `StorageError.parameterCount`.
  @discardableResult
  public func execute<each Value: Bindable>(
    sql: String, _ values: repeat each Value
  ) throws -> Int {
    try connection.run(sql: sql, repeat each values)
  }

  /// Runs any number of statements and ignores the rows that they return.
  ///
  /// - Throws: `SQLiteError`.
  public func executeScript(_ sql: String) throws(SQLiteError) {
    try connection.executeScript(sql)
  }
}
