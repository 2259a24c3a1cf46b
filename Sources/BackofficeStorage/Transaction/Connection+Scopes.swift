import CBackofficeSQLite

/// A transaction or savepoint that is open.
struct Scope {
  /// Whether something inside failed half-way, so that only undoing it is sound.
  var isFailed = false
  /// How many changes the `atCommit` rules had been given when the scope opened.
  var mark: Int
  /// Whether SQLite has a savepoint, or the transaction, that undoes just this scope.
  ///
  /// A savepoint is made before the first statement that writes: until then nothing is to be
  /// undone. A scope that begins another one before it writes takes over the savepoint of that one.
  var isMarked = false
}

extension Connection {
  private static let beginImmediate = SQLStatement("BEGIN IMMEDIATE")
  private static let beginDeferred = SQLStatement("BEGIN DEFERRED")
  private static let commit = SQLStatement("COMMIT")
  private static let rollback = SQLStatement("ROLLBACK")
  // A savepoint's name may be used again inside itself: the innermost one is meant
  // (https://www.sqlite.org/lang_savepoint.html).
  private static let savepoint = SQLStatement("SAVEPOINT scope")
  private static let release = SQLStatement("RELEASE scope")
  private static let rollbackTo = SQLStatement("ROLLBACK TO scope")

  func begin(writing: Bool, context: TransactionContext) throws(SQLiteError) {
    // Where even the rollback failed, for want of memory, the last transaction is still open.
    if !isAutocommit { try control(Self.rollback, operation: .rollback) }
    try control(writing ? Self.beginImmediate : Self.beginDeferred, operation: .begin)
    isInTransaction = true
    generation += 1
    thread = UInt(backoffice_thread_id())
    self.context = context
    if writing {
      capture.startTransaction()
      scopes = [Scope(mark: 0, isMarked: true)]
    }
  }

  /// Runs what is due before the commit, and commits.
  func commitWriting() throws {
    try runAtCommit()
    try checkTransaction()
    guard scopes.count == 1, !scopes[0].isFailed else { throw StorageError.scopeFailed }
    try control(Self.commit, operation: .commit)
    settingsEnd(committed: true)
    endTransaction()
  }

  /// Lends the connection for statements that are snapshots by themselves.
  func beginUse(_ context: TransactionContext) {
    // As in `begin`: a snapshot whose end failed must not be read for ever.
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
    // Nothing was written, so a rollback ends the snapshot just as well.
    if !isAutocommit { try? control(Self.rollback, operation: .rollback) }
    endTransaction()
  }

  /// Undoes the transaction, whatever state it is in.
  func rollbackWriting() {
    // SQLite itself may have rolled back, on a full disk for one.
    if !isAutocommit { try? control(Self.rollback, operation: .rollback) }
    capture.truncate(to: 0)
    capture.truncateCollected(to: 0)
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
    scopes.append(Scope(mark: capture.collected))
    unsafe isSavepointDue = true
  }

  /// Makes the savepoint of the innermost scope, which is about to write.
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
    guard let scope = scopes.last, !scope.isFailed else { throw StorageError.scopeFailed }
    let outer = scopes.count - 2
    if scope.isMarked {
      if scopes[outer].isMarked {
        try control(Self.release, operation: .savepoint)
      } else {
        // The outer scope had written nothing when this one began, so both began alike.
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
    capture.truncate(to: 0)
    capture.truncateCollected(to: scope.mark)
    // Without a transaction SQLite has undone everything already: the outer scopes cannot commit.
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

  /// Notes that the innermost scope can only be undone.
  func failScope() {
    guard !scopes.isEmpty else { return }
    scopes[scopes.count - 1].isFailed = true
  }

  /// Cleans up after a statement that failed.
  ///
  /// Mostly SQLite undid its rows, so nothing may follow from them.
  ///
  /// Where rows stayed (`OR FAIL`, or a decoder that threw between the rows of a RETURNING), what
  /// follows from them is lost, and only undoing the scope is sound.
  @usableFromInline
  func statementFailed(_ mark: Int, changesBefore: Int64) {
    capture.truncate(to: mark)
    if totalChangeCount != changesBefore { failScope() }
  }
}
