/// What the storage floor itself refuses, before or beside SQLite.
public enum StorageError: Error, Sendable, Hashable {
  /// The SQLite library is older than the schema needs.
  case libraryTooOld(found: String, required: String)
  /// The SQLite library was compiled without something the store relies on.
  case libraryLacks(feature: String)
  /// The file cannot be used as a store; `reason` says why and what to do.
  case cannotOpen(path: String, reason: OpenFailure)
  /// The store was closed.
  case closed
  /// A transaction handle was used after its scope ended, or on another thread.
  case transactionEnded
  /// A write was asked for inside a read transaction of the same thread.
  case writeInsideRead
  /// A write was asked of a store that was opened read-only.
  case readOnlyStore
  /// A statement that changes something was run through a read transaction.
  case statementWrites(sql: String)
  /// The statement has `expected` parameters and was given `found` values.
  case parameterCount(expected: Int, found: Int, sql: String)
  /// The text holds more than one statement; the rest would have been skipped.
  case severalStatements(sql: String)
  /// The text holds no statement at all.
  case emptyStatement(sql: String)
  /// A statement would begin or end a transaction, which only the library does.
  case transactionControl(sql: String)
  /// Another connection held the lock for the whole waiting time; `holder` is its process, where
  /// the system tells.
  case busy(waitedMicroseconds: Int64, operation: String, holder: LockHolder?)
  /// Another transaction of this process held the writer for the whole waiting time.
  case writerBusy(waitedMicroseconds: Int64, holder: String)
  /// No reader came free within the waiting time.
  case readersExhausted(limit: Int, waitedMicroseconds: Int64)
  /// A statement failed inside this scope and was swallowed; the scope can only end by an error.
  case scopeFailed
  /// Triggers set each other off beyond the limit; `chain` names them, outermost first.
  case triggerDepth(limit: Int, chain: [String])
  /// A trigger names a table or column that does not exist.
  case triggerTarget(trigger: String, reason: String)
  /// A backup, or the file it was made from, did not pass verification.
  case verificationFailed(path: String, findings: [String])
}

extension StorageError: CustomStringConvertible {
  /// What failed, what was expected, and what to do, on one line.
  public var description: String {
    switch self {
    case .libraryTooOld(let found, let required):
      "SQLite \(found) is too old: the store needs \(required) or later; install a newer libsqlite3"
    case .libraryLacks(let feature):
      "this SQLite library was built without \(feature); install a libsqlite3 that has it"
    case .cannotOpen(let path, let reason):
      "cannot open \(path): \(reason)"
    case .closed:
      "the store is closed; open it again before using it"
    case .transactionEnded:
      "a transaction was used after its scope had ended, or on another thread; "
        + "use it only inside the closure that received it"
    case .writeInsideRead:
      "a write was asked for inside a read transaction; open a write transaction around both"
    case .readOnlyStore:
      "the store was opened read-only; open it for writing to change it"
    case .statementWrites(let sql):
      "a read transaction was given a statement that writes [\(sql.singleLine(limit: 200))]"
    case .parameterCount(let expected, let found, let sql):
      "the statement has \(expected) parameters, \(found) values were given "
        + "[\(sql.singleLine(limit: 200))]"
    case .severalStatements(let sql):
      "the text holds more than one statement; run them one by one or as a script "
        + "[\(sql.singleLine(limit: 200))]"
    case .emptyStatement(let sql):
      "the text holds no statement [\(sql.singleLine(limit: 200))]"
    case .transactionControl(let sql):
      "transactions begin and end by read, write and savepoint, never by a statement "
        + "[\(sql.singleLine(limit: 200))]"
    case .busy(let waited, let operation, let holder):
      "\(operation) gave up after \(waited / 1000) ms: the file's write lock is held by "
        + "\(holder?.description ?? "another connection"); "
        + "shorten that transaction or raise Configuration.busyTimeout"
    case .writerBusy(let waited, let holder):
      "a write gave up after \(waited / 1000) ms: the writer has been held by \(holder); "
        + "shorten that transaction or raise Configuration.busyTimeout"
    case .readersExhausted(let limit, let waited):
      "all \(limit) readers were in use for \(waited / 1000) ms; "
        + "shorten the reads or raise Configuration.maximumReaders"
    case .scopeFailed:
      "a statement failed earlier in this transaction and the error was swallowed; "
        + "let it propagate, or run the statement in a nested write"
    case .triggerDepth(let limit, let chain):
      "triggers set each other off more than \(limit) levels deep: "
        + chain.joined(separator: " > ")
    case .triggerTarget(let trigger, let reason):
      "trigger \(trigger) cannot be installed: \(reason)"
    case .verificationFailed(let path, let findings):
      "\(path) did not pass verification: \(findings.joined(separator: "; "))"
    }
  }
}
