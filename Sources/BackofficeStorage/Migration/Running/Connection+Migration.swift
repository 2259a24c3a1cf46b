import CBackofficeSQLite

/// A commit that failed: whether it happened is for the file to say.
struct CommitFailure: Error {
  let cause: any Error
}

extension Connection {
  private static let beginImmediate = SQLStatement("BEGIN IMMEDIATE")
  private static let commit = SQLStatement("COMMIT")
  private static let rollback = SQLStatement("ROLLBACK")

  /// Runs `body` with foreign keys off and every commit synced, and sets both back.
  ///
  /// SQLite ignores the switch inside a transaction, and with it on, a table that is rebuilt takes
  /// the rows that refer to it along.
  func withMigrationSettings<Result>(
    _ options: Migrator.Options = Migrator.Options(), _ body: () throws -> Result
  ) throws -> Result {
    guard isAutocommit else { throw MigrationError.insideTransaction }
    let synchronous = try pragmaText("synchronous") ?? "2"
    try pragma("foreign_keys = OFF")
    let result: Result
    do {
      // A migration that a power failure takes back must not have been reported as done.
      if synchronous < "2" { try pragma("synchronous = FULL") }
      if options.allowsDoubleQuotedTexts { try allowDoubleQuotedTexts(true) }
      result = try body()
    } catch {
      try? restoreSettings(options, synchronous: synchronous)
      throw error
    }
    try restoreSettings(options, synchronous: synchronous)
    return result
  }

  private func restoreSettings(_ options: Migrator.Options, synchronous: String) throws {
    try pragma("foreign_keys = ON")
    try pragma("synchronous = \(synchronous)")
    if options.allowsDoubleQuotedTexts { try allowDoubleQuotedTexts(false) }
  }

  /// Whether texts may stand in double quotes, as they may where nobody forbids it.
  func allowDoubleQuotedTexts(_ isAllowed: Bool) throws {
    try setOption(SQLITE_DBCONFIG_DQS_DML, isAllowed)
    try setOption(SQLITE_DBCONFIG_DQS_DDL, isAllowed)
  }

  /// Runs `body` in a transaction that holds the write lock from its first statement on.
  ///
  /// - Parameters:
  ///   - patience: how long the connection waits for the lock, for the error.
  ///   - commits: whether the transaction is committed; taken back otherwise.
  ///   - namesCommit: whether an error of the commit itself comes as a ``CommitFailure``.
  ///   - body: the work.
  func withMigrationTransaction<Result>(
    waiting patience: Duration, commits: Bool = true, namesCommit: Bool = false,
    _ body: () throws -> Result
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
      guard commits else {
        try control(Self.rollback, operation: .rollback)
        return result
      }
      do {
        try control(Self.commit, operation: .commit)
      } catch {
        if namesCommit { throw CommitFailure(cause: error) }
        throw error
      }
      return result
    } catch {
      // SQLite itself may have rolled back already, on a full disk for one.
      if !isAutocommit { try? control(Self.rollback, operation: .rollback) }
      throw error
    }
  }

  /// A number that changes when another connection has committed since it was last asked.
  func dataVersion() throws -> String { try pragmaText("data_version") ?? "" }

  /// The path of the file; nil for a database in memory, or a private one on disk.
  var filePath: String? {
    guard let name = unsafe sqlite3_db_filename(handle, "main"), unsafe name.pointee != 0 else {
      return nil
    }
    return unsafe String(cString: name)
  }

  /// A second connection to the same file, which sees what was committed before this transaction.
  func beside() throws -> Connection? {
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
