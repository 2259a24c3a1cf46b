/// A snapshot of a database, from which in-memory copies open in well under a millisecond.
///
/// Intended for test suites: migrate once, then give each test its own copy. A closed copy passes
/// its connection, with the schema that SQLite has parsed, to the next copy. At most
/// ``maximumSpares`` connections are kept, each as large as the template.
public struct DatabaseTemplate: Sendable {
  let bytes: [UInt8]
  /// The value of `PRAGMA schema_version`, which changes with the schema.
  let schemaVersion: String?
  let spares = SpareConnections(limit: maximumSpares)

  /// The maximum number of closed copies whose connections are kept for reuse.
  public static let maximumSpares = 4

  /// The initial size of each copy, in bytes.
  public var byteCount: Int { bytes.count }

  /// The number of connections that are kept for reuse.
  package var spareCount: Int { spares.count }

  /// Takes a snapshot of a database in memory or in a file.
  ///
  /// - Throws: ``StorageError/closed``, ``SQLiteError`` when memory runs out.
  public init(copying database: Database) throws {
    var (bytes, version) = try database.read { transaction in
      (
        try transaction.connection.serialized(),
        try transaction.connection.pragmaText("schema_version")
      )
    }
    // A database in memory cannot have a write-ahead log (https://www.sqlite.org/fileformat.html,
    // 1.3.3).
    if bytes.count > 20 { (bytes[18], bytes[19]) = (1, 1) }
    self.bytes = bytes
    schemaVersion = version
  }
}
