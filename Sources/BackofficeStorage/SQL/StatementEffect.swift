import CBackofficeSQLite

/// An effect of a statement, which SQLite reports when it compiles the statement.
package enum StatementEffect {
  /// Begins or ends a transaction, or attaches or detaches a database.
  case transaction
  /// Creates or ends a savepoint.
  case savepoint
  /// Reads or changes a setting; the value is its name as written.
  case pragma(String)
  /// Changes the rows or definition of a table in the given database: `main`, `temp` or an attached
  /// one.
  case table(String, database: String)
  /// Creates or drops an index or trigger of a table.
  case dependent(table: String)
}

extension StatementEffect {
  /// Nil for an action that changes nothing, such as reading a column.
  init?(
    _ action: Int32, _ first: UnsafePointer<CChar>?, _ second: UnsafePointer<CChar>?,
    _ database: UnsafePointer<CChar>?
  ) {
    func text(_ text: UnsafePointer<CChar>?) -> String {
      unsafe text.map { unsafe String(cString: $0) } ?? ""
    }
    switch action {
    case SQLITE_TRANSACTION, SQLITE_ATTACH, SQLITE_DETACH:
      self = .transaction
    case SQLITE_SAVEPOINT:
      self = .savepoint
    case SQLITE_PRAGMA:
      self = unsafe .pragma(text(first))
    case SQLITE_INSERT, SQLITE_UPDATE, SQLITE_DELETE, SQLITE_CREATE_TABLE, SQLITE_DROP_TABLE,
      SQLITE_CREATE_VTABLE, SQLITE_DROP_VTABLE:
      self = unsafe .table(text(first), database: text(database))
    case SQLITE_ALTER_TABLE:
      self = unsafe .table(text(second), database: text(first))
    case SQLITE_CREATE_TRIGGER, SQLITE_CREATE_INDEX, SQLITE_DROP_INDEX, SQLITE_DROP_TRIGGER:
      self = unsafe .dependent(table: text(second))
    default:
      return nil
    }
  }
}
