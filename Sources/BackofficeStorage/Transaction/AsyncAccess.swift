import Dispatch

/// The asynchronous entrance of a database: the same transactions, run off the cooperative pool.
///
/// ```swift
/// let count = try await database.async.read { transaction in … }
/// ```
public struct AsyncAccess: Sendable {
  private let database: Database

  init(_ database: Database) { self.database = database }

  /// Runs `body` as ``Database/read(_:)`` does, on a thread that may block.
  ///
  /// - Throws: `CancellationError` when the task was cancelled before the read began, and what
  ///   ``Database/read(_:)`` throws.
  public func read<Result: Sendable>(
    _ body: @escaping @Sendable (borrowing ReadTransaction) throws -> Result
  ) async throws -> Result {
    try await run(on: database.readQueue) { try database.read(body) }
  }

  /// Runs `body` as ``Database/write(as:reason:_:)`` does, on a thread that may block.
  ///
  /// Returns after the commit is durable. Writes begin in the order in which they were asked for.
  ///
  /// - Throws: `CancellationError` when the task was cancelled before the write began, and what
  ///   ``Database/write(as:reason:_:)`` throws.
  @discardableResult
  public func write<Result: Sendable>(
    as principal: Principal? = nil, reason: String? = nil,
    _ body: @escaping @Sendable (borrowing WriteTransaction) throws -> Result
  ) async throws -> Result {
    try await run(on: database.writeQueue) {
      try database.write(as: principal, reason: reason, body)
    }
  }

  private func run<Result: Sendable>(
    on queue: DispatchQueue, _ body: @escaping @Sendable () throws -> Result
  ) async throws -> Result {
    let cancellation = CancellationFlag()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        queue.async {
          continuation.resume(
            with: Swift.Result {
              if cancellation.isSet { throw CancellationError() }
              return try body()
            })
        }
      }
    } onCancel: {
      cancellation.set()
    }
  }
}

extension Database {
  /// The asynchronous entrance.
  public var async: AsyncAccess { AsyncAccess(self) }
}
