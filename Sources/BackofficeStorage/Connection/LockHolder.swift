import CBackofficeSQLite

/// The process that held a file's write lock when a waiting one gave up.
public struct LockHolder: Sendable, Hashable {
  /// Its number.
  public let process: Int64
  /// Its short name, where the system tells.
  public let name: String?
  /// Whether it is this process itself, by another `Database` value of the same file.
  public let isOwn: Bool

  /// Who holds the lock of `path` now; nil where nobody does, or the system does not tell (only
  /// Linux does).
  static func current(of path: String) -> LockHolder? {
    let (process, name) = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) {
      buffer -> (Int64, String?) in
      guard let start = buffer.baseAddress else { return (0, nil) }
      let process = unsafe backoffice_lock_holder(path, start, buffer.count)
      let name = unsafe String(cString: start)
      return (process, name.isEmpty ? nil : name)
    }
    guard process > 0 else { return nil }
    return LockHolder(process: process, name: name, isOwn: process == Int64(getpid()))
  }
}

extension LockHolder: CustomStringConvertible {
  /// Such as `process 1234 (worker)`.
  public var description: String {
    let own = isOwn ? "this process itself, " : ""
    return "\(own)process \(process)" + (name.map { " (\($0))" } ?? "")
  }
}
