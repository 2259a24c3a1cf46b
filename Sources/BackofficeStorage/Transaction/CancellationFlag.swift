import CBackofficeSQLite
import Synchronization

/// Says across threads that somebody no longer wants the result.
@usableFromInline
final class CancellationFlag: Sendable {
  private let flag = Atomic<Bool>(false)
  /// The connection whose statement is to be interrupted, while it works for this flag.
  private let attached = Mutex<Connection?>(nil)

  init() {}

  @usableFromInline var isSet: Bool { flag.load(ordering: .acquiring) }

  /// Sets the flag, and interrupts the attached connection.
  func set() {
    flag.store(true, ordering: .releasing)
    // Inside the lock: once detached, the connection may already work for somebody else.
    attached.withLock { $0?.interrupt() }
  }

  /// Lets ``set()`` interrupt `connection` until ``detach()``.
  func attach(_ connection: Connection) { attached.withLock { $0 = connection } }

  func detach() { attached.withLock { $0 = nil } }
}

extension Connection {
  /// Makes the statement that is running fail; may be called from any thread.
  func interrupt() { unsafe sqlite3_interrupt(handle) }
}
