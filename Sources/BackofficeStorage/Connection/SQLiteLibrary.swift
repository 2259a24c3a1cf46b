import CBackofficeSQLite

/// The SQLite library that the program is linked with.
public enum SQLiteLibrary {
  /// The oldest supported version: it has `STRICT`, `RETURNING`, `UPSERT`, `DROP COLUMN` and JSON.
  public static let requiredVersion = (number: Int32(3_038_000), text: "3.38.0")

  /// The version, such as `3.40.1`.
  public static var version: String { unsafe String(cString: sqlite3_libversion()) }

  /// Whether the library was compiled with `option`, named without `SQLITE_`.
  public static func isCompiled(with option: String) -> Bool {
    unsafe sqlite3_compileoption_used(option) != 0
  }

  /// Checks the version, the threading mode, and the features that the store requires.
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

  /// Whether an untrusted schema may use the JSON functions, as `CHECK` constraints do.
  ///
  /// Some versions of SQLite (3.40 among them) consider these functions unsafe; only a test shows
  /// it.
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

extension SQLiteLibrary {
  /// Whether the preupdate hook counts the virtual columns of a table for the new row of an update,
  /// although the stored record does not contain them; only a test shows it.
  static let hookCountsVirtualColumns: Bool = {
    var opened: OpaquePointer?
    defer { unsafe sqlite3_close_v2(opened) }
    guard unsafe sqlite3_open_v2(":memory:", &opened, SQLITE_OPEN_READWRITE, nil) == SQLITE_OK,
      let database = unsafe opened
    else { return false }
    var isCounted = false
    return unsafe withUnsafeMutablePointer(to: &isCounted) { isCounted in
      unsafe sqlite3_preupdate_hook(
        database,
        { context, database, _, _, _, _, _ in
          var value: OpaquePointer?
          let code = unsafe sqlite3_preupdate_new(database, 1, &value)
          unsafe context?.assumingMemoryBound(to: Bool.self).pointee =
            unsafe code == SQLITE_OK && sqlite3_value_int64(value) == 3
        }, isCounted)
      let probe = """
        CREATE TABLE probe (computed AS (1) VIRTUAL, kept INT PRIMARY KEY) WITHOUT ROWID;
        INSERT INTO probe (kept) VALUES (2);
        UPDATE probe SET kept = 3
        """
      let code = unsafe sqlite3_exec(database, probe, nil, nil, nil)
      return unsafe code == SQLITE_OK && isCounted.pointee
    }
  }()
}
