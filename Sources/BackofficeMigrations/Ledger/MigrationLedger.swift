/// The table that records the migrations of a database.
///
/// It contains the down scripts, so that an older program can revert migrations that it does not
/// have.
struct MigrationLedger {
  let connection: Connection

  init(_ connection: Connection) { self.connection = connection }

  static let tableName = "schema_migrations"

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

    init(_ kind: Migration.Kind) {
      switch kind {
      case .versioned: self = .versioned
      case .repeatable: self = .repeatable
      case .squash: self = .squash
      }
    }
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
  static let create = """
    CREATE TABLE \(tableName) (
      sequence              INTEGER PRIMARY KEY,
      pack                  TEXT NOT NULL CHECK (pack <> ''),
      version               TEXT CHECK ((version IS NULL) = (kind = 'repeatable')),
      name                  TEXT NOT NULL,
      kind                  TEXT NOT NULL
                            CHECK (kind IN ('versioned', 'repeatable', 'squash', 'baseline')),
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

  static let select = """
    SELECT pack, version, name, file, kind, checksum, algorithm, sequence, down_checksum, down_file,
      applied_at, duration_microseconds, batch, schema_after
    FROM \(tableName) ORDER BY sequence
    """

  static let insert = """
    INSERT INTO \(tableName) (sequence, pack, version, name, kind, file, checksum, algorithm,
      applied_at, duration_microseconds, batch, library_version, sqlite_version, schema_before,
      schema_after, down_checksum, down_file, down_line, down)
    VALUES ((SELECT coalesce(max(sequence), 0) + 1 FROM \(tableName)),
      ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    RETURNING sequence
    """

  static let selectDown = """
    SELECT down, down_file, down_line, down_checksum FROM \(tableName) WHERE sequence = ?
    """

  static let noteSchema = """
    UPDATE \(tableName) SET schema_after = ?
    WHERE sequence = (SELECT max(sequence) FROM \(tableName)) AND sequence > ?
    """

  static let delete = "DELETE FROM \(tableName) WHERE sequence = ?"
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
        let isCurrent = MigrationLedger.columns.isSubset(of: columns)
        self = isCurrent ? .current : .foreign(columns: columns)
      }
    }
  }

  /// The columns that the table must have; later versions may add columns.
  static let columns: Set<String> = [
    "sequence", "pack", "version", "name", "kind", "file", "checksum", "algorithm", "applied_at",
    "duration_microseconds", "batch", "library_version", "sqlite_version", "schema_before",
    "schema_after", "down_checksum", "down_file", "down_line", "down",
  ]
}
