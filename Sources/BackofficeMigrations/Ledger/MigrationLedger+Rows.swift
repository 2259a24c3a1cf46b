extension MigrationLedger {
  /// Returns the recorded migrations in the order in which they ran; none if there is no ledger.
  ///
  /// It takes one statement if the table exists, so that a start without pending migrations costs
  /// one read.
  func entries() throws -> [Entry] {
    do {
      return try entries(Self.usualSelect)
    } catch let error as SQLiteError where error.code == .error {
      // Either the table or a column is missing. Another process may create the table between the
      // two statements.
      let ledger = try located()
      guard case .current = try ledger.layout() else { return [] }
      return try entries(Self.select(ledger.table))
    }
  }

  private static let usualSelect = select(tableName)

  /// Returns the ledger in the table that it has or would have: the usual one, unless another tool
  /// uses that name.
  ///
  /// - Throws: ``MigrationError/foreignLedger(columns:)`` if both names are in use.
  func located() throws -> MigrationLedger {
    guard case .foreign = try layout() else { return self }
    let second = MigrationLedger(connection, table: Self.secondTableName)
    if case .foreign(let columns) = try second.layout() {
      throw MigrationError.foreignLedger(columns: columns)
    }
    return second
  }

  private func entries(_ sql: String) throws -> [Entry] {
    var entries: [Entry] = []
    try connection.run(sql: sql) { row in
      entries.append(try Entry(row))
      return true
    }
    return entries
  }

  func layout() throws -> Layout {
    var columns: [String] = []
    try connection.run(
      sql: "SELECT name FROM pragma_table_info(?) ORDER BY cid", table
    ) { row in
      columns.append(try row.value(at: 0))
      return true
    }
    return Layout(columns: columns)
  }

  /// Creates the table if it does not exist, in the transaction of the run, and returns the ledger.
  func prepared() throws -> MigrationLedger {
    switch try layout() {
    case .current: return self
    case .none: try connection.executeScript(create)
    case .foreign:
      let second = try located()
      if case .none = try second.layout() { try connection.executeScript(second.create) }
      return second
    }
    return self
  }

  /// Records an applied migration, and returns its sequence number.
  func record(_ record: Record) throws -> Int {
    var sequence = 0
    try connection.run(
      sql: insert, record.id.pack,
      record.kind == .repeatable ? nil : record.id.version.description, record.id.name,
      record.kind.rawValue, record.id.file, record.checksum, record.algorithm, record.appliedAt,
      max(0, record.durationMicroseconds), record.batch, Migrator.libraryVersion,
      SQLiteLibrary.version, record.schemaBefore, record.schemaAfter,
      record.down.map { Migration.checksum(of: $0.text) }, record.down?.file, record.down?.line,
      record.down?.text
    ) { row in
      sequence = try row.value(at: 0)
      return true
    }
    return sequence
  }

  /// Deletes the record of a reverted migration.
  func erase(sequence: Int) throws {
    try connection.run(sql: delete, sequence)
  }

  /// Records the current schema with the last migration, if it ran after `sequence`.
  func noteSchema(_ fingerprint: String?, ofLastBehind sequence: Int) throws {
    try connection.run(sql: noteSchema, fingerprint, sequence)
  }

  /// Returns the recorded down script of a migration, or nil if there is none.
  ///
  /// - Throws: ``MigrationError/recordedDownChanged(_:)`` if it does not match its checksum.
  func recordedDown(of entry: Entry) throws -> Down? {
    var down: Down?
    try connection.run(sql: selectDown, entry.sequence) { row in
      guard let text = try row.value(at: 0, as: String?.self) else { return false }
      guard try row.value(at: 3, as: String?.self) == Migration.checksum(of: text) else {
        throw MigrationError.recordedDownChanged(entry.id)
      }
      down = Down(
        text: text, file: try row.value(at: 1, as: String?.self) ?? entry.id.file,
        line: try row.value(at: 2, as: Int?.self) ?? 1)
      return false
    }
    return down
  }
}

extension MigrationLedger.Entry {
  init(_ row: borrowing Row) throws {
    var column = row.reader()
    let pack: String = try column("pack")
    let version: String? = try column("version")
    let name: String = try column("name")
    id = MigrationID(
      pack: pack, version: version.map(MigrationVersion.init(recorded:)) ?? .zero, name: name,
      file: try column("file"))
    kind = MigrationLedger.Kind(rawValue: try column("kind")) ?? .versioned
    checksum = try column("checksum")
    algorithm = try column("algorithm")
    sequence = try column("sequence")
    downChecksum = try column("down_checksum")
    hasDown = downChecksum != nil
    downFile = try column("down_file")
    appliedAt = try column("applied_at")
    duration = try column("duration")
    batch = try column("batch")
    schemaAfter = try column("schema_after")
  }
}
