import CBackofficeSQLite

/// Watches `VACUUM INTO`, which says nothing by itself: tells how far the copy has come, and ends
/// it when the task is cancelled or the caller has had enough.
@safe
final class CopyMonitor {
  /// Why the copy was ended; nil when SQLite itself failed.
  private(set) var failure: (any Error)?
  private let tell: (Database.CopyProgress) throws -> Void
  private let path: String
  private let totalPages: Int
  private let pageSize: Int64
  private var lastTold = 0

  init(
    _ connection: Connection, to path: String,
    _ tell: @escaping (Database.CopyProgress) throws -> Void
  ) throws {
    self.path = path
    self.tell = tell
    totalPages = try connection.pragmaText("page_count").flatMap { Int($0) } ?? 0
    pageSize = max(1, connection.pageSize)
  }

  /// Has SQLite ask between the steps of its machine whether to go on, while `body` runs.
  func watching(_ connection: Connection, _ body: () throws -> Void) throws {
    let context = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe sqlite3_progress_handler(
      connection.handle, 5000,
      { context in
        guard let context = unsafe context else { return 0 }
        let monitor = unsafe Unmanaged<CopyMonitor>.fromOpaque(context).takeUnretainedValue()
        return monitor.isWanted() ? 0 : 1
      }, context)
    defer { unsafe sqlite3_progress_handler(connection.handle, 0, nil, nil) }
    do {
      try body()
    } catch {
      throw failure ?? error
    }
  }

  /// Tells that everything is copied.
  func finish() throws {
    try tell(Database.CopyProgress(copiedPages: totalPages, totalPages: totalPages))
  }

  private func isWanted() -> Bool {
    guard failure == nil else { return false }
    do {
      if Task.isCancelled { throw CancellationError() }
      // The copy is compacted, so it ends smaller, and its last pages are still in memory.
      let copied = min(totalPages, unsafe Int(backoffice_file_size(path) / pageSize))
      if copied >= lastTold + 256 {
        lastTold = copied
        try tell(Database.CopyProgress(copiedPages: copied, totalPages: totalPages))
      }
      return true
    } catch {
      failure = error
      return false
    }
  }
}
