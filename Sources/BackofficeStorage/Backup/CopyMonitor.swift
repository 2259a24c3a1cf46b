import CBackofficeSQLite

/// Watches `VACUUM INTO`, which says nothing by itself: tells how far the copy has come, and ends
/// it when the task is cancelled or the caller has had enough.
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

  /// Watches while `body` runs.
  func watching(_ connection: Connection, _ body: () throws -> Void) throws {
    do {
      try connection.polling({ continues() }, body)
    } catch {
      throw failure ?? error
    }
  }

  /// Tells that everything is copied.
  func finish() throws {
    try tell(Database.CopyProgress(copiedPages: totalPages, totalPages: totalPages))
  }

  private func continues() -> Bool {
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
