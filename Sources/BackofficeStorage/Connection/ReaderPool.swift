import CBackofficeSQLite
import Dispatch
import Synchronization

/// The reading connections of a file, each opened on demand and used by one thread at a time.
final class ReaderPool: Sendable {
  private struct Loan: Sendable {
    let thread: UInt
    let connection: Connection
    let name: String?
    let since: Int64
  }

  private struct State: Sendable {
    var idle: [Connection] = []
    var lent: [Loan] = []
    var opened = 0
    var isClosed = false
    var waiting = 0
  }

  private let state = Mutex(State())
  private let freed = DispatchSemaphore(value: 0)
  private let limit: Int
  private let open: @Sendable () throws -> Connection
  private let file: FileGuard

  init(
    limit: Int, file: FileGuard, first: Connection? = nil,
    open: @escaping @Sendable () throws -> Connection
  ) {
    self.limit = max(1, limit)
    self.file = file
    self.open = open
    if let first {
      state.withLock { state in
        state.idle.append(first)
        state.opened = 1
      }
    }
  }

  /// The connection that the calling thread has checked out, if any.
  func current() -> Connection? {
    let thread = UInt(backoffice_thread_id())
    return state.withLock { state in
      state.lent.first(where: { $0.thread == thread })?.connection
    }
  }

  private enum Outcome: Sendable {
    case connection(Connection)
    case open
    case wait
    case closed
  }

  /// Checks out a connection for the calling thread; opens one or waits if none is idle.
  func checkOut(timeout: Duration, name: String? = nil) throws -> Connection {
    let thread = UInt(backoffice_thread_id())
    let start = backoffice_monotonic_microseconds()
    try file.check(at: start)
    let limitMicroseconds = timeout.microseconds
    while true {
      let outcome = state.withLock { state -> Outcome in
        if state.isClosed { return .closed }
        if let connection = state.idle.popLast() {
          state.lent.append(
            Loan(thread: thread, connection: connection, name: name, since: start))
          return .connection(connection)
        }
        if state.opened < limit {
          state.opened += 1
          return .open
        }
        state.waiting += 1
        return .wait
      }
      switch outcome {
      case .closed: throw StorageError.closed
      case .connection(let connection): return connection
      case .open:
        do {
          let opened = Result { try open() }
          // Whether it opened or not: the file may have been replaced before.
          try file.checkFile()
          let connection = try opened.get()
          let loan = Loan(thread: thread, connection: connection, name: name, since: start)
          state.withLock { $0.lent.append(loan) }
          return connection
        } catch {
          state.withLock { $0.opened -= 1 }
          throw error
        }
      case .wait:
        let waited = backoffice_monotonic_microseconds() - start
        let left = max(0, limitMicroseconds - waited)
        let result = freed.wait(timeout: .now() + .microseconds(Int(clamping: left)))
        state.withLock { $0.waiting -= 1 }
        if result == .timedOut {
          throw StorageError.readersExhausted(
            limit: limit, waitedMicroseconds: backoffice_monotonic_microseconds() - start)
        }
      }
    }
  }

  /// The number of open and checked-out connections, and the longest-running read.
  var usage: (open: Int, lent: Int, oldest: ReadInProgress?) {
    let now = backoffice_monotonic_microseconds()
    return state.withLock { state in
      let oldest = state.lent.min { $0.since < $1.since }
      return (
        state.opened, state.lent.count,
        oldest.map { ReadInProgress(name: $0.name, ageMicroseconds: now - $0.since) }
      )
    }
  }

  /// Returns a connection to the pool.
  func checkIn(_ connection: Connection) {
    let wake = state.withLock { state -> Bool in
      if let index = state.lent.firstIndex(where: { $0.connection === connection }) {
        state.lent.swapAt(index, state.lent.count - 1)
        state.lent.removeLast()
      }
      if !state.isClosed { state.idle.append(connection) }
      return state.waiting > 0
    }
    if wake { freed.signal() }
  }

  /// Closes the idle connections; the others close when they are returned.
  func close() {
    state.withLock { state in
      state.isClosed = true
      state.idle.removeAll()
    }
  }
}
