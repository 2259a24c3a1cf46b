import CBackofficeSQLite

/// A database in memory, frozen, from which others begin in well under a millisecond.
///
/// For test suites: migrate once, then give each test its own copy.
public struct DatabaseTemplate: Sendable {
  let bytes: [UInt8]

  /// The size of each copy at its start, in bytes.
  public var byteCount: Int { bytes.count }

  /// Freezes what `database` holds now.
  ///
  /// - Throws: ``SQLiteError`` when memory runs out.
  public init(copying database: Database) throws {
    bytes = try database.read { transaction in try transaction.connection.serialized() }
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
