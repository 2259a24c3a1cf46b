/// The table in which a file notes the migrations that ran on it.
///
/// The text of the way back is kept with each, so that an older program, which has never seen a
/// migration, can still take it out.
enum MigrationLedger {
  static let tableName = "schema_migrations"
  /// The table of this layout, while the rows of the first one are copied into it.
  static let upgradedTableName = "\(tableName)_upgraded"

  /// How a row came to be.
  enum Kind: String {
    /// A migration that ran once.
    case versioned
    /// A repeatable migration, as it ran last.
    case repeatable
    /// A squash point that ran on a file without migrations.
    case squash
    /// A migration that was said to be in the file when its ledger began; it did not run.
    case baseline

    init(_ kind: Migration.Kind) {
      switch kind {
      case .versioned: self = .versioned
      case .repeatable: self = .repeatable
      case .squash: self = .squash
      }
    }
  }

  /// What every look at the ledger needs of a row.
  struct Entry {
    let id: MigrationID
    let kind: Kind
    let checksum: String
    let algorithm: String
    /// The order in which migrations ran, over all packs.
    let sequence: Int
    let hasDown: Bool
    let downChecksum: String?
    let downFile: String?
    let appliedAt: Timestamp
    let duration: Duration
    let batch: Int
    /// The schema that the migration left, as far as it was noted.
    let schemaAfter: String?
  }

  /// A row as it is written.
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

  /// A way back, as the ledger keeps it.
  struct Down {
    let text: String
    let file: String
    let line: Int
  }

  /// The texts come last: a look at the other columns then never reads their pages.
  static func create(_ name: String = tableName) -> String {
    """
    CREATE TABLE \(name) (
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
  }

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
  /// The layout of a table of that name.
  enum Layout: Equatable {
    /// There is no such table.
    case none
    /// The one without kinds, files and batches, whose versions are integers.
    case first
    /// This one.
    case current
    /// Another tool's.
    case foreign(columns: [String])

    init(columns: [String]) {
      let found = Set(columns)
      if columns.isEmpty {
        self = .none
      } else if found.isSuperset(of: MigrationLedger.columns) {
        self = .current
      } else if found.isSuperset(of: MigrationLedger.firstColumns) {
        self = .first
      } else {
        self = .foreign(columns: columns)
      }
    }
  }

  /// What a table must have to be of this layout; later ones may add to it.
  static let columns: Set<String> = [
    "sequence", "pack", "version", "name", "kind", "file", "checksum", "algorithm", "applied_at",
    "duration_microseconds", "batch", "library_version", "sqlite_version", "schema_before",
    "schema_after", "down_checksum", "down_file", "down_line", "down",
  ]

  private static let firstColumns: Set<String> = [
    "pack", "version", "name", "sequence", "checksum", "algorithm", "down", "applied_at",
    "duration_microseconds", "library_version", "sqlite_version",
  ]

  /// Reads the first layout as if it were this one.
  static let selectFirst = """
    SELECT pack, CAST(version AS TEXT), name, NULL, 'versioned', checksum, algorithm, sequence,
      CASE WHEN down IS NULL THEN NULL ELSE '' END, NULL, applied_at, duration_microseconds, 0, NULL
    FROM \(tableName) ORDER BY sequence
    """

  /// The rows of the first layout, for the table of this one.
  static let selectFirstWhole = """
    SELECT sequence, pack, CAST(version AS TEXT), name, checksum, algorithm, applied_at,
      duration_microseconds, library_version, sqlite_version, down
    FROM \(tableName) ORDER BY sequence
    """

  static let insertUpgraded = SQLStatement(
    """
    INSERT INTO \(upgradedTableName) (sequence, pack, version, name, kind, file, checksum,
      algorithm, applied_at, duration_microseconds, batch, library_version, sqlite_version,
      down_checksum, down_file, down_line, down)
    VALUES (?, ?, ?, ?, 'versioned', ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?)
    """)
}
