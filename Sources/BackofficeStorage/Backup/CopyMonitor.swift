import CBackofficeSQLite

/// Reports the progress of `VACUUM INTO`, and stops it when the task is cancelled or the callback
/// throws.
final class CopyMonitor {
  /// The error that stopped the copy; nil if SQLite failed on its own.
  private(set) var failure: (any Error)?
  private let report: (Database.CopyProgress) throws -> Void
  private let path: String
  private let totalPages: Int
  private let pageSize: Int64
  private var lastReported = 0

  init(
    _ connection: Connection, to path: String,
    _ report: @escaping (Database.CopyProgress) throws -> Void
  ) throws {
    self.path = path
    self.report = report
    totalPages = try connection.pragmaText("page_count").flatMap { Int($0) } ?? 0
    pageSize = max(1, connection.pageSize)
  }

  /// Monitors the copy while `body` runs.
  func watching(_ connection: Connection, _ body: () throws -> Void) throws {
    do {
      try connection.polling({ continues() }, body)
    } catch {
      throw failure ?? error
    }
  }

  /// Reports that all pages are copied.
  func finish() throws {
    try report(Database.CopyProgress(copiedPages: totalPages, totalPages: totalPages))
  }

  private func continues() -> Bool {
    guard failure == nil else { return false }
    do {
      if Task.isCancelled { throw CancellationError() }
      // The copy is compacted and therefore smaller, and its last pages are still in memory.
      let copied = min(totalPages, unsafe Int(backoffice_file_size(path) / pageSize))
      if copied >= lastReported + 256 {
        lastReported = copied
        try report(Database.CopyProgress(copiedPages: copied, totalPages: totalPages))
      }
      return true
    } catch {
      failure = error
      return false
    }
  }
}
