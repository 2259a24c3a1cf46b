import CBackofficeSQLite

/// A database in memory, frozen, from which others begin in well under a millisecond.
///
/// For test suites: migrate once, then give each test its own copy. A copy that is closed leaves its
/// connection, with the schema that SQLite has read, to the next one; at most
/// ``maximumSpares`` wait at a time, each as large as the template.
public struct DatabaseTemplate: Sendable {
  let bytes: [UInt8]
  /// The number that changes with the schema (`PRAGMA schema_version`).
  let schemaVersion: String?
  let spares = SpareConnections(limit: maximumSpares)

  /// How many closed copies are kept for the next ones.
  public static let maximumSpares = 4

  /// The size of each copy at its start, in bytes.
  public var byteCount: Int { bytes.count }

  /// How many closed copies wait for the next ones.
  package var spareCount: Int { spares.count }

  /// Freezes what `database` holds now, in memory or in a file.
  ///
  /// - Throws: ``SQLiteError`` when memory runs out.
  public init(copying database: Database) throws {
    var (bytes, version) = try database.read { transaction in
      (
        try transaction.connection.serialized(),
        try transaction.connection.pragmaText("schema_version")
      )
    }
    // A database in memory has no write-ahead log (https://www.sqlite.org/fileformat.html, 1.3.3).
    if bytes.count > 20 { (bytes[18], bytes[19]) = (1, 1) }
    self.bytes = bytes
    schemaVersion = version
  }
}

extension Connection {
  func serialized() throws(SQLiteError) -> [UInt8] {
    var size: Int64 = 0
    guard let start = unsafe sqlite3_serialize(handle, "main", &size, 0) else {
      throw failure(SQLITE_NOMEM, operation: .backup)
    }
    defer { unsafe sqlite3_free(start) }
    return unsafe [UInt8](UnsafeBufferPointer(start: start, count: Int(size)))
  }

  /// Replaces what the connection holds in memory by a copy of `template`.
  func load(_ template: DatabaseTemplate) throws(SQLiteError) {
    let count = template.bytes.count
    guard let buffer = unsafe sqlite3_malloc64(UInt64(count)) else {
      throw failure(SQLITE_NOMEM, operation: .backup)
    }
    unsafe template.bytes.withUnsafeBytes { bytes in
      if let start = bytes.baseAddress { unsafe buffer.copyMemory(from: start, byteCount: count) }
    }
    // SQLite owns the buffer from here on, also when the call fails.
    let code = unsafe sqlite3_deserialize(
      handle, "main", buffer.assumingMemoryBound(to: UInt8.self), Int64(count), Int64(count),
      UInt32(SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE))
    if code != SQLITE_OK { throw failure(code, operation: .backup) }
  }
}
