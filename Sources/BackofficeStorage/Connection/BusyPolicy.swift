import CBackofficeSQLite

/// How a connection waits for a lock that another process holds: with jitter, to a deadline, and
/// no longer than the caller wants the result.
///
/// SQLite's own busy timeout sleeps in fixed steps, so that processes that began to wait together
/// keep colliding, and nothing can end it early.
@safe
final class BusyPolicy {
  let timeoutMicroseconds: Int64
  private let random: RandomSource
  private var start: Int64 = 0
  /// How long the last wait took.
  private(set) var waitedMicroseconds: Int64 = 0
  /// Asked before each further sleep.
  var cancellation: CancellationFlag?
  /// False for work that is not worth waiting for, such as cutting the log.
  var isPatient = true

  init(timeout: Duration, random: RandomSource) {
    timeoutMicroseconds = max(0, timeout.microseconds)
    self.random = random
  }

  /// Installs the policy; it must live as long as the connection.
  func register(on database: OpaquePointer) {
    let context = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe sqlite3_busy_handler(
      database,
      { context, attempt in
        guard let context = unsafe context else { return 0 }
        let policy = unsafe Unmanaged<BusyPolicy>.fromOpaque(context).takeUnretainedValue()
        return policy.shouldWait(attempt: Int(attempt)) ? 1 : 0
      }, context)
  }

  /// Forgets earlier waits.
  func reset() { waitedMicroseconds = 0 }

  private func shouldWait(attempt: Int) -> Bool {
    guard isPatient else { return false }
    let now = backoffice_monotonic_microseconds()
    if attempt == 0 { start = now }
    waitedMicroseconds = now - start
    if let cancellation, cancellation.isSet { return false }
    let left = timeoutMicroseconds - waitedMicroseconds
    guard left > 0 else { return false }
    // 0.2, 0.4, 0.8 … 25.6 ms, each between half and the whole of it.
    let step = Int64(200) << Int64(min(attempt, 7))
    let nap = step / 2 + Int64(random.next(below: Int(step / 2) + 1))
    backoffice_sleep_microseconds(min(nap, left))
    waitedMicroseconds = backoffice_monotonic_microseconds() - start
    return true
  }
}
