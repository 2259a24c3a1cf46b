import CBackofficeSQLite

extension Connection {
  func configure(_ configuration: Database.Configuration) throws {
    unsafe busy.register(on: handle)
    limitStatements()
    // Files are untrusted: the schema must not run functions or virtual tables, and SQL must not
    // edit the schema (https://www.sqlite.org/security.html).
    try setOption(SQLITE_DBCONFIG_DEFENSIVE, true)
    // A SQLite library that considers the JSON functions unsafe could not create the tables.
    // Trusting the schema adds little risk, because the store registers no functions of its own.
    try setOption(
      SQLITE_DBCONFIG_TRUSTED_SCHEMA, !SQLiteLibrary.allowsJSONInUntrustedSchemas)
    try acceptDoubleQuotedTexts(false)
    try pragma("foreign_keys = ON")
    // Without it, `INSERT OR REPLACE` bypasses the guards of the append-only tables.
    // As in SQLite's default: a trigger that updates its own row, as many do to stamp it, would
    // otherwise start itself. Rules see the rows that REPLACE deletes; SQL triggers do not.
    try pragma("recursive_triggers = OFF")
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

  /// Sets whether a double-quoted string that names no column is a string literal, which is
  /// SQLite's default.
  package func acceptDoubleQuotedTexts(_ isAllowed: Bool) throws {
    try setOption(SQLITE_DBCONFIG_DQS_DML, isAllowed)
    try setOption(SQLITE_DBCONFIG_DQS_DDL, isAllowed)
  }

  package func pragma(_ text: String) throws {
    let code = unsafe sqlite3_exec(handle, "PRAGMA \(text)", nil, nil, nil)
    if code != SQLITE_OK { throw failure(code, sql: "PRAGMA \(text)", operation: .configure) }
  }

}
