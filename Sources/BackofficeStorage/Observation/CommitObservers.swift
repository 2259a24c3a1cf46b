import Synchronization

/// The observers of commits.
final class CommitObservers: Sendable {
  private struct State: Sendable {
    var next = 0
    var observers: [(id: Int, notify: @Sendable (Set<String>) -> Void)] = []
  }

  private let state = Mutex(State())

  var isEmpty: Bool { state.withLock { $0.observers.isEmpty } }

  func add(_ notify: @escaping @Sendable (Set<String>) -> Void) -> Int {
    state.withLock { state in
      state.next += 1
      state.observers.append((state.next, notify))
      return state.next
    }
  }

  func remove(_ id: Int) { state.withLock { $0.observers.removeAll { $0.id == id } } }

  func notify(_ tables: Set<String>) {
    let observers = state.withLock { $0.observers }
    for observer in observers { observer.notify(tables) }
  }
}

/// The registration of a commit observer, which ends when this value is deallocated.
public final class CommitObservation: Sendable {
  private let observers: CommitObservers
  private let id: Int

  init(observers: CommitObservers, id: Int) {
    self.observers = observers
    self.id = id
  }

  /// Ends the registration.
  public func cancel() { observers.remove(id) }

  deinit { observers.remove(id) }
}

extension Database {
  /// Calls `notify` after each commit of this `Database` that changes rows.
  ///
  /// The call runs on the writing thread after the connection is released, so it may read and
  /// write. Commits of other processes are not reported.
  ///
  /// - Parameter notify: receives the names of the changed tables.
  ///
  /// - Returns: the registration, which must be kept as long as calls are wanted.
  public func observeCommits(
    _ notify: @escaping @Sendable (_ tables: Set<String>) -> Void
  ) -> CommitObservation {
    CommitObservation(observers: observers, id: observers.add(notify))
  }
}
