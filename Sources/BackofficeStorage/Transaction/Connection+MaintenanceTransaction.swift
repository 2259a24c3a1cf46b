/// A commit that failed; whether it happened all the same, only the file can tell.
package struct CommitFailure: Error {
  package let cause: any Error
}

extension Connection {
  private static let beginImmediate = SQLStatement("BEGIN IMMEDIATE")
  private static let commit = SQLStatement("COMMIT")
  private static let rollback = SQLStatement("ROLLBACK")

  /// Runs `body` in a transaction that holds the write lock from its first statement on; the rules of
  /// the store do not run.
  ///
  /// - Parameters:
  ///   - operation: what it is for, for the error when another connection holds the lock.
  ///   - commits: whether the transaction is committed; it is rolled back otherwise.
  ///   - namesCommit: whether an error of the commit itself comes as a ``CommitFailure``.
  ///   - body: the work.
  package func withMaintenanceTransaction<Result>(
    for operation: String, commits: Bool = true, namesCommit: Bool = false,
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
}
