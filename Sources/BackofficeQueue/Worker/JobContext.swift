import Synchronization

/// The context of an attempt, for its handler.
public struct JobContext: Sendable {
  /// The item as it was claimed.
  public let item: QueueItem
  /// The lease, which the worker extends and uses for the acknowledgement.
  public let lease: Lease
  /// The store, on behalf of the worker.
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

  /// Why the task of the handler was cancelled, or nil if it was not.
  public var stopReason: StopReason? { control.stopReason }

  /// Why a handler is to stop.
  public enum StopReason: Sendable, Hashable {
    /// The item was cancelled.
    case cancelRequested
    /// The attempt took longer than its run limit.
    case runLimit
    /// The lease is lost because the item was rescued, cancelled or deleted. The result of the
    /// handler will be discarded.
    case leaseLost
    /// The worker is stopping, and its grace period has ended.
    case shutdown
  }

  /// Reports progress, which the worker writes with its next commit.
  ///
  /// - Parameters:
  ///   - percent: the percentage, clamped to 0 to 100.
  ///   - step: the current step; nil keeps the previous one.
  public func report(percent: Int, step: String? = nil) {
    let step = step.flatMap { $0.isEmpty ? nil : $0.prefix(bytes: QueueError.longestName) }
    control.report(percent: min(max(0, percent), 100), step: step)
  }

  /// Completes the item and runs further writes in one transaction.
  ///
  /// The transaction is atomic even if the process crashes. What the handler returns or throws
  /// afterwards is ignored.
  ///
  /// - Parameters:
  ///   - result: the result; nil for none.
  ///   - body: further writes.
  /// - Throws: ``QueueError/leaseLost(item:reason:)``, and the errors of `body`. Nothing is written
  ///   then.
  public func complete(
    result: JSONText? = nil,
    alongside body: @escaping @Sendable (borrowing WriteTransaction) throws -> Void
  ) async throws {
    let lease = lease
    // Set before the commit, because the worker may see the commit before this task resumes.
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

/// The state that a worker and a handler share.
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
