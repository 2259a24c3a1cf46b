extension Connection {
  /// How many rows of a table lack their row in another one.
  struct OrphanKind: Hashable {
    let table: String
    let parent: String
  }

  /// How many rows refer to nothing, by table and the table they refer to.
  func orphanCounts() throws -> [OrphanKind: Int] {
    var counts: [OrphanKind: Int] = [:]
    try forEachOrphan { violation in
      counts[OrphanKind(table: violation.table, parent: violation.parent), default: 0] += 1
    }
    return counts
  }

  /// Refuses rows that refer to nothing, unless there were as many before.
  ///
  /// Orphans that another program left in the file are not this step's fault, and must not keep
  /// the store from opening. The same goes for a schema that could not be checked before either:
  /// then `before` is nil.
  func checkForeignKeys(after script: MigrationScript, before: [OrphanKind: Int]?) throws {
    let now: [OrphanKind: Int]
    do {
      now = try orphanCounts()
    } catch let error as SQLiteError {
      guard before != nil else { return }
      throw MigrationError.statementFailed(
        file: script.file, line: script.statements.last?.line ?? 1,
        statement: "PRAGMA foreign_key_check", reason: error)
    }
    let before = before ?? [:]
    let worse = now.filter { kind, count in count > before[kind, default: 0] }
    guard !worse.isEmpty else { return }
    var rows: [ForeignKeyViolation] = []
    try forEachOrphan { violation in
      let kind = OrphanKind(table: violation.table, parent: violation.parent)
      if worse[kind] != nil, rows.count < 10 { rows.append(violation) }
    }
    let count = worse.reduce(0) { $0 + $1.value - before[$1.key, default: 0] }
    throw MigrationError.foreignKeysViolated(file: script.file, rows: rows, count: count)
  }

  private func forEachOrphan(_ body: (ForeignKeyViolation) -> Void) throws {
    try run(prepare("PRAGMA foreign_key_check")) { row in
      body(
        ForeignKeyViolation(
          table: try row.value(at: 0), rowID: try row.value(at: 1), parent: try row.value(at: 2)))
      return true
    }
  }
}
