import CBackofficeSQLite
import Dispatch
import Synchronization

/// Lets one thread at a time use the writing connection, in the order in which they came.
final class WriterGate: Sendable {
  /// One that waits for its turn.
  private final class Waiter: Sendable {
    let semaphore = DispatchSemaphore(value: 0)
  }

  private struct State: Sendable {
    var isHeld = false
    var isClosed = false
    var waiters: [Waiter] = []
    /// Who holds the gate, for the error of those who wait in vain.
    var holder: Holder?
  }

  /// Who holds the gate, and since when.
  struct Holder: Sendable {
    let principal: Principal
    let reason: String?
    let since: Int64

    /// Such as `staff:ada (import) for 12 s`.
    var description: String {
      let age = (backoffice_monotonic_microseconds() - since) / 1000
      let why = reason.map { " (\($0))" } ?? ""
      return "\(principal)\(why) for \(age) ms"
    }
  }

  private let state = Mutex(State())
  /// The thread that holds the gate, or 0.
  private let owner = Atomic<UInt>(0)

  /// Whether the calling thread holds the gate already.
  var isHeldByCurrentThread: Bool {
    // Only this thread can have stored its own number, so a relaxed load cannot mislead it.
    owner.load(ordering: .relaxed) == UInt(backoffice_thread_id())
  }

  /// How many threads wait.
  var waitingCount: Int { state.withLock { $0.waiters.count } }

  /// Waits for the gate, at most for `timeout`.
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

  /// Takes the gate if nobody has it; answers whether it did.
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
    let patience = DispatchTimeInterval.microseconds(Int(clamping: timeout.microseconds))
    if waiter.semaphore.wait(timeout: .now() + patience) == .timedOut {
      let gaveUp = state.withLock { state -> (Bool, Holder?) in
        guard let index = state.waiters.firstIndex(where: { $0 === waiter }) else {
          // The gate was handed over in this very moment.
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
    // Whoever closed the gate lets the waiters through one by one, to be refused.
    if state.withLock({ $0.isClosed }) {
      leave()
      throw .closed
    }
  }

  /// Notes who holds the gate and why.
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
        // The gate stays held: it goes to the one who waited longest.
        state.waiters.removeFirst().semaphore.signal()
      }
    }
  }

  /// Refuses everyone from now on; those who wait are refused in turn.
  func close() { state.withLock { $0.isClosed = true } }
}
