/// The table in which a file notes the steps that ran on it.
///
/// The text of the way back is kept with each step, so that an older library, which has never seen
/// a step, can still take it out.
enum MigrationLedger {
  static let tableName = "schema_migrations"

  /// A row of the table.
  struct Entry {
    let id: MigrationID
    let checksum: String
    let algorithm: String
    let down: String?
    /// The order in which steps ran, over all packs.
    let sequence: Int
    let appliedAt: Timestamp
    let duration: Duration
  }

  static let create = """
    CREATE TABLE IF NOT EXISTS \(tableName) (
      pack                  TEXT NOT NULL CHECK (pack <> ''),
      version               INTEGER NOT NULL CHECK (version >= 1),
      name                  TEXT NOT NULL,
      sequence              INTEGER NOT NULL UNIQUE,
      checksum              TEXT NOT NULL,
      algorithm             TEXT NOT NULL,
      down                  TEXT,
      applied_at            INTEGER NOT NULL,
      duration_microseconds INTEGER NOT NULL CHECK (duration_microseconds >= 0),
      library_version       TEXT NOT NULL,
      sqlite_version        TEXT NOT NULL,
      PRIMARY KEY (pack, version)
    ) STRICT
    """

  /// What a table of that name must have to be ours.
  static let columns: Set<String> = [
    "pack", "version", "name", "sequence", "checksum", "algorithm", "down", "applied_at",
    "duration_microseconds", "library_version", "sqlite_version",
  ]

  static let select = """
    SELECT pack, version, name, checksum, algorithm, down, sequence, applied_at,
      duration_microseconds
    FROM \(tableName) ORDER BY sequence
    """

  static let insert = """
    INSERT INTO \(tableName) (pack, version, name, sequence, checksum, algorithm, down, applied_at,
      duration_microseconds, library_version, sqlite_version)
    VALUES (?, ?, ?, (SELECT coalesce(max(sequence), 0) + 1 FROM \(tableName)), ?, ?, ?, ?, ?, ?, ?)
    """

  static let delete = "DELETE FROM \(tableName) WHERE pack = ? AND version = ?"
}

extension Connection {
  /// The steps that ran, in the order in which they did; none in a file without the table.
  ///
  /// One statement when the table is there, so that a start with nothing to do costs one read.
  func migrationLedger() throws -> [MigrationLedger.Entry] {
    let statement: PreparedStatement
    do {
      statement = try prepare(MigrationLedger.select)
    } catch let error as SQLiteError where error.code == .error {
      // No such table, or no such column: which one, the schema says.
      var columns: [String] = []
      try run(
        prepare("SELECT name FROM pragma_table_info(?) ORDER BY cid"), MigrationLedger.tableName
      ) { row in
        columns.append(try row.value(at: 0))
        return true
      }
      if columns.isEmpty { return [] }
      // Another process may have made the table between the two looks.
      guard MigrationLedger.columns.isSubset(of: columns) else {
        throw MigrationError.foreignLedger(columns: columns)
      }
      statement = try prepare(MigrationLedger.select)
    }
    var entries: [MigrationLedger.Entry] = []
    try run(statement) { row in
      var column = row.reader()
      entries.append(
        MigrationLedger.Entry(
          id: MigrationID(
            pack: try column.next(), version: try column.next(), name: try column.next()),
          checksum: try column.next(), algorithm: try column.next(), down: try column.next(),
          sequence: try column.next(), appliedAt: try column.next(),
          duration: .microseconds(try column.next(Int64.self))))
      return true
    }
    return entries
  }

  /// Notes that a step ran.
  func recordMigration(
    _ id: MigrationID, _ migration: Migration, at instant: Timestamp, took microseconds: Int64
  ) throws {
    try run(
      prepare(MigrationLedger.insert), id.pack, id.version, id.name, migration.checksum,
      Migration.checksumAlgorithm, migration.down, instant, max(0, microseconds),
      Migrator.libraryVersion, SQLiteLibrary.version
    ) { _ in true }
  }

  /// Notes that a step was taken out.
  func eraseMigration(_ id: MigrationID) throws {
    try run(prepare(MigrationLedger.delete), id.pack, id.version) { _ in true }
  }
}
