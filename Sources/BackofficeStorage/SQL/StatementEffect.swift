import CBackofficeSQLite

/// What a statement would do, as SQLite finds out while it compiles the statement.
package enum StatementEffect {
  /// Begins or ends a transaction, or attaches or detaches a database.
  case transaction
  /// Makes or ends a savepoint.
  case savepoint
  /// Asks for a setting or changes it; its name as it was written.
  case pragma(String)
  /// Changes rows or the definition of a table of the database that is called `main`, `temp` or as it
  /// was attached.
  case table(String, database: String)
  /// Makes or drops an index or trigger of a table.
  case dependent(table: String)
}

extension Connection {
  /// Asks `allows` about each effect of every statement that `body` prepares; a statement with one
  /// that is not allowed fails.
  ///
  /// Statements of SQL triggers are seen too: <https://www.sqlite.org/c3ref/set_authorizer.html>.
  package func authorizing<Result>(
    _ allows: (StatementEffect) -> Bool, _ body: () throws -> Result
  ) rethrows -> Result {
    try withoutActuallyEscaping(allows) { allows in
      let authorizer = StatementAuthorizer(allows)
      defer { withExtendedLifetime(authorizer) {} }
      unsafe sqlite3_set_authorizer(
        handle,
        { context, action, first, second, database, _ in
          guard let context = unsafe context else { return SQLITE_DENY }
          let authorizer = unsafe Unmanaged<StatementAuthorizer>.fromOpaque(context)
            .takeUnretainedValue()
          guard let effect = unsafe StatementEffect(action, first, second, database) else {
            return SQLITE_OK
          }
          return authorizer.allows(effect) ? SQLITE_OK : SQLITE_DENY
        }, Unmanaged.passUnretained(authorizer).toOpaque())
      defer {
        unsafe sqlite3_set_authorizer(handle, nil, nil)
        // Change capture has an authorizer of its own.
        unsafe capture.observeAssignments(on: handle)
      }
      return try body()
    }
  }
}

private final class StatementAuthorizer {
  let allows: (StatementEffect) -> Bool

  init(_ allows: @escaping (StatementEffect) -> Bool) { self.allows = allows }
}

extension StatementEffect {
  /// Nil for what changes nothing, such as a look at a column.
  fileprivate init?(
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
