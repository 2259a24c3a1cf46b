extension Connection {
  /// The migrations that ran, in the order in which they did; none in a file without the table.
  ///
  /// One statement when the table is there, so that a start with nothing to do costs one read.
  func migrationLedger() throws -> [MigrationLedger.Entry] {
    do {
      return try ledgerEntries(MigrationLedger.select)
    } catch let error as SQLiteError where error.code == .error {
      // No such table, or no such column: which one, the schema says. And another process may make
      // or upgrade the table between the two looks.
      switch try ledgerLayout() {
      case .none: return []
      case .first: return try ledgerEntries(MigrationLedger.selectFirst)
      case .current: return try ledgerEntries(MigrationLedger.select)
      case .foreign(let columns): throw MigrationError.foreignLedger(columns: columns)
      }
    }
  }

  private func ledgerEntries(_ sql: String) throws -> [MigrationLedger.Entry] {
    var entries: [MigrationLedger.Entry] = []
    try run(sql: sql) { row in
      entries.append(try MigrationLedger.Entry(row))
      return true
    }
    return entries
  }

  func ledgerLayout() throws -> MigrationLedger.Layout {
    var columns: [String] = []
    try run(
      sql: "SELECT name FROM pragma_table_info(?) ORDER BY cid", MigrationLedger.tableName
    ) { row in
      columns.append(try row.value(at: 0))
      return true
    }
    return MigrationLedger.Layout(columns: columns)
  }

  /// Makes the table, or brings the one of an older library to this layout; inside the transaction
  /// of a run, so that it happens with the run or not at all.
  func prepareLedger() throws {
    switch try ledgerLayout() {
    case .current: return
    case .none: try executeScript(MigrationLedger.create())
    case .first: try upgradeLedger()
    case .foreign(let columns): throw MigrationError.foreignLedger(columns: columns)
    }
  }

  private func upgradeLedger() throws {
    try executeScript(MigrationLedger.create(MigrationLedger.upgradedTableName))
    try run(sql: MigrationLedger.selectFirstWhole) { row in
      var column = row.reader()
      let sequence: Int = try column("sequence")
      let pack: String = try column("pack")
      let version: String = try column("version")
      let name: String = try column("name")
      let number = MigrationVersion(version) ?? .zero
      let checksum: String = try column("checksum")
      let algorithm: String = try column("algorithm")
      let appliedAt: Timestamp = try column("applied_at")
      let duration: Int64 = try column("duration")
      let library: String = try column("library")
      let sqlite: String = try column("sqlite")
      let down: String? = try column("down")
      let file = MigrationFileName(version: number, name: name, direction: .up).description
      let downFile = MigrationFileName(version: number, name: name, direction: .down).description
      try run(
        MigrationLedger.insertUpgraded, sequence, pack, version, name, file, checksum, algorithm,
        appliedAt, duration, library, sqlite, down.map { Migration.checksum(of: $0) },
        down.map { _ in downFile }, down.map { _ in 1 }, down)
      return true
    }
    try executeScript(
      """
      DROP TABLE \(MigrationLedger.tableName);
      ALTER TABLE \(MigrationLedger.upgradedTableName) RENAME TO \(MigrationLedger.tableName);
      """)
  }

  /// Notes that a migration is in the file; answers its place in the order.
  func record(_ record: MigrationLedger.Record) throws -> Int {
    var sequence = 0
    try run(
      sql: MigrationLedger.insert, record.id.pack,
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

  /// Notes that a migration was taken out.
  func eraseMigration(sequence: Int) throws {
    try run(sql: MigrationLedger.delete, sequence)
  }

  /// Notes the schema as it is now with the migration that ran last, if it ran behind `sequence`.
  func noteSchema(_ fingerprint: String?, ofLastBehind sequence: Int) throws {
    try run(sql: MigrationLedger.noteSchema, fingerprint, sequence)
  }

  /// The way back that the file keeps for a migration; nil when it keeps none.
  func recordedDown(of entry: MigrationLedger.Entry) throws -> MigrationLedger.Down? {
    if try ledgerLayout() == .first { try prepareLedger() }
    var down: MigrationLedger.Down?
    try run(sql: MigrationLedger.selectDown, entry.sequence) { row in
      guard let text = try row.value(at: 0, as: String?.self) else { return false }
      down = MigrationLedger.Down(
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
      pack: pack, version: version.flatMap { MigrationVersion($0) } ?? .zero, name: name,
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
