import CBackofficeSQLite

extension Connection {
  private static let beginImmediate = SQLStatement("BEGIN IMMEDIATE")
  private static let commit = SQLStatement("COMMIT")
  private static let rollback = SQLStatement("ROLLBACK")

  /// Runs `body` with foreign keys off and every commit synced, and sets both back.
  ///
  /// SQLite ignores the switch inside a transaction, and with it on, a table that is rebuilt takes
  /// the rows that refer to it along.
  func withMigrationSettings<Result>(_ body: () throws -> Result) throws -> Result {
    guard isAutocommit else { throw MigrationError.insideTransaction }
    let synchronous = try pragmaText("synchronous") ?? "2"
    try pragma("foreign_keys = OFF")
    let result: Result
    do {
      // A migration that a power failure takes back must not have been reported as done.
      if synchronous < "2" { try pragma("synchronous = FULL") }
      result = try body()
    } catch {
      try? restoreSettings(synchronous: synchronous)
      throw error
    }
    try restoreSettings(synchronous: synchronous)
    return result
  }

  private func restoreSettings(synchronous: String) throws {
    try pragma("foreign_keys = ON")
    try pragma("synchronous = \(synchronous)")
  }

  /// Runs `body` in a transaction that holds the write lock from its first statement on.
  func withMigrationTransaction<Result>(
    waiting patience: Duration, _ body: () throws -> Result
  ) throws -> Result {
    do {
      try control(Self.beginImmediate, operation: .begin)
    } catch {
      guard ResultCode.busy ~= error.code else { throw error }
      throw StorageError.busy(
        waitedMicroseconds: patience.microseconds, operation: "a migration",
        holder: LockHolder.current(of: path))
    }
    isInTransaction = true
    let mark = capture.mark()
    defer {
      forgetTransaction()
      // The rules of the store are not for what a migration does to its rows.
      capture.truncate(to: mark)
    }
    do {
      let result = try body()
      try checkTransaction()
      try control(Self.commit, operation: .commit)
      return result
    } catch {
      // SQLite itself may have rolled back already, on a full disk for one.
      if !isAutocommit { try? control(Self.rollback, operation: .rollback) }
      throw error
    }
  }

  /// Runs the statements of a file one by one.
  func runMigration(_ script: MigrationScript) throws {
    for statement in script.statements {
      var line = statement.line
      do {
        let prepared: PreparedStatement
        do {
          prepared = try prepare(statement.text)
        } catch {
          line += linesBeforeError(in: statement.text)
          throw error
        }
        defer { prepared.finish() }
        try stepAll(prepared) { _ in true }
      } catch let error as SQLiteError {
        throw MigrationError.statementFailed(
          file: script.file, line: line, statement: statement.text, reason: error)
      }
    }
  }

  /// How many lines of a statement lie before the place at which its preparation failed.
  private func linesBeforeError(in text: String) -> Int {
    let offset = unsafe Int(sqlite3_error_offset(handle))
    guard offset > 0 else { return 0 }
    return text.utf8.prefix(offset).count { $0 == UInt8(ascii: "\n") }
  }
}
