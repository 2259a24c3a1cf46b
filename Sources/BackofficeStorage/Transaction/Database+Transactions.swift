extension Database {
  /// Runs `body` in a read transaction; never waits for a writer.
  ///
  /// Inside another `read` or `write` on the same thread, `body` joins that transaction.
  ///
  /// - Parameters:
  ///   - name: the name of the read in ``Database/metrics`` and events; recommended for long reads.
  ///   - body: the read.
  /// - Throws: ``StorageError/closed``,
  ///   ``StorageError/readersExhausted(limit:waitedMicroseconds:)``, ``SQLiteError``, and any error
  ///   that `body` throws.
  public func read<Result>(
    named name: String? = nil, _ body: (borrowing ReadTransaction) throws -> Result
  ) throws -> Result {
    try withReader(snapshot: true, name: name, body)
  }

  /// Runs `body`, a single statement, which is a snapshot without a transaction.
  package func readOnce<Result>(
    _ body: (borrowing ReadTransaction) throws -> Result
  ) throws -> Result {
    try withReader(snapshot: false, body)
  }

  private func withReader<Result>(
    snapshot: Bool, name: String? = nil, _ body: (borrowing ReadTransaction) throws -> Result
  ) throws -> Result {
    let loan = try beginRead(snapshot: snapshot, name: name)
    defer { endRead(loan) }
    return try body(ReadTransaction(loan.connection))
  }

  /// A connection in use for a read.
  private struct ReaderLoan {
    let connection: Connection
    /// Whether the read joined an outer transaction.
    var joined = false
    var snapshot = false
    var fromPool = false
  }

  private func beginRead(snapshot: Bool, name: String?) throws -> ReaderLoan {
    if gate.isHeldByCurrentThread, let writer {
      return ReaderLoan(connection: writer, joined: true)
    }
    if let current = pool?.current() { return ReaderLoan(connection: current, joined: true) }
    let connection: Connection
    if let pool {
      connection = try pool.checkOut(timeout: configuration.readerTimeout, name: name)
    } else if let writer {
      // A database in memory has one connection, so reads and writes take turns.
      try file.check()
      try gate.enter(timeout: configuration.busyTimeout)
      connection = writer
    } else {
      throw StorageError.closed
    }
    let loan = ReaderLoan(connection: connection, snapshot: snapshot, fromPool: pool != nil)
    let context = TransactionContext(now: clock.now())
    guard snapshot else {
      connection.beginUse(context)
      return loan
    }
    do {
      try connection.begin(writing: false, context: context)
    } catch {
      release(loan)
      throw error
    }
    return loan
  }

  private func endRead(_ loan: ReaderLoan) {
    guard !loan.joined else { return }
    if loan.snapshot { loan.connection.endReading() } else { loan.connection.endUse() }
    release(loan)
  }

  private func release(_ loan: ReaderLoan) {
    if loan.fromPool { pool?.checkIn(loan.connection) } else { gate.leave() }
  }

  /// Runs `body` in a write transaction, and commits when it returns.
  ///
  /// If `body` throws, the transaction is rolled back. Inside another `write` on the same thread,
  /// `body` runs in a savepoint with the outer transaction's time; if it throws, only the savepoint
  /// is rolled back.
  ///
  /// - Parameters:
  ///   - principal: the principal; nil for that of this database, else of the outer transaction, or
  ///     the system.
  ///   - reason: the reason, for history and audit.
  ///   - body: the transaction.
  /// - Throws: ``StorageError/closed``, ``StorageError/readOnlyStore``,
  ///   ``StorageError/writeInsideRead``,
  ///   ``StorageError/busy(waitedMicroseconds:operation:holder:)``,
  ///   ``StorageError/writerBusy(waitedMicroseconds:holder:)``, ``StorageError/scopeFailed``,
  ///   ``SQLiteError``, and any error that triggers or `body` throw.
  @discardableResult
  public func write<Result>(
    as principal: Principal? = nil, reason: String? = nil,
    _ body: (borrowing WriteTransaction) throws -> Result
  ) throws -> Result {
    guard let writer else { throw StorageError.readOnlyStore }
    let principal = principal ?? self.principal
    if gate.isHeldByCurrentThread {
      guard !writer.scopes.isEmpty else { throw StorageError.writeInsideRead }
      return try joining(writer, as: principal, reason: reason, body)
    }
    if pool?.current() != nil { throw StorageError.writeInsideRead }
    try openWrite(writer, as: principal, reason: reason)
    let result: Result
    do {
      result = try insideWrite { try body(WriteTransaction(writer)) }
      try writer.commitWriting()
    } catch {
      writer.rollbackWriting()
      announce(closeWrite(writer, committed: false))
      throw error
    }
    announce(closeWrite(writer, committed: true))
    return result
  }

  private func joining<Result>(
    _ writer: Connection, as principal: Principal?, reason: String?,
    _ body: (borrowing WriteTransaction) throws -> Result
  ) throws -> Result {
    let outer = writer.context
    if let principal { writer.context.principal = principal }
    if let reason { writer.context.reason = reason }
    defer { writer.context = outer }
    return try WriteTransaction(writer).savepoint(body)
  }
}
