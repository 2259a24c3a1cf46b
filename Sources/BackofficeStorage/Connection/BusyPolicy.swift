import CBackofficeSQLite

/// The way in which a connection waits for a lock of another process: with jitter, until a
/// deadline, and only while the caller still needs the result.
///
/// SQLite's own busy timeout sleeps in fixed steps, so that processes that started to wait together
/// keep colliding, and it cannot be interrupted.
@safe
final class BusyPolicy {
  let timeoutMicroseconds: Int64
  private let random: RandomSource
  private var start: Int64 = 0
  /// The duration of the last wait.
  private(set) var waitedMicroseconds: Int64 = 0
  /// Checked before each further sleep.
  var cancellation: CancellationFlag?
  /// False for work that should not wait, such as truncating the log.
  var isWaitingAllowed = true

  init(timeout: Duration, random: RandomSource) {
    timeoutMicroseconds = max(0, timeout.microseconds)
    self.random = random
  }

  /// Installs the policy, which must live as long as the connection.
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

  /// Clears the recorded wait.
  func reset() { waitedMicroseconds = 0 }

  private func shouldWait(attempt: Int) -> Bool {
    guard isWaitingAllowed else { return false }
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
