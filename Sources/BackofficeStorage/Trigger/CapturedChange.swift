import CBackofficeSQLite

/// A changed row with its old and new values, lent to a rule for the time of its call.
@safe
@usableFromInline
struct CapturedChange: ~Copyable {
  @usableFromInline let event: Trigger.Event
  @usableFromInline let old: UnsafePointer<OpaquePointer?>
  @usableFromInline let new: UnsafePointer<OpaquePointer?>
  @usableFromInline let positions: UnsafePointer<Int>
  @usableFromInline let columnCount: Int

  init(
    event: Trigger.Event, old: UnsafePointer<OpaquePointer?>, new: UnsafePointer<OpaquePointer?>,
    positions: UnsafePointer<Int>, columnCount: Int
  ) {
    self.event = event
    unsafe self.old = unsafe old
    unsafe self.new = unsafe new
    unsafe self.positions = unsafe positions
    self.columnCount = columnCount
  }

  // Inlinable like the rules that call it: decoded through witness tables, a row costs more than
  // the statement that changed it.
  @inlinable
  func decode<R: TableRow>(_ type: R.Type) throws -> RowChange<R> {
    switch event {
    case .insert: .insert(new: try row(new: true))
    case .update: .update(old: try row(new: false), new: try row(new: true))
    case .delete: .delete(old: try row(new: false))
    }
  }

  @inlinable
  func row<R: TableRow>(new isNew: Bool) throws -> R {
    try R(
      unsafe Row(captured: isNew ? new : old, positions: positions, count: columnCount))
  }
}

/// A change in the capture buffer: where its values lie.
struct ChangeEntry {
  let table: Int
  let event: Trigger.Event
  /// Index of the first old value; the new ones follow after the table's width.
  let start: Int
}

/// The changes of one statement, taken out of the buffer while its rules run.
@safe
struct ChangeBuffer {
  var entries: [ChangeEntry] = []
  var values: [OpaquePointer?] = unsafe []

  /// Cuts off the entries from `count` on, with their values, and hands them over.
  mutating func split(at count: Int) -> ChangeBuffer {
    guard count < entries.count else { return ChangeBuffer() }
    let start = entries[count].start
    var rest = ChangeBuffer()
    rest.entries = entries[count...].map { entry in
      ChangeEntry(table: entry.table, event: entry.event, start: entry.start - start)
    }
    unsafe rest.values = unsafe Array(values[start...])
    entries.removeLast(entries.count - count)
    unsafe values.removeLast(values.count - start)
    return rest
  }

  mutating func truncate(entries count: Int) {
    guard count < entries.count else { return }
    let start = entries[count].start
    var index = start
    while unsafe index < values.count {
      unsafe sqlite3_value_free(values[index])
      index += 1
    }
    unsafe values.removeLast(values.count - start)
    entries.removeLast(entries.count - count)
  }
}
