/// The table that records the migrations of a database.
///
/// It contains the down scripts, so that an older program can revert migrations that it does not
/// have.
struct MigrationLedger {
  let connection: Connection
  let table: String

  /// Creates the ledger in its usual table; see ``located()``.
  init(_ connection: Connection, table: String = MigrationLedger.tableName) {
    self.connection = connection
    self.table = table
  }

  static let tableName = "schema_migrations"
  /// The table in a file where another tool has the usual name.
  static let secondTableName = "backoffice_migrations"
  static let tableNames: Set<String> = [tableName, secondTableName]

  /// The kind of a record.
  enum Kind: String {
    /// A versioned migration that ran.
    case versioned
    /// The last run of a repeatable migration.
    case repeatable
    /// A squash point that ran on a database without migrations.
    case squash
    /// A migration that was recorded as a baseline without running.
    case baseline
    /// A migration that another tool ran, and whose record was adopted.
    case adopted

    init(_ kind: Migration.Kind) {
      switch kind {
      case .versioned: self = .versioned
      case .repeatable: self = .repeatable
      case .squash: self = .squash
      }
    }

    /// The kind of the migration that the record is of.
    var ofMigration: Kind { self == .baseline || self == .adopted ? .versioned : self }
  }

  /// The columns of a record that are always read.
  struct Entry {
    let id: MigrationID
    let kind: Kind
    let checksum: String
    let algorithm: String
    /// The position in the order in which all migrations ran.
    let sequence: Int
    let hasDown: Bool
    let downChecksum: String?
    let downFile: String?
    let appliedAt: Timestamp
    let duration: Duration
    let batch: Int
    /// The fingerprint of the schema after the migration, if it was recorded.
    let schemaAfter: String?
  }

  /// A record to write.
  struct Record {
    let id: MigrationID
    let kind: Kind
    let checksum: String
    let algorithm: String
    var down: Down?
    let appliedAt: Timestamp
    let durationMicroseconds: Int64
    let batch: Int
    let schemaBefore: String?
    let schemaAfter: String?
  }

  /// A down script in the ledger.
  struct Down {
    let text: String
    let file: String
    let line: Int
  }

  /// The scripts are the last column, so that reading the other columns does not read their pages.
  var create: String {
    """
    CREATE TABLE \(table) (
      sequence              INTEGER PRIMARY KEY,
      pack                  TEXT NOT NULL CHECK (pack <> ''),
      version               TEXT CHECK ((version IS NULL) = (kind = 'repeatable')),
      name                  TEXT NOT NULL,
      kind                  TEXT NOT NULL
                            CHECK (kind IN
                              ('versioned', 'repeatable', 'squash', 'baseline', 'adopted')),
      file                  TEXT NOT NULL,
      checksum              TEXT NOT NULL,
      algorithm             TEXT NOT NULL,
      applied_at            INTEGER NOT NULL,
      duration_microseconds INTEGER NOT NULL CHECK (duration_microseconds >= 0),
      batch                 INTEGER NOT NULL CHECK (batch >= 0),
      library_version       TEXT NOT NULL,
      sqlite_version        TEXT NOT NULL,
      schema_before         TEXT,
      schema_after          TEXT,
      down_checksum         TEXT,
      down_file             TEXT,
      down_line             INTEGER CHECK (down_line >= 1),
      down                  TEXT,
      UNIQUE (pack, version)
    ) STRICT
    """
  }

  static func select(_ table: String) -> String {
    """
    SELECT pack, version, name, file, kind, checksum, algorithm, sequence, down_checksum, down_file,
      applied_at, duration_microseconds, batch, schema_after
    FROM \(table) ORDER BY sequence
    """
  }

  var insert: String {
    """
    INSERT INTO \(table) (sequence, pack, version, name, kind, file, checksum, algorithm,
      applied_at, duration_microseconds, batch, library_version, sqlite_version, schema_before,
      schema_after, down_checksum, down_file, down_line, down)
    VALUES ((SELECT coalesce(max(sequence), 0) + 1 FROM \(table)),
      ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    RETURNING sequence
    """
  }

  var selectDown: String {
    "SELECT down, down_file, down_line, down_checksum FROM \(table) WHERE sequence = ?"
  }

  var noteSchema: String {
    """
    UPDATE \(table) SET schema_after = ?
    WHERE sequence = (SELECT max(sequence) FROM \(table)) AND sequence > ?
    """
  }

  var delete: String { "DELETE FROM \(table) WHERE sequence = ?" }
}

extension MigrationLedger {
  /// The layout of the table in a database.
  enum Layout: Equatable {
    /// The table does not exist.
    case none
    /// The table of this library.
    case current
    /// The table of another tool.
    case foreign(columns: [String])

    init(columns: [String]) {
      if columns.isEmpty {
        self = .none
      } else {
        self = MigrationLedger.isCurrent(Set(columns)) ? .current : .foreign(columns: columns)
      }
    }
  }

  /// Whether a table with these columns is that of this library.
  static func isCurrent(_ found: Set<String>) -> Bool { columns.isSubset(of: found) }

  /// The columns that the table must have; later versions may add columns.
  static let columns: Set<String> = [
    "sequence", "pack", "version", "name", "kind", "file", "checksum", "algorithm", "applied_at",
    "duration_microseconds", "batch", "library_version", "sqlite_version", "schema_before",
    "schema_after", "down_checksum", "down_file", "down_line", "down",
  ]
}
