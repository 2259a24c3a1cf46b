extension Database {
  /// Runs `body` on a view of the store at one moment; waits for no writer.
  ///
  /// Inside another `read` or `write` of the same thread, `body` joins it.
  ///
  /// - Parameters:
  ///   - name: what ``Database/metrics`` and alarms call this read; give long ones a name.
  ///   - body: the read.
  /// - Throws: ``StorageError/closed``, ``StorageError/readersExhausted(limit:waitedMicroseconds:)``,
  ///   ``SQLiteError``, and what `body` throws.
  public func read<Result>(
    named name: String? = nil, _ body: (borrowing ReadTransaction) throws -> Result
  ) throws -> Result {
    try withReader(snapshot: true, name: name, body)
  }

  /// Like ``read(named:_:)`` for a body of one statement, which is a snapshot by itself.
  package func readOnce<Result>(
    _ body: (borrowing ReadTransaction) throws -> Result
  ) throws -> Result {
    try withReader(snapshot: false, body)
  }

  private func withReader<Result>(
    snapshot: Bool, name: String? = nil, _ body: (borrowing ReadTransaction) throws -> Result
  ) throws -> Result {
    let loan = try borrowReader(snapshot: snapshot, name: name)
    defer { giveBack(loan) }
    return try body(ReadTransaction(loan.connection))
  }

  /// A connection lent for one read, and what its end has to undo.
  private struct ReaderLoan {
    let connection: Connection
    /// Whether the read joined a transaction that goes on after it.
    var joined = false
    var snapshot = false
    var fromPool = false
  }

  private func borrowReader(snapshot: Bool, name: String?) throws -> ReaderLoan {
    if gate.isHeldByCurrentThread, let writer {
      return ReaderLoan(connection: writer, joined: true)
    }
    if let current = pool?.current() { return ReaderLoan(connection: current, joined: true) }
    let connection: Connection
    if let pool {
      connection = try pool.checkOut(timeout: configuration.readerTimeout, name: name)
    } else if let writer {
      // In memory there is one connection, so reads and writes take turns.
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
      handBack(loan)
      throw error
    }
    return loan
  }

  private func giveBack(_ loan: ReaderLoan) {
    guard !loan.joined else { return }
    if loan.snapshot { loan.connection.endReading() } else { loan.connection.endUse() }
    handBack(loan)
  }

  private func handBack(_ loan: ReaderLoan) {
    if loan.fromPool { pool?.checkIn(loan.connection) } else { gate.leave() }
  }

  /// Runs `body` in the one write transaction of the file, and commits when it returns.
  ///
  /// What `body` throws undoes everything. Inside another `write` of the same thread, `body` runs
  /// in a savepoint of it: its failure undoes only its own part, and it keeps the outer time.
  ///
  /// - Parameters:
  ///   - principal: who acts; nil for whoever the outer transaction names, else the system.
  ///   - reason: why, for history and audit.
  ///   - body: the transaction.
  /// - Throws: ``StorageError/closed``, ``StorageError/readOnlyStore``,
  ///   ``StorageError/writeInsideRead``, ``StorageError/busy(waitedMicroseconds:operation:holder:)``,
  ///   ``StorageError/writerBusy(waitedMicroseconds:holder:)``, ``StorageError/scopeFailed``, ``SQLiteError``, and what triggers and `body` throw.
  @discardableResult
  public func write<Result>(
    as principal: Principal? = nil, reason: String? = nil,
    _ body: (borrowing WriteTransaction) throws -> Result
  ) throws -> Result {
    guard let writer else { throw StorageError.readOnlyStore }
    if gate.isHeldByCurrentThread {
      guard !writer.scopes.isEmpty else { throw StorageError.writeInsideRead }
      return try joining(writer, as: principal, reason: reason, body)
    }
    if pool?.current() != nil { throw StorageError.writeInsideRead }
    try openWrite(writer, as: principal, reason: reason)
    let result: Result
    do {
      result = try body(WriteTransaction(writer))
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
