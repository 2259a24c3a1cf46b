import CBackofficeSQLite

/// A statement that SQLite compiled, with what the library asks of it on every use.
///
/// Belongs to one connection and, like it, to one thread at a time.
@safe
@usableFromInline
final class PreparedStatement {
  @usableFromInline let handle: OpaquePointer
  @usableFromInline let sql: String
  @usableFromInline let parameterCount: Int
  @usableFromInline let isReadOnly: Bool
  /// Where its texts and blobs lie while it runs.
  @usableFromInline let arena: UnsafeMutablePointer<BindArena>
  /// Whether a cursor stands in it: then a second user of the same text needs a second one.
  @exclusivity(unchecked) @usableFromInline var isCheckedOut = false

  /// The type that its rows were found to decode to last.
  @exclusivity(unchecked) @usableFromInline var rowType: ObjectIdentifier?

  /// The number of the plan by which change capture looks at what it updates, or -1.
  let update: Int

  init(
    handle: OpaquePointer, sql: String, arena: UnsafeMutablePointer<BindArena>, update: Int = -1
  ) {
    self.update = update
    unsafe self.handle = unsafe handle
    self.sql = sql
    unsafe self.arena = unsafe arena
    parameterCount = unsafe Int(sqlite3_bind_parameter_count(handle))
    isReadOnly = unsafe sqlite3_stmt_readonly(handle) != 0
  }

  deinit { unsafe sqlite3_finalize(handle) }

  @usableFromInline var columnCount: Int { unsafe Int(sqlite3_column_count(handle)) }

  /// The names of its columns, as SQLite has them.
  var columnNames: [String] {
    (0..<Int32(columnCount)).map { index in
      unsafe sqlite3_column_name(handle, index).map { unsafe String(cString: $0) } ?? ""
    }
  }

  /// Ends a use that may have bound texts, which began when so much of the arena was taken.
  @inlinable
  func finish(room: Int) {
    finish()
    unsafe arena.pointee.used = room
  }

  /// Ends the use: an unreset SELECT would pin the write-ahead log, and bound texts their memory.
  @usableFromInline
  func finish() {
    unsafe sqlite3_reset(handle)
    if parameterCount > 0 { unsafe sqlite3_clear_bindings(handle) }
    unsafe isCheckedOut = false
  }
}
