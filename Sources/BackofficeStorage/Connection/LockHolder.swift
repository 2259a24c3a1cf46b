import CBackofficeSQLite

/// The process that held a file's write lock when another one stopped waiting for it.
public struct LockHolder: Sendable, Hashable {
  /// The process ID.
  public let process: Int64
  /// The short name of the process, if the system provides it.
  public let name: String?
  /// Whether it is this process, with another `Database` value for the same file.
  public let isOwn: Bool

  /// The current holder of the lock of `path`; nil if there is none, or on systems other than
  /// Linux.
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
  /// The process, such as `process 1234 (worker)`.
  public var description: String {
    let own = isOwn ? "this process, " : ""
    return "\(own)process \(process)" + (name.map { " (\($0))" } ?? "")
  }
}
