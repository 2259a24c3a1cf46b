import CBackofficeSQLite

extension Connection {
  @discardableResult
  func runRecord(
    _ declared: SQLStatement, bind: (inout RecordBinder) throws(SQLiteError) -> Void
  ) throws -> Int {
    if let cancellation, cancellation.isSet { throw CancellationError() }
    let statement = try self.statement(declared)
    let mark = captureMark()
    let before = totalChangeCount
    let room = unsafe statement.arena.pointee.used
    do {
      defer { statement.finish(room: room) }
      var binder = RecordBinder(statement)
      try bind(&binder)
      try stepAll(statement) { _ in true }
    } catch {
      statementFailed(mark, changesBefore: before)
      throw error
    }
    let changed = totalChangeCount == before ? 0 : lastChangeCount
    try settle(since: mark)
    return changed
  }

  /// All rows changed on this connection so far, cascades included.
  @usableFromInline var totalChangeCount: Int64 { unsafe sqlite3_total_changes64(handle) }
}
