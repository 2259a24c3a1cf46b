import CBackofficeSQLite

/// An open transaction or savepoint.
struct Scope {
  /// Whether a statement failed after changing rows, so that the scope must be rolled back.
  var isFailed = false
  /// The error that failed it, if no statement of the caller threw it.
  var cause: (any Error)?
  /// What `atCommit` triggers had received when the scope opened.
  var mark: FlushMark
  /// The end of the capture buffer when the scope opened: earlier changes belong to a statement that
  /// is still returning rows.
  var captured = 0
  /// Whether SQLite has a savepoint, or the transaction, for exactly this scope.
  ///
  /// The savepoint is created before the first statement that writes. If a nested scope writes
  /// first, its savepoint passes to the outer scope when it ends.
  var isMarked = false
}

/// The failure of a commit, which may nevertheless have taken effect.
package struct CommitFailure: Error {
  package let cause: any Error
}

extension Connection {
  private static let beginImmediate = SQLStatement("BEGIN IMMEDIATE")
  private static let beginDeferred = SQLStatement("BEGIN DEFERRED")
  private static let commit = SQLStatement("COMMIT")
  private static let rollback = SQLStatement("ROLLBACK")
  // Nested savepoints may have the same name, which refers to the innermost one
  // (https://www.sqlite.org/lang_savepoint.html).
  private static let savepoint = SQLStatement("SAVEPOINT scope")
  private static let release = SQLStatement("RELEASE scope")
  private static let rollbackTo = SQLStatement("ROLLBACK TO scope")

  func begin(writing: Bool, context: TransactionContext) throws(SQLiteError) {
    // If a rollback failed because memory ran out, the last transaction is still open.
    if !isAutocommit { try control(Self.rollback, operation: .rollback) }
    try control(writing ? Self.beginImmediate : Self.beginDeferred, operation: .begin)
    isInTransaction = true
    generation += 1
    thread = UInt(backoffice_thread_id())
    self.context = context
    if writing {
      capture.startTransaction()
      scopes = [Scope(mark: FlushMark(), isMarked: true)]
    }
  }

  /// Runs the `atCommit` triggers and commits.
  func commitWriting() throws {
    // Changes that no statement made, such as writes of a part of a blob.
    if capture.hasChanges(since: 0) { try runTriggers(since: 0) }
    try runAtCommit()
    if capture.isSchemaSuspect { try refreshTriggers() }
    try checkTransaction()
    guard scopes.count == 1, !scopes[0].isFailed else {
      throw scopes.last?.cause ?? StorageError.scopeFailed
    }
    try control(Self.commit, operation: .commit)
    settingsEnd(committed: true)
    endTransaction()
  }

  /// Begins a use of the connection for a single statement, which is a snapshot by itself.
  func beginUse(_ context: TransactionContext) {
    // As in `begin`: a snapshot that failed to end must not stay open.
    if !isAutocommit { try? control(Self.rollback, operation: .rollback) }
    generation += 1
    self.context = context
    thread = UInt(backoffice_thread_id())
  }

  func endUse() {
    generation += 1
    thread = 0
  }

  func endReading() {
    // Nothing was written, so a rollback ends the snapshot.
    if !isAutocommit { try? control(Self.rollback, operation: .rollback) }
    endTransaction()
  }

  /// Rolls back the transaction in any state.
  func rollbackWriting() {
    // SQLite may have rolled back already, for example because the disk is full.
    if !isAutocommit { try? control(Self.rollback, operation: .rollback) }
    capture.truncate(to: 0)
    capture.truncateCollected(to: FlushMark())
    capture.schemaRolledBack()
    settingsEnd(committed: false)
    endTransaction()
  }

  private func endTransaction() {
    forgetTransaction()
    generation += 1
    thread = 0
    scopes.removeAll(keepingCapacity: true)
    unsafe isSavepointDue = false
    unsafe triggerChain.removeAll(keepingCapacity: true)
  }

  @usableFromInline
  func openScope() throws {
    try checkTransaction()
    scopes.append(Scope(mark: capture.flushMark, captured: capture.mark()))
    unsafe isSavepointDue = true
  }

  /// Creates the savepoint of the innermost scope, which is about to write.
  @usableFromInline
  @inline(never)
  func markScope() throws(SQLiteError) {
    try control(Self.savepoint, operation: .savepoint)
    scopes[scopes.count - 1].isMarked = true
    unsafe isSavepointDue = false
  }

  @usableFromInline
  func closeScope() throws {
    try checkTransaction()
    guard let scope = scopes.last, !scope.isFailed else {
      throw scopes.last?.cause ?? StorageError.scopeFailed
    }
    let outer = scopes.count - 2
    if scope.isMarked {
      if scopes[outer].isMarked {
        try control(Self.release, operation: .savepoint)
      } else {
        // The outer scope had written nothing when this one began, so the savepoint serves both.
        scopes[outer].isMarked = true
      }
    }
    scopes.removeLast()
    unsafe isSavepointDue = !scopes[outer].isMarked
  }

  @usableFromInline
  func abandonScope() {
    guard scopes.count > 1, let scope = scopes.popLast() else { return }
    unsafe isSavepointDue = !scopes[scopes.count - 1].isMarked
    capture.truncate(to: scope.captured)
    capture.truncateCollected(to: scope.mark)
    capture.schemaRolledBack()
    // SQLite has rolled back the whole transaction, so the outer scopes cannot commit.
    guard !isAutocommit else { return failScope() }
    guard scope.isMarked else { return }
    do {
      try control(Self.rollbackTo, operation: .savepoint)
      try control(Self.release, operation: .savepoint)
      try settingsRolledBack()
    } catch {
      failScope()
    }
  }

  /// Marks the innermost scope as failed, so that it can only be rolled back.
  ///
  /// - Parameter cause: the error to throw at its end, where the caller could not be given it.
  func failScope(_ cause: (any Error)? = nil) {
    guard !scopes.isEmpty else { return }
    scopes[scopes.count - 1].isFailed = true
    scopes[scopes.count - 1].cause = scopes[scopes.count - 1].cause ?? cause
  }

  /// Cleans up after a failed statement.
  ///
  /// SQLite usually undoes the changes of the statement, so their captured rows are discarded.
  ///
  /// If changes remain (`OR FAIL`, or a decoder that throws between the rows of a RETURNING), their
  /// triggers have not run, so the scope must be rolled back.
  @usableFromInline
  func statementFailed(_ mark: Int, changesBefore: Int64) {
    capture.truncate(to: mark)
    if totalChangeCount != changesBefore { failScope() }
  }

  /// Rejects a handle of a transaction that has ended or belongs to another thread.
  func checkJoinable(_ generation: UInt64) throws(StorageError) {
    guard self.generation == generation, thread == UInt(backoffice_thread_id()) else {
      throw .transactionEnded
    }
  }

  /// Runs `body` in a transaction that takes the write lock at its start; triggers do not run.
  ///
  /// - Parameters:
  ///   - operation: the purpose of the transaction, for the error if another connection holds the
  ///     lock.
  ///   - commits: whether the transaction is committed or rolled back.
  ///   - wrapsCommitFailure: whether a failure of the commit is thrown as a ``CommitFailure``.
  ///   - body: the work.
  package func withMaintenanceTransaction<Result>(
    for operation: String, commits: Bool = true, wrapsCommitFailure: Bool = false,
    _ body: () throws -> Result
  ) throws -> Result {
    busy.reset()
    do {
      try control(Self.beginImmediate, operation: .begin)
    } catch {
      guard ResultCode.busy ~= error.code else { throw error }
      throw StorageError.busy(
        waitedMicroseconds: busy.waitedMicroseconds, operation: operation,
        holder: LockHolder.current(of: path))
    }
    isInTransaction = true
    let mark = capture.mark()
    defer {
      forgetTransaction()
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
        if wrapsCommitFailure { throw CommitFailure(cause: error) }
        throw error
      }
      return result
    } catch {
      // SQLite may have rolled back already, for example because the disk is full.
      if !isAutocommit { try? control(Self.rollback, operation: .rollback) }
      throw error
    }
  }
}
