import Dispatch
import Synchronization

/// Threads for asynchronous reads, at most as many as there may be readers.
///
/// A concurrent queue would take its threads from the few that the system's global queue has. On
/// Linux tasks run on those, too: as many long reads as the machine has cores would stop every task,
/// also the one that wants to cancel them. A serial queue has a thread of its own while it works.
final class ReadQueues: Sendable {
  private struct State: Sendable {
    var idle: [DispatchQueue] = []
    var made = 0
    /// What waits for a queue; what comes before `first` has had its turn.
    var waiting: [@Sendable () -> Void] = []
    var first = 0
  }

  private let state = Mutex(State())
  private let limit: Int

  init(limit: Int) { self.limit = max(1, limit) }

  /// Runs `work` on a free queue, or in its turn on the first that comes free.
  func async(_ work: @escaping @Sendable () -> Void) {
    let free = state.withLock { state -> DispatchQueue? in
      if let queue = state.idle.popLast() { return queue }
      if state.made < limit {
        state.made += 1
        return DispatchQueue(label: "backoffice.read")
      }
      state.waiting.append(work)
      return nil
    }
    guard let free else { return }
    free.async { [self] in
      work()
      while let next = next(for: free) { next() }
    }
  }

  /// What waits longest, or nothing, and then the queue is free.
  private func next(for queue: DispatchQueue) -> (@Sendable () -> Void)? {
    state.withLock { state in
      guard state.first < state.waiting.count else {
        state.waiting.removeAll()
        state.first = 0
        state.idle.append(queue)
        return nil
      }
      let work = state.waiting[state.first]
      // What it holds on to goes with it, and the places before it from time to time.
      state.waiting[state.first] = {}
      state.first += 1
      if state.first >= 64, state.first * 2 >= state.waiting.count {
        state.waiting.removeFirst(state.first)
        state.first = 0
      }
      return work
    }
  }
}
