extension Connection {
  /// How many rows of a table lack their row in another one.
  struct OrphanKind: Hashable {
    let table: String
    let parent: String
  }

  /// How many rows refer to nothing, by table and the table they refer to.
  func orphanCounts() throws -> [OrphanKind: Int] {
    var counts: [OrphanKind: Int] = [:]
    try forEachForeignKeyViolation { violation in
      counts[OrphanKind(table: violation.table, parent: violation.parent), default: 0] += 1
      return true
    }
    return counts
  }

  /// Refuses rows of the touched tables, and of those that refer to them, that refer to nothing,
  /// unless there were as many before.
  ///
  /// Orphans that another program left in the file are not this migration's fault, and must not keep
  /// the store from opening. The same goes for a schema that could not be checked before either:
  /// then `before` answers nil. It is only asked when there is something to excuse.
  func checkForeignKeys(
    after step: MigrationStep, line: Int, touched: Set<String>,
    before: () -> [OrphanKind: Int]?
  ) throws {
    var counts: [OrphanKind: Int] = [:]
    var rows: [OrphanKind: [ForeignKeyViolation]] = [:]
    do {
      for table in try tables(referringTo: touched) {
        try forEachForeignKeyViolation(of: table) { violation in
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

  /// The tables with foreign keys that were touched, or that refer to a touched one.
  private func tables(referringTo touched: Set<String>) throws -> [String] {
    guard !touched.isEmpty else { return [] }
    var found: Set<String> = []
    try run(
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
}
