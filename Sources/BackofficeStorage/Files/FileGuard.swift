import CBackofficeSQLite
import Synchronization

/// Checks that an open store still has the file that it opened, in the process that opened it.
final class FileGuard: Sendable {
  /// The path of the file; nil for a database in memory.
  private let path: String?
  private let device: UInt64
  private let number: UInt64
  private let forks = backoffice_fork_count()
  /// When the file was last looked at, in microseconds of the monotonic clock.
  private let lastCheck = Atomic<Int64>(0)
  /// How often the file is looked at.
  private static let interval: Int64 = 100_000

  /// Records the identity of an open file.
  init(_ path: String?) {
    var (device, number) = (UInt64(0), UInt64(0))
    let isFile =
      path.map { unsafe backoffice_file_identity($0, &device, &number) == 0 } ?? false
    self.path = isFile ? path : nil
    (self.device, self.number) = (device, number)
  }

  /// Whether this process was forked off the one that opened the store.
  var isForked: Bool { backoffice_fork_count() != forks }

  /// Checks the process, and the file if it was not looked at recently.
  ///
  /// - Parameter now: the monotonic time in microseconds.
  @inline(__always)
  func check(at now: Int64 = backoffice_monotonic_microseconds()) throws(StorageError) {
    if isForked { throw .forked }
    guard path != nil, now - lastCheck.load(ordering: .relaxed) >= Self.interval else { return }
    lastCheck.store(now, ordering: .relaxed)
    try checkFile()
  }

  /// Lets the next check look at the file; for tests.
  func forgetCheck() { lastCheck.store(.min / 2, ordering: .relaxed) }

  /// Checks that the path still names the file.
  func checkFile() throws(StorageError) {
    guard let path else { return }
    var (device, number) = (UInt64(0), UInt64(0))
    let code = unsafe backoffice_file_identity(path, &device, &number)
    let isGone = code == ENOENT || code == ENOTDIR
    // Other errors, such as missing permissions, say nothing about the file.
    guard isGone || code == 0 && (device != self.device || number != self.number) else { return }
    // The next call looks again, so that no use of the store succeeds.
    forgetCheck()
    throw .cannotOpen(path: path, reason: .replaced)
  }
}
