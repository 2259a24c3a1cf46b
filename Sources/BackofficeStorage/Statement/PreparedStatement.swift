public import CBackofficeSQLite

/// A compiled statement, with the properties that every use needs.
///
/// It belongs to one connection, and one thread at a time uses it.
@safe
@usableFromInline
final class PreparedStatement {
  @usableFromInline let handle: OpaquePointer
  @usableFromInline let sql: String
  @usableFromInline let parameterCount: Int
  @usableFromInline let isReadOnly: Bool
  /// The memory for bound strings and blobs while the statement runs.
  @usableFromInline let arena: UnsafeMutablePointer<BindArena>
  /// Whether the statement is in use; another use of the same text then needs a second statement.
  @exclusivity(unchecked) @usableFromInline var isCheckedOut = false

  /// The type that its rows were last verified to decode to.
  @exclusivity(unchecked) @usableFromInline var rowType: ObjectIdentifier?
  /// The first columns, as they were verified.
  @exclusivity(unchecked) var verifiedNames: [String] = []
  /// How often SQLite had compiled the statement again, for a changed schema, at its last use.
  @exclusivity(unchecked) @usableFromInline var recompilations: Int32 = 0

  /// The number of the update plan for change capture, or -1.
  let update: Int
  /// Whether the statement creates, changes or drops a table.
  let changesSchema: Bool

  init(
    handle: OpaquePointer, sql: String, arena: UnsafeMutablePointer<BindArena>, update: Int = -1,
    changesSchema: Bool = false
  ) {
    self.update = update
    self.changesSchema = changesSchema
    unsafe self.handle = unsafe handle
    self.sql = sql
    unsafe self.arena = unsafe arena
    parameterCount = unsafe Int(sqlite3_bind_parameter_count(handle))
    isReadOnly = unsafe sqlite3_stmt_readonly(handle) != 0
  }

  deinit { unsafe sqlite3_finalize(handle) }

  @usableFromInline var columnCount: Int { unsafe Int(sqlite3_column_count(handle)) }

  /// The names of its columns.
  var columnNames: [String] {
    (0..<Int32(columnCount)).map { index in
      unsafe sqlite3_column_name(handle, index).map { unsafe String(cString: $0) } ?? ""
    }
  }

  /// Whether SQLite has compiled the statement again since the last call.
  @inlinable
  @inline(__always)
  func wasRecompiled() -> Bool {
    let count = unsafe sqlite3_stmt_status(handle, SQLITE_STMTSTATUS_REPREPARE, 0)
    if unsafe count == recompilations { return false }
    unsafe recompilations = count
    return true
  }

  /// Ends a use of the statement, and releases the arena down to `room` bytes.
  @inlinable
  func finish(room: Int) {
    finish()
    unsafe arena.pointee.used = room
  }

  /// Ends a use: a SELECT that is not reset would pin the write-ahead log, and bound values their
  /// memory.
  @usableFromInline
  func finish() {
    unsafe sqlite3_reset(handle)
    if parameterCount > 0 { unsafe sqlite3_clear_bindings(handle) }
    unsafe isCheckedOut = false
  }
}
