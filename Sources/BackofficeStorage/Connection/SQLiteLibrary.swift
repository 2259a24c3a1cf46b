import CBackofficeSQLite

/// The SQLite library that the program runs with.
public enum SQLiteLibrary {
  /// The oldest version the store works with: `STRICT`, `RETURNING`, `UPSERT`, `DROP COLUMN`, and
  /// JSON without a compile option are all there.
  public static let requiredVersion = (number: Int32(3_038_000), text: "3.38.0")

  /// The version, such as `3.40.1`.
  public static var version: String { unsafe String(cString: sqlite3_libversion()) }

  /// Whether the library was compiled with `option`, named without `SQLITE_`.
  public static func isCompiled(with option: String) -> Bool {
    unsafe sqlite3_compileoption_used(option) != 0
  }

  /// Checks version, thread mode, and the features that the store relies on.
  ///
  /// - Throws: ``StorageError/libraryTooOld(found:required:)``,
  ///   ``StorageError/libraryLacks(feature:)``.
  public static func check() throws(StorageError) {
    guard sqlite3_libversion_number() >= requiredVersion.number else {
      throw .libraryTooOld(found: version, required: requiredVersion.text)
    }
    guard sqlite3_threadsafe() != 0 else {
      throw .libraryLacks(feature: "THREADSAFE (it was built for single-threaded programs)")
    }
    for option in ["ENABLE_PREUPDATE_HOOK", "ENABLE_FTS5"] where !isCompiled(with: option) {
      throw .libraryLacks(feature: option)
    }
  }

  /// Whether a schema that is not trusted may use the JSON functions, as the checks of tables do.
  ///
  /// They are harmless, but SQLite counted them as unsafe for years (3.40 does), and only trying
  /// tells.
  static let allowsJSONInUntrustedSchemas: Bool = {
    var opened: OpaquePointer?
    defer { unsafe sqlite3_close_v2(opened) }
    guard unsafe sqlite3_open_v2(":memory:", &opened, SQLITE_OPEN_READWRITE, nil) == SQLITE_OK,
      let database = unsafe opened
    else { return false }
    var result: Int32 = 0
    _ = unsafe backoffice_db_config_boolean(
      database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, &result)
    let probe = "CREATE TABLE probe (value TEXT CHECK (json_valid(value)))"
    return unsafe sqlite3_exec(database, probe, nil, nil, nil) == SQLITE_OK
  }()
}
