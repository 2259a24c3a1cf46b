import Dispatch

/// Asynchronous access to a database, which never blocks the cooperative thread pool.
///
/// ```swift
/// let count = try await database.async.read { transaction in … }
/// ```
///
/// Concurrent writes share a commit, and with it one sync of the disk: each runs in a savepoint of
/// its own, and returns when the shared commit is durable.
public struct AsyncAccess: Sendable {
  private let database: Database

  init(_ database: Database) { self.database = database }

  /// Runs `body` in a read transaction, on a thread that no task uses.
  ///
  /// At most ``Database/Configuration/maximumReaders`` reads run at a time; others wait in order.
  /// Cancelling the task interrupts the running statement.
  ///
  /// - Parameter body: the read.
  ///
  /// - Throws: `CancellationError` if the task is cancelled, and the errors of
  ///   ``Database/read(named:_:)``.
  public func read<Result: Sendable>(
    _ body: @escaping @Sendable (borrowing ReadTransaction) throws -> Result
  ) async throws -> Result {
    // The threads of the store belong to the other process.
    if database.file.isForked { throw StorageError.forked }
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

  /// Runs `body` in a write transaction, and returns when it is durable.
  ///
  /// Writes begin in the order of the calls. If `body` throws, only this write is rolled back. If
  /// the task is cancelled, a waiting write ends immediately, and a running write before its next
  /// statement. A running statement is not interrupted, because SQLite would roll back the other
  /// writes of the shared transaction.
  ///
  /// - Parameters:
  ///   - principal: the principal; nil for that of the database.
  ///   - reason: the reason, for history and audit.
  ///   - body: the transaction.
  ///
  /// - Throws: `CancellationError` if the task is cancelled before the commit,
  ///   ``StorageError/writeInsideWrite`` in a task that was started inside a write, and the errors of
  ///   ``Database/write(as:reason:_:)``.
  @discardableResult
  public func write<Result: Sendable>(
    as principal: Principal? = nil, reason: String? = nil,
    _ body: @escaping @Sendable (borrowing WriteTransaction) throws -> Result
  ) async throws -> Result {
    if database.file.isForked { throw StorageError.forked }
    if database.isInsideWrite { throw StorageError.writeInsideWrite }
    let write = TypedGroupedWrite(
      principal: principal ?? database.principal, reason: reason, body: body)
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
  // Set once, before the write can end, and used by the thread that ends it.
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

/// The store whose write started the current task, if any.
enum WritingStore {
  @TaskLocal static var current: ObjectIdentifier?
}

extension Database {
  /// Whether the current task was started inside a write of this store.
  var isInsideWrite: Bool { WritingStore.current == ObjectIdentifier(gate) }

  /// Runs the body of a write so that the tasks that it starts know of the write.
  func insideWrite<Result>(_ body: () throws -> Result) rethrows -> Result {
    try WritingStore.$current.withValue(ObjectIdentifier(gate), operation: body)
  }

  /// Asynchronous access to the database.
  public var async: AsyncAccess { AsyncAccess(self) }

  /// Runs a read whose statements are interrupted when `cancellation` is set.
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
