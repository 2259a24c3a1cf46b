import Dispatch

/// The asynchronous entrance of a database: transactions that never block the cooperative pool.
///
/// ```swift
/// let count = try await database.async.read { transaction in … }
/// ```
///
/// Writes of many tasks share a commit, and with it one sync of the disk: each runs in a savepoint
/// of its own, and returns when the shared commit is durable.
public struct AsyncAccess: Sendable {
  private let database: Database

  init(_ database: Database) { self.database = database }

  /// Runs `body` as ``Database/read(named:_:)`` does, on a thread that may block and that no task
  /// shares.
  ///
  /// At most ``Database/Configuration/maximumReaders`` run at a time; the others wait in their turn.
  /// Cancelling the task interrupts the statement that is running.
  ///
  /// - Throws: `CancellationError` when the task was cancelled, and what
  ///   ``Database/read(named:_:)`` throws.
  public func read<Result: Sendable>(
    _ body: @escaping @Sendable (borrowing ReadTransaction) throws -> Result
  ) async throws -> Result {
    let cancellation = CancellationFlag()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        database.readQueues.async {
          continuation.resume(
            with: Swift.Result {
              try database.cancellableRead(cancellation, body)
            })
        }
      }
    } onCancel: {
      cancellation.set()
    }
  }

  /// Runs `body` as ``Database/write(as:reason:_:)`` does, and returns when it is durable.
  ///
  /// Writes begin in the order in which they were asked for. What `body` throws undoes this write
  /// alone. Cancelling the task ends a write that waits for its turn at once, and one that runs
  /// before its next statement; a statement that is running in a shared transaction is not
  /// interrupted, since SQLite would undo the others too.
  ///
  /// - Throws: `CancellationError` when the task was cancelled before the commit, and what
  ///   ``Database/write(as:reason:_:)`` throws.
  @discardableResult
  public func write<Result: Sendable>(
    as principal: Principal? = nil, reason: String? = nil,
    _ body: @escaping @Sendable (borrowing WriteTransaction) throws -> Result
  ) async throws -> Result {
    let write = TypedGroupedWrite(principal: principal, reason: reason, body: body)
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        write.start(continuation)
        write.wait()
        database.committer.enqueue(write, for: database)
      }
    } onCancel: {
      write.cancel()
    }
  }
}

private final class TypedGroupedWrite<Result: Sendable>: GroupedWrite, @unchecked Sendable {
  private let body: @Sendable (borrowing WriteTransaction) throws -> Result
  // Set once, before anybody can end the write, and used by the one who does.
  private var continuation: CheckedContinuation<Result, any Error>?
  private var result: Result?

  init(
    principal: Principal?, reason: String?,
    body: @escaping @Sendable (borrowing WriteTransaction) throws -> Result
  ) {
    self.body = body
    super.init(principal: principal, reason: reason)
  }

  func start(_ continuation: CheckedContinuation<Result, any Error>) {
    self.continuation = continuation
  }

  override func perform(_ transaction: borrowing WriteTransaction) throws {
    result = try body(transaction)
  }

  override func succeed() {
    guard let continuation = take() else { return }
    if let result {
      continuation.resume(returning: result)
    } else {
      continuation.resume(throwing: StorageError.transactionEnded)
    }
  }

  override func fail(_ error: any Error) { take()?.resume(throwing: error) }

  override func abandon() { continuation?.resume(throwing: CancellationError()) }

  private func take() -> CheckedContinuation<Result, any Error>? { end() ? continuation : nil }
}

extension Database {
  /// The asynchronous entrance.
  public var async: AsyncAccess { AsyncAccess(self) }

  /// A read whose statements are interrupted when `cancellation` is set.
  fileprivate func cancellableRead<Result>(
    _ cancellation: CancellationFlag, _ body: (borrowing ReadTransaction) throws -> Result
  ) throws -> Result {
    if cancellation.isSet { throw CancellationError() }
    return try read { transaction in
      let connection = transaction.connection
      cancellation.attach(connection)
      connection.setCancellation(cancellation)
      defer {
        connection.setCancellation(nil)
        cancellation.detach()
      }
      do {
        return try body(transaction)
      } catch let error as SQLiteError {
        if ResultCode.interrupt ~= error.code, cancellation.isSet { throw CancellationError() }
        throw error
      }
    }
  }
}
