/// Checks the foreign keys of a database.
struct ForeignKeyCheck {
  let connection: Connection

  init(_ connection: Connection) { self.connection = connection }

  /// A kind of foreign key violation.
  struct OrphanKind: Hashable {
    let table: String
    let parent: String
  }

  /// Returns the number of violations by table and parent table.
  func orphans() throws -> [OrphanKind: Int] {
    var counts: [OrphanKind: Int] = [:]
    try connection.forEachForeignKeyViolation { violation in
      counts[OrphanKind(table: violation.table, parent: violation.parent), default: 0] += 1
      return true
    }
    return counts
  }

  /// Throws if a migration added foreign key violations, in the tables that it changed or those
  /// that refer to them.
  ///
  /// Violations that existed before the migration are ignored, so that they do not prevent the
  /// store from opening. If the foreign keys could not be checked before the migration either,
  /// `before` returns nil. It is called only if there are violations.
  func check(
    after step: MigrationStep, line: Int, touched: Set<String>,
    before: () -> [OrphanKind: Int]?
  ) throws {
    var counts: [OrphanKind: Int] = [:]
    var rows: [OrphanKind: [ForeignKeyViolation]] = [:]
    do {
      for table in try tables(referringTo: touched) {
        try connection.forEachForeignKeyViolation(of: table) { violation in
          let kind = OrphanKind(table: violation.table, parent: violation.parent)
          counts[kind, default: 0] += 1
          if rows[kind, default: []].count < 10 { rows[kind, default: []].append(violation) }
          return true
        }
      }
    } catch let error as SQLiteError {
      guard error.code == .error, before() != nil else {
        if error.code == .error { return }
        throw error
      }
      throw MigrationError.statementFailed(
        file: step.description, line: line, column: 1, statement: "PRAGMA foreign_key_check",
        reason: error)
    }
    guard !counts.isEmpty else { return }
    let known = before() ?? [:]
    let worse = counts.filter { kind, count in count > known[kind, default: 0] }
    guard !worse.isEmpty else { return }
    let named = worse.keys.flatMap { rows[$0] ?? [] }
      .sorted { ($0.table, $0.rowID ?? 0) < ($1.table, $1.rowID ?? 0) }
    throw MigrationError.foreignKeysViolated(
      file: step.description, rows: Array(named.prefix(10)),
      count: worse.reduce(0) { $0 + $1.value - known[$1.key, default: 0] })
  }

  /// Returns the changed tables with foreign keys, and the tables that refer to a changed one.
  private func tables(referringTo touched: Set<String>) throws -> [String] {
    guard !touched.isEmpty else { return [] }
    var found: Set<String> = []
    try connection.run(
      sql: """
        SELECT child.name, lower(child.name), lower(key."table")
        FROM sqlite_schema AS child, pragma_foreign_key_list(child.name) AS key
        WHERE child.type = 'table' AND child.sql LIKE '%references%'
        """
    ) { row in
      let isTouched = try touched.contains(row.value(at: 1)) || touched.contains(row.value(at: 2))
      if isTouched { found.insert(try row.value(at: 0)) }
      return true
    }
    return found.sorted()
  }

  func check(
    afterRebuilding table: String, before: [OrphanKind: Int]?
  ) throws {
    guard let before else { return }
    let worse = try orphans().filter { $1 > before[$0, default: 0] }
    guard !worse.isEmpty else { return }
    throw MigrationError.foreignKeysViolated(
      file: "the rebuild of \(table)",
      rows: worse.keys.sorted { ($0.table, $0.parent) < ($1.table, $1.parent) }.map {
        ForeignKeyViolation(table: $0.table, rowID: nil, parent: $0.parent)
      }, count: worse.values.reduce(0, +))
  }
}
