import CBackofficeSQLite
import Dispatch
import Synchronization

/// Lets one thread at a time use the writing connection, in the order in which they came.
final class WriterGate: Sendable {
  private struct State: Sendable {
    var isHeld = false
    var isClosed = false
    var waiters: [DispatchSemaphore] = []
    var firstWaiter = 0
  }

  private let state = Mutex(State())
  /// The thread that holds the gate, or 0.
  private let owner = Atomic<UInt>(0)

  /// Whether the calling thread holds the gate already.
  var isHeldByCurrentThread: Bool {
    // Only this thread can have stored its own number, so a relaxed load cannot mislead it.
    owner.load(ordering: .relaxed) == UInt(backoffice_thread_id())
  }

  func enter() throws(StorageError) {
    let waiter: DispatchSemaphore?
    do {
      waiter = try state.withLock { state throws(StorageError) in
        if state.isClosed { throw StorageError.closed }
        if !state.isHeld {
          state.isHeld = true
          return nil
        }
        let semaphore = DispatchSemaphore(value: 0)
        state.waiters.append(semaphore)
        return semaphore
      }
    }
    if let waiter {
      waiter.wait()
      // Whoever closed the gate wakes the waiters without handing it over.
      if state.withLock({ $0.isClosed }) {
        leave()
        throw .closed
      }
    }
    owner.store(UInt(backoffice_thread_id()), ordering: .relaxed)
  }

  func leave() {
    owner.store(0, ordering: .relaxed)
    state.withLock { state in
      if state.firstWaiter < state.waiters.count {
        // The gate stays held: it goes to the one who waited longest.
        state.waiters[state.firstWaiter].signal()
        state.firstWaiter += 1
        if state.firstWaiter == state.waiters.count {
          state.waiters.removeAll(keepingCapacity: true)
          state.firstWaiter = 0
        }
      } else {
        state.isHeld = false
      }
    }
  }

  /// Refuses everyone from now on; those who wait are refused in turn.
  func close() { state.withLock { $0.isClosed = true } }
}
