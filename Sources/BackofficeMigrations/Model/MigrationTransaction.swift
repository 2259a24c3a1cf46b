/// The runner's transaction, as it is lent to migrations that are written in Swift.
///
/// Reads and writes with statements of any kind; the transaction itself belongs to the runner, and
/// what the code throws undoes the migration as a whole. Foreign keys are off while it runs, and
/// checked before the commit. The store's rules do not run.
public struct MigrationTransaction: ~Copyable, Transaction {
  /// The connection the transaction runs on.
  public let connection: Connection

  // Never inlined, for the reason given at `ReadTransaction`.
  @inline(never)
  init(_ connection: Connection) { self.connection = connection }
}

extension MigrationTransaction {
  /// Runs one statement to its end, and answers how many rows it changed.
  ///
  /// - Throws: `SQLiteError`, `StorageError.parameterCount`.
  @discardableResult
  public func execute<each Value: Bindable>(
    sql: String, _ values: repeat each Value
  ) throws -> Int {
    try connection.run(sql: sql, repeat each values)
  }

  /// Runs text with any number of statements, ignoring rows.
  ///
  /// - Throws: `SQLiteError`.
  public func executeScript(_ sql: String) throws(SQLiteError) {
    try connection.executeScript(sql)
  }
}
