import Synchronization

/// A thread-safe flag that cancels the work of a connection.
@usableFromInline
final class CancellationFlag: Sendable {
  private let flag = Atomic<Bool>(false)
  /// The connection to interrupt, while it works for this flag.
  private let attached = Mutex<Connection?>(nil)

  init() {}

  @usableFromInline var isSet: Bool { flag.load(ordering: .acquiring) }

  /// Sets the flag and interrupts the attached connection.
  func set() {
    flag.store(true, ordering: .releasing)
    // Inside the lock, because a detached connection may already work for another caller.
    attached.withLock { $0?.interrupt() }
  }

  /// Lets ``set()`` interrupt `connection` until ``detach()``.
  func attach(_ connection: Connection) { attached.withLock { $0 = connection } }

  func detach() { attached.withLock { $0 = nil } }
}
