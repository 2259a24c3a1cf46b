import Synchronization

/// What a handler knows of the attempt it makes.
public struct JobContext: Sendable {
  /// The item as it was claimed.
  public let item: QueueItem
  /// The lease; the worker extends it and acknowledges with it.
  public let lease: Lease
  /// The store, in the name of the worker.
  public let store: BackofficeStore
  package let control: JobControl

  package init(_ claimed: ClaimedItem, store: BackofficeStore, control: JobControl) {
    item = claimed.item
    lease = claimed.lease
    self.store = store
    self.control = control
  }

  /// The number of the attempt, from 1.
  public var attempt: Int { item.attempts.claims }

  /// Why the task of the handler was cancelled, or nil while it was not.
  public var stopReason: StopReason? { control.stopReason }

  /// Why a handler is asked to stop.
  public enum StopReason: Sendable, Hashable {
    /// The item was cancelled.
    case cancelRequested
    /// The attempt took longer than its run limit.
    case runLimit
    /// The lease is lost: the item was rescued, cancelled or deleted. What the handler does now
    /// counts for nothing.
    case leaseLost
    /// The worker stops, and its grace period is over.
    case shutdown
  }

  /// Tells how far the work has come; it reaches the store with the worker's next commit.
  ///
  /// - Parameters:
  ///   - percent: 0 to 100; values beyond count as the nearest of both.
  ///   - step: what is being done; nil leaves what was said before.
  public func report(percent: Int, step: String? = nil) {
    control.report(percent: min(max(0, percent), 100), step: step)
  }

  /// Completes the item in one transaction with what the program writes itself.
  ///
  /// Both happen, or neither: a worker that dies in between leaves no half of it. What the handler
  /// answers or throws after it is not looked at.
  ///
  /// - Parameters:
  ///   - result: the result; nil for none.
  ///   - body: further writes.
  /// - Throws: ``QueueError/leaseLost(item:reason:)``, then nothing was written, and what `body`
  ///   throws.
  public func complete(
    result: JSONText? = nil,
    alongside body: @escaping @Sendable (borrowing WriteTransaction) throws -> Void
  ) async throws {
    let lease = lease
    // Noted before, since the worker may see the commit before this task goes on.
    control.settle(true)
    do {
      try await store.database.async.write(as: store.principal) { transaction in
        try body(transaction)
        try transaction.queue.complete(lease, result: result)
      }
    } catch {
      control.settle(false)
      throw error
    }
  }
}

/// What a worker and one attempt tell each other.
package final class JobControl: Sendable {
  private struct State: Sendable {
    var stopReason: JobContext.StopReason?
    var isSettled = false
    var progress: JobProgress?
  }

  private let state = Mutex(State())
  private let onReport: @Sendable () -> Void

  package init(onReport: @escaping @Sendable () -> Void = {}) { self.onReport = onReport }

  var stopReason: JobContext.StopReason? { state.withLock { $0.stopReason } }

  /// Whether the handler has completed the item itself, or is about to.
  package var isSettled: Bool { state.withLock { $0.isSettled } }

  func settle(_ isSettled: Bool) { state.withLock { $0.isSettled = isSettled } }

  /// Notes why the handler is to stop; the first reason stays.
  func stop(_ reason: JobContext.StopReason) {
    state.withLock { $0.stopReason = $0.stopReason ?? reason }
  }

  func report(percent: Int, step: String?) {
    let isFirst = state.withLock { state in
      defer {
        state.progress = JobProgress(percent: percent, step: step ?? state.progress?.step)
      }
      return state.progress == nil
    }
    if isFirst { onReport() }
  }

  /// Puts progress back that could not be written.
  func restore(_ progress: JobProgress) {
    state.withLock { $0.progress = $0.progress ?? progress }
  }

  /// The progress that was not written yet.
  package func takeProgress() -> JobProgress? {
    state.withLock { state in
      defer { state.progress = nil }
      return state.progress
    }
  }
}

/// How far an attempt has come.
package struct JobProgress: Sendable, Hashable {
  package let percent: Int
  package let step: String?
}
