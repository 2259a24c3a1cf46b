import CBackofficeSQLite

/// Reads a row with a SELECT inside the preupdate hook, where the values of the hook would not be
/// those of the row.
///
/// SQLite's own session extension runs statements inside the hook as well.
///
/// @unchecked Sendable: it belongs to one connection, which one thread uses at a time.
@safe
final class RowReader: @unchecked Sendable {
  private let layout: TableLayout
  private let columns: [Int]
  private var statement: OpaquePointer?
  /// The columns of the key of a table without rowid, as the hook counts them for the old row, and
  /// for the new row of an update; empty for a rowid.
  private var keys: [Int32] = []
  private var updateKeys: [Int32] = []
  /// Whether the hook may have rounded an integer in a column of the key to a real number, because
  /// it looks at the type of another column.
  private var isRounded: [Bool] = []

  init(_ layout: TableLayout, columns: [Int]) {
    self.layout = layout
    self.columns = columns
  }

  deinit { unsafe sqlite3_finalize(statement) }

  /// Selects the row before the change in the hook.
  func selectOld(_ change: HookChange) -> Int32 {
    let code = prepare(change)
    guard code == SQLITE_OK else { return code }
    return unsafe select(change, key: change.oldKey, keys) {
      unsafe sqlite3_preupdate_old($0, $1, $2)
    }
  }

  /// Selects the row after the change in the hook, to be read when the change has been made.
  func selectNew(_ change: HookChange) -> Int32 {
    let code = prepare(change)
    guard code == SQLITE_OK else { return code }
    let columns = change.event == .update ? updateKeys : keys
    return unsafe select(change, key: change.newKey, columns) {
      unsafe sqlite3_preupdate_new($0, $1, $2)
    }
  }

  private func prepare(_ change: HookChange) -> Int32 {
    if unsafe statement != nil { return SQLITE_OK }
    guard let sql = layout.query(for: columns) else { return SQLITE_MISMATCH }
    if case .primaryKey(_, let columns, _) = layout.key {
      keys = columns.map { Int32($0) }
      isRounded = columns.enumerated().map { place, column in
        layout.columns[place].isReal && !layout.columns[column].isReal
      }
      updateKeys = columns.map { column in
        let skipped = layout.columns[..<column].count { $0.kind == .virtual }
        return Int32(column - (SQLiteLibrary.hookCountsVirtualColumns ? 0 : skipped))
      }
    }
    return unsafe sqlite3_prepare_v3(
      change.database, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
  }

  private func select(
    _ change: HookChange, key: Int64, _ columns: [Int32],
    _ value: (OpaquePointer?, Int32, UnsafeMutablePointer<OpaquePointer?>) -> Int32
  ) -> Int32 {
    guard !columns.isEmpty else { return unsafe sqlite3_bind_int64(statement, 1, key) }
    for (place, column) in columns.enumerated() {
      var part: OpaquePointer?
      var code = unsafe value(change.database, column, &part)
      if code == SQLITE_OK, isRounded[place], unsafe sqlite3_value_type(part) == SQLITE_FLOAT,
        unsafe abs(sqlite3_value_double(part)) >= 0x1p53
      {
        code = SQLITE_MISMATCH
      }
      if code == SQLITE_OK { code = unsafe sqlite3_bind_value(statement, Int32(place + 1), part) }
      guard code == SQLITE_OK else { return code }
    }
    return SQLITE_OK
  }

  /// Passes each value of the selected row to `body`, with its place.
  func read(_ body: (Int, OpaquePointer) -> Void) -> Int32 {
    defer {
      unsafe sqlite3_reset(statement)
      unsafe sqlite3_clear_bindings(statement)
    }
    let code = unsafe sqlite3_step(statement)
    // The row exists, so its absence is a misunderstanding between the hook and the query.
    guard code == SQLITE_ROW else { return code == SQLITE_DONE ? SQLITE_MISMATCH : code }
    for place in columns.indices {
      guard let value = unsafe sqlite3_column_value(statement, Int32(place)) else {
        return SQLITE_NOMEM
      }
      unsafe body(place, value)
    }
    return SQLITE_OK
  }
}

/// A change in the preupdate hook.
@safe
struct HookChange {
  let database: OpaquePointer?
  let event: Trigger.Event
  /// The rowids before and after the change.
  let oldKey: Int64
  let newKey: Int64
  /// Whether the change is a write of a part of a blob, which the hook reports as a deletion.
  var isBlobWrite = false
}
