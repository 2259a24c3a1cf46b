import Dispatch
import Synchronization

/// Dispatch queues for asynchronous reads, at most one for each reader.
///
/// A concurrent queue would use the threads of the global queue. On Linux, tasks also run on those,
/// so that as many long reads as there are cores would block all tasks, including those that could
/// cancel the reads. Each serial queue has a thread of its own while it works.
final class ReadQueues: Sendable {
  private struct State: Sendable {
    var idle: [DispatchQueue] = []
    var made = 0
    /// The waiting work; the entries before `first` have been taken.
    var waiting: [@Sendable () -> Void] = []
    var first = 0
  }

  private let state = Mutex(State())
  private let limit: Int

  init(limit: Int) { self.limit = max(1, limit) }

  /// Runs `work` on a free queue, or on the next that becomes free.
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

  /// Takes the oldest waiting work; if there is none, the queue becomes idle.
  private func next(for queue: DispatchQueue) -> (@Sendable () -> Void)? {
    state.withLock { state in
      guard state.first < state.waiting.count else {
        state.waiting.removeAll()
        state.first = 0
        state.idle.append(queue)
        return nil
      }
      let work = state.waiting[state.first]
      // Releases the closure, and removes the taken entries from time to time.
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
