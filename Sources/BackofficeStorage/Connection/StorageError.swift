/// The errors of the storage library itself.
public enum StorageError: Error, Sendable, Hashable {
  /// The SQLite library is older than the required version.
  case libraryTooOld(found: String, required: String)
  /// The SQLite library was compiled without a required feature.
  case libraryLacks(feature: String)
  /// The file cannot be used; `reason` describes why and what to do.
  case cannotOpen(path: String, reason: OpenFailure)
  /// The store was closed.
  case closed
  /// The store was opened before this process was forked off another one.
  case forked
  /// A transaction was used after its closure returned, or on another thread.
  case transactionEnded
  /// A write began inside a read transaction of the same thread.
  case writeInsideRead
  /// An asynchronous write began in a task that was started inside a write.
  case writeInsideWrite
  /// A write began on a store that was opened read-only.
  case readOnlyStore
  /// A statement that writes was run in a read transaction.
  case statementWrites(sql: String)
  /// The statement has `expected` parameters but `found` values were passed.
  case parameterCount(expected: Int, found: Int, sql: String)
  /// The SQL text contains more than one statement.
  case severalStatements(sql: String)
  /// The SQL text contains no statement.
  case emptyStatement(sql: String)
  /// A statement would begin or end a transaction, which is reserved to the library.
  case transactionControl(sql: String)
  /// Another connection held the write lock for the whole busy timeout; `holder` is its process, if
  /// known.
  case busy(waitedMicroseconds: Int64, operation: String, holder: LockHolder?)
  /// Another transaction of this process held the writer for the whole busy timeout.
  case writerBusy(waitedMicroseconds: Int64, holder: String)
  /// No reading connection became available within the timeout.
  case readersExhausted(limit: Int, waitedMicroseconds: Int64)
  /// A statement failed in this scope and its error was ignored; the scope cannot commit.
  case scopeFailed
  /// A statement ran longer than ``Database/Configuration/statementLimit``.
  case statementStopped(afterMicroseconds: Int64, sql: String)
  /// Triggers ran other triggers beyond the depth limit; `chain` lists them, outermost first.
  case triggerDepth(limit: Int, chain: [String])
  /// A trigger refers to a table or column that does not exist.
  case triggerTarget(trigger: String, reason: String)
  /// No table of the database has exactly this name.
  case noSuchTable(String)
  /// A backup, or its source, failed verification.
  case verificationFailed(path: String, findings: [String])
}

extension StorageError: CustomStringConvertible {
  /// What failed, and what to do about it, on one line.
  public var description: String {
    switch self {
    case .libraryTooOld(let found, let required):
      "SQLite \(found) is too old; install libsqlite3 \(required) or later"
    case .libraryLacks(let feature):
      "the SQLite library was built without \(feature); install a libsqlite3 that includes it"
    case .cannotOpen(let path, let reason):
      "cannot open \(path): \(reason)"
    case .closed:
      "the store is closed; open it again before using it"
    case .forked:
      "the store was opened before this process was forked; open it again in this process"
    case .transactionEnded:
      "a transaction was used after its closure returned, or on another thread; "
        + "use it only inside the closure that receives it"
    case .writeInsideRead:
      "a write began inside a read transaction; use a write transaction for both"
    case .writeInsideWrite:
      "an asynchronous write began in a task that was started inside a write of the same store, "
        + "which it would wait for; start the task after that write"
    case .readOnlyStore:
      "the store is read-only; open it for writing to change it"
    case .statementWrites(let sql):
      "a statement that writes was run in a read transaction [\(sql.singleLine(limit: 200))]"
    case .parameterCount(let expected, let found, let sql):
      "the statement has \(expected) parameters, but \(found) values were passed "
        + "[\(sql.singleLine(limit: 200))]"
    case .severalStatements(let sql):
      "the SQL text contains more than one statement; run them one by one or as a script "
        + "[\(sql.singleLine(limit: 200))]"
    case .emptyStatement(let sql):
      "the SQL text contains no statement [\(sql.singleLine(limit: 200))]"
    case .transactionControl(let sql):
      "a statement must not begin or end a transaction; use read, write and savepoint "
        + "[\(sql.singleLine(limit: 200))]"
    case .busy(let waited, let operation, let holder):
      "\(operation) timed out after \(waited / 1000) ms: the file's write lock is held by "
        + "\(holder?.description ?? "another connection"); "
        + "shorten that transaction or raise Configuration.busyTimeout"
    case .writerBusy(let waited, let holder):
      "a write timed out after \(waited / 1000) ms: the writer is held by \(holder); "
        + "shorten that transaction or raise Configuration.busyTimeout"
    case .readersExhausted(let limit, let waited):
      "all \(limit) readers were in use for \(waited / 1000) ms; "
        + "shorten the reads or raise Configuration.maximumReaders"
    case .scopeFailed:
      "a statement failed earlier in this transaction and its error was ignored; "
        + "propagate the error, or run the statement in a nested write"
    case .statementStopped(let time, let sql):
      "a statement was stopped after \(time / 1000) ms; an SQL trigger of its tables may not end, "
        + "the statistics in sqlite_stat1 may be wrong (run ANALYZE), or "
        + "Configuration.statementLimit is too low [\(sql.singleLine(limit: 200))]"
    case .triggerDepth(let limit, let chain):
      "triggers ran more than \(limit) levels deep: "
        + chain.joined(separator: " > ")
    case .triggerTarget(let trigger, let reason):
      "trigger \(trigger) cannot be installed: \(reason)"
    case .noSuchTable(let name):
      "there is no table named \(name); names are compared exactly"
    case .verificationFailed(let path, let findings):
      "\(path) failed verification: \(findings.joined(separator: "; "))"
    }
  }
}
