import CBackofficeSQLite

/// Refuses, by SQLite's own judgement of each statement, what a migration may not do, and notes which
/// tables it touches.
///
/// The authorizer sees every statement as it is prepared, those of triggers and of Swift code
/// included: <https://www.sqlite.org/c3ref/set_authorizer.html>.
@safe
final class MigrationGuard {
  /// The tables whose rows or definitions were changed, in small letters.
  private(set) var touched: Set<String> = []
  /// What was refused since the last ``forget()``.
  private(set) var hasRefused = false
  /// Whether the statement will not run, so that nothing in it can do harm.
  var isPassing = false
  /// Whether savepoints are allowed: in Swift, where a scope ends them.
  private let allowsSavepoints: Bool

  init(allowsSavepoints: Bool) { self.allowsSavepoints = allowsSavepoints }

  func forget() { hasRefused = false }

  func touch(_ tables: some Sequence<String>) {
    for table in tables { touched.insert(table.lowercased()) }
  }

  /// Guards what `body` prepares.
  func guarding<Result>(_ connection: Connection, _ body: () throws -> Result) rethrows -> Result {
    let context = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe sqlite3_set_authorizer(
      connection.handle,
      { context, action, first, second, schema, _ in
        guard let context = unsafe context else { return SQLITE_DENY }
        let guardian = unsafe Unmanaged<MigrationGuard>.fromOpaque(context).takeUnretainedValue()
        return unsafe guardian.judge(action, first, second, schema)
      }, context)
    defer {
      unsafe sqlite3_set_authorizer(connection.handle, nil, nil)
      unsafe connection.capture.observeAssignments(on: connection.handle)
    }
    return try body()
  }

  private func judge(
    _ action: Int32, _ first: UnsafePointer<CChar>?, _ second: UnsafePointer<CChar>?,
    _ schema: UnsafePointer<CChar>?
  ) -> Int32 {
    if isPassing { return SQLITE_OK }
    switch action {
    case SQLITE_TRANSACTION, SQLITE_ATTACH, SQLITE_DETACH:
      return refuse()
    case SQLITE_SAVEPOINT:
      return allowsSavepoints ? SQLITE_OK : refuse()
    case SQLITE_PRAGMA:
      let name = unsafe Self.text(first).uppercased()
      let isKnown =
        ScriptRule.allowedPragmas.contains(name) || ScriptRule.idlePragmas.contains(name)
        || Self.virtualTablePragmas.contains(name)
      return isKnown ? SQLITE_OK : refuse()
    case SQLITE_INSERT, SQLITE_UPDATE, SQLITE_DELETE, SQLITE_CREATE_TABLE, SQLITE_DROP_TABLE,
      SQLITE_CREATE_VTABLE, SQLITE_DROP_VTABLE:
      return unsafe change(of: Self.text(first).lowercased(), schema)
    case SQLITE_ALTER_TABLE:
      return unsafe change(of: Self.text(second).lowercased(), first)
    case SQLITE_CREATE_TRIGGER, SQLITE_CREATE_INDEX, SQLITE_DROP_INDEX, SQLITE_DROP_TRIGGER:
      return unsafe Self.text(second).lowercased() == MigrationLedger.tableName
        ? refuse() : SQLITE_OK
    default:
      return SQLITE_OK
    }
  }

  /// What full-text and R-tree tables ask for themselves; as statements of a file, the rules for its
  /// first words refuse them.
  private static let virtualTablePragmas: Set<String> = ["DATA_VERSION", "PAGE_SIZE"]

  private func change(of table: String, _ schema: UnsafePointer<CChar>?) -> Int32 {
    if table == MigrationLedger.tableName { return refuse() }
    if unsafe Self.text(schema) == "main" { touched.insert(table) }
    return SQLITE_OK
  }

  private func refuse() -> Int32 {
    hasRefused = true
    return SQLITE_DENY
  }

  private static func text(_ text: UnsafePointer<CChar>?) -> String {
    unsafe text.map { unsafe String(cString: $0) } ?? ""
  }
}
