import CBackofficeSQLite

extension Connection {
  func configure(_ configuration: Database.Configuration) throws {
    unsafe busy.register(on: handle)
    // Untrusted files: no function or virtual table may run from the schema, and the schema may
    // not be edited by SQL (https://www.sqlite.org/security.html).
    try setOption(SQLITE_DBCONFIG_DEFENSIVE, true)
    // A library that counts JSON functions among the unsafe ones could not make the core's tables;
    // what else it then trusts is little, since the store adds no functions of its own.
    try setOption(
      SQLITE_DBCONFIG_TRUSTED_SCHEMA, !SQLiteLibrary.allowsJSONInUntrustedSchemas)
    try acceptDoubleQuotedTexts(false)
    try pragma("foreign_keys = ON")
    // Without it `INSERT OR REPLACE` slips past the guards of the append-only tables.
    try pragma("recursive_triggers = ON")
    try pragma("cell_size_check = ON")
    try pragma("temp_store = MEMORY")
    try pragma("cache_size = -\(max(64, configuration.pageCacheKiB))")
    try pragma("mmap_size = \(configuration.memoryMapBytes)")
    if role == .reader { try pragma("query_only = ON") }
  }

  func setOption(_ option: Int32, _ value: Bool) throws {
    var result: Int32 = 0
    let code = unsafe backoffice_db_config_boolean(handle, option, value ? 1 : 0, &result)
    if code != SQLITE_OK { throw failure(code, operation: .configure) }
  }

  /// Whether a text may stand in double quotes where no column has that name, as SQLite has it by
  /// itself.
  package func acceptDoubleQuotedTexts(_ isAllowed: Bool) throws {
    try setOption(SQLITE_DBCONFIG_DQS_DML, isAllowed)
    try setOption(SQLITE_DBCONFIG_DQS_DDL, isAllowed)
  }

  package func pragma(_ text: String) throws {
    let code = unsafe sqlite3_exec(handle, "PRAGMA \(text)", nil, nil, nil)
    if code != SQLITE_OK { throw failure(code, sql: "PRAGMA \(text)", operation: .configure) }
  }

  package func pragmaText(_ name: String) throws -> String? {
    var answer: String?
    try run(prepare("PRAGMA \(name)")) { row in
      answer =
        if let text = try? row.value(at: 0, as: String.self) {
          text
        } else if let number = try? row.value(at: 0, as: Int64.self) {
          String(number)
        } else {
          nil
        }
      return false
    }
    return answer
  }
}
