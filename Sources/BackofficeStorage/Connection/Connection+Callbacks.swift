import CBackofficeSQLite

extension Connection {
  /// Calls `continues` at intervals while the statements of `body` run, and interrupts the running
  /// statement if it returns false.
  package func polling<Result>(
    _ continues: () -> Bool, _ body: () throws -> Result
  ) rethrows -> Result {
    try withoutActuallyEscaping(continues) { continues in
      let poll = Callback<Void>(continues)
      defer { withExtendedLifetime(poll) {} }
      unsafe sqlite3_progress_handler(
        handle, 5000,
        { context in
          guard let context = unsafe context else { return 0 }
          return unsafe Unmanaged<Callback<Void>>.fromOpaque(context).takeUnretainedValue().body(())
            ? 0 : 1
        }, Unmanaged.passUnretained(poll).toOpaque())
      defer { limitStatements() }
      return try body()
    }
  }

  /// Stops statements that run longer than the limit.
  ///
  /// SQLite calls the handler after a number of instructions; the clock is not read for each
  /// statement.
  func limitStatements() {
    guard let statementLimit else {
      unsafe sqlite3_progress_handler(handle, 0, nil, nil)
      return
    }
    // Some milliseconds of work, or less where the limit is shorter.
    let instructions: Int32 = statementLimit < 1_000_000 ? 10_000 : 1_000_000
    unsafe sqlite3_progress_handler(
      handle, instructions,
      { context in
        guard let context = unsafe context else { return 0 }
        return unsafe Unmanaged<Connection>.fromOpaque(context)._withUnsafeGuaranteedRef {
          $0.mayContinue() ? 0 : 1
        }
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  private func mayContinue() -> Bool {
    let now = backoffice_monotonic_microseconds()
    if unsafe progress.statement != statementNumber {
      progress = unsafe (statementNumber, now, false)
    }
    progress.isStopped = now - progress.since > statementLimit ?? .max
    return !progress.isStopped
  }

  /// The error of a statement that was stopped, or nil.
  @usableFromInline
  @inline(never)
  func stopped(_ statement: PreparedStatement) -> StorageError? {
    guard progress.isStopped, unsafe progress.statement == statementNumber, let statementLimit
    else { return nil }
    return .statementStopped(afterMicroseconds: statementLimit, sql: statement.sql)
  }

  /// Calls `allows` for each effect of every statement that `body` prepares, and rejects a
  /// statement with an effect that is not allowed.
  ///
  /// This includes the statements of SQL triggers:
  /// <https://www.sqlite.org/c3ref/set_authorizer.html>.
  package func authorizing<Result>(
    _ allows: (StatementEffect) -> Bool, _ body: () throws -> Result
  ) rethrows -> Result {
    try withoutActuallyEscaping(allows) { allows in
      let authorizer = Callback<StatementEffect>(allows)
      defer { withExtendedLifetime(authorizer) {} }
      unsafe sqlite3_set_authorizer(
        handle,
        { context, action, first, second, database, _ in
          guard let context = unsafe context else { return SQLITE_DENY }
          let authorizer = unsafe Unmanaged<Callback<StatementEffect>>.fromOpaque(context)
            .takeUnretainedValue()
          guard let effect = unsafe StatementEffect(action, first, second, database) else {
            return SQLITE_OK
          }
          return authorizer.body(effect) ? SQLITE_OK : SQLITE_DENY
        }, Unmanaged.passUnretained(authorizer).toOpaque())
      defer {
        unsafe sqlite3_set_authorizer(handle, nil, nil)
        // Change capture has an authorizer of its own.
        unsafe capture.observeAssignments(on: handle)
      }
      return try body()
    }
  }

  /// Interrupts the running statement; may be called from any thread.
  func interrupt() { unsafe sqlite3_interrupt(handle) }
}

/// A closure behind a pointer, for SQLite to call.
private final class Callback<Argument> {
  let body: (Argument) -> Bool

  init(_ body: @escaping (Argument) -> Bool) { self.body = body }
}
