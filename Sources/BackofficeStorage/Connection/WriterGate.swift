import CBackofficeSQLite
import Dispatch
import Synchronization

/// Gives one thread at a time access to the writing connection, in order of arrival.
final class WriterGate: Sendable {
  /// A waiting thread.
  private final class Waiter: Sendable {
    let semaphore = DispatchSemaphore(value: 0)
  }

  private struct State: Sendable {
    var isHeld = false
    var isClosed = false
    var waiters: [Waiter] = []
    /// The holder of the gate, for the error of a thread that times out.
    var holder: Holder?
  }

  /// The holder of the gate.
  struct Holder: Sendable {
    let principal: Principal
    let reason: String?
    let since: Int64

    /// The principal, reason and duration, such as `staff:ada (import) for 12 ms`.
    var description: String {
      let age = (backoffice_monotonic_microseconds() - since) / 1000
      let why = reason.map { " (\($0))" } ?? ""
      return "\(principal)\(why) for \(age) ms"
    }
  }

  private let state = Mutex(State())
  /// The thread that holds the gate, or 0.
  private let owner = Atomic<UInt>(0)

  /// Whether the calling thread holds the gate.
  var isHeldByCurrentThread: Bool {
    // A relaxed load suffices, because only this thread stores its own number.
    owner.load(ordering: .relaxed) == UInt(backoffice_thread_id())
  }

  /// The number of waiting threads.
  var waitingCount: Int { state.withLock { $0.waiters.count } }

  /// Enters the gate, and waits for it for at most `timeout`.
  ///
  /// - Throws: ``StorageError/closed``, ``StorageError/writerBusy(waitedMicroseconds:holder:)``.
  func enter(timeout: Duration) throws(StorageError) {
    let waiter = try state.withLock { state throws(StorageError) -> Waiter? in
      if state.isClosed { throw StorageError.closed }
      if !state.isHeld {
        state.isHeld = true
        return nil
      }
      let waiter = Waiter()
      state.waiters.append(waiter)
      return waiter
    }
    if let waiter { try wait(waiter, timeout: timeout) }
    owner.store(UInt(backoffice_thread_id()), ordering: .relaxed)
  }

  /// Enters the gate if it is free, and returns whether it did.
  func tryEnter() -> Bool {
    let taken = state.withLock { state -> Bool in
      guard !state.isClosed, !state.isHeld else { return false }
      state.isHeld = true
      return true
    }
    if taken { owner.store(UInt(backoffice_thread_id()), ordering: .relaxed) }
    return taken
  }

  private func wait(_ waiter: Waiter, timeout: Duration) throws(StorageError) {
    let start = backoffice_monotonic_microseconds()
    let limit = DispatchTimeInterval.microseconds(Int(clamping: timeout.microseconds))
    if waiter.semaphore.wait(timeout: .now() + limit) == .timedOut {
      let gaveUp = state.withLock { state -> (Bool, Holder?) in
        guard let index = state.waiters.firstIndex(where: { $0 === waiter }) else {
          // The gate was handed to this thread after the timeout.
          return (false, nil)
        }
        state.waiters.remove(at: index)
        return (true, state.holder)
      }
      if gaveUp.0 {
        throw .writerBusy(
          waitedMicroseconds: backoffice_monotonic_microseconds() - start,
          holder: gaveUp.1?.description ?? "another thread")
      }
      waiter.semaphore.wait()
    }
    // After the gate closes, the waiting threads enter one by one and throw.
    if state.withLock({ $0.isClosed }) {
      leave()
      throw .closed
    }
  }

  /// Records the holder of the gate.
  func name(_ principal: Principal, _ reason: String?) {
    let holder = Holder(
      principal: principal, reason: reason, since: backoffice_monotonic_microseconds())
    state.withLock { $0.holder = holder }
  }

  func leave() {
    owner.store(0, ordering: .relaxed)
    state.withLock { state in
      state.holder = nil
      if state.waiters.isEmpty {
        state.isHeld = false
      } else {
        // The gate stays held and passes to the thread that waited longest.
        state.waiters.removeFirst().semaphore.signal()
      }
    }
  }

  /// Closes the gate; waiting and later threads throw.
  func close() { state.withLock { $0.isClosed = true } }
}
