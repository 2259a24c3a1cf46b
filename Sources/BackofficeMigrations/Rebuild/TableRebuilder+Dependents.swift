extension TableRebuilder {
  /// An index or trigger that is dropped with the old table.
  struct Dependent {
    let type: String
    let name: String
    let sql: String
  }

  /// The statistics of an index.
  struct Statistic {
    let index: String?
    let text: String?
  }

  /// Returns the indexes and triggers to create again, indexes first.
  func dependents() throws -> [Dependent] {
    var result: [Dependent] = []
    try connection.run(
      sql: """
        SELECT type, name, sql FROM main.sqlite_schema
        WHERE tbl_name = ? COLLATE NOCASE AND type IN ('index', 'trigger') AND sql IS NOT NULL
        ORDER BY type, rowid
        """, table.name
    ) { row in
      var column = row.reader()
      result.append(
        Dependent(type: try column("type"), name: try column("name"), sql: try column("sql")))
      return true
    }
    for name in rebuild.droppedIndexes.union(rebuild.droppedTriggers).sorted()
    where !result.contains(where: { $0.name.lowercased() == name }) {
      throw TableRebuildError.noSuchColumn(table: table.name, column: name)
    }
    return result.filter { dependent in
      let dropped =
        dependent.type == "index" ? rebuild.droppedIndexes : rebuild.droppedTriggers
      return !dropped.contains(dependent.name.lowercased())
    }
  }

  func create(_ dependent: Dependent) throws {
    do {
      try connection.executeScript(dependent.sql)
    } catch {
      guard error.code == .error else { throw error }
      throw TableRebuildError.dependentBroken(
        table: table.name, dependent: "\(dependent.type) \(dependent.name)", reason: error.message)
    }
  }

  /// Returns SQLite's error about the triggers and views of the schema, or nil if they are valid.
  ///
  /// Renaming a table checks all of them; the rename is rolled back.
  func schemaProblem() throws -> String? {
    try connection.executeScript("SAVEPOINT table_rebuild_check")
    defer {
      if !connection.isAutocommit {
        try? connection.executeScript(
          "ROLLBACK TO table_rebuild_check; RELEASE table_rebuild_check")
      }
    }
    do {
      try connection.executeScript(
        """
        ALTER TABLE main.\(SQLText.quoted(table.name))
        RENAME TO \(SQLText.quoted(table.name + "__check"))
        """)
      return nil
    } catch {
      guard error.code == .error else { throw error }
      return error.message
    }
  }

  private func hasIndex(_ name: String) throws -> Bool {
    var isThere = false
    try connection.run(
      sql: "SELECT 1 FROM main.sqlite_schema WHERE type = 'index' AND name = ?", name
    ) { _ in
      isThere = true
      return false
    }
    return isThere
  }

  // MARK: What SQLite keeps about the table

  /// Returns the highest key that was ever used; nil if SQLite does not record it.
  func autoincrementMark() throws -> Int64? {
    guard table.isAutoincrement else { return nil }
    var mark: Int64?
    try connection.run(
      sql: "SELECT seq FROM main.sqlite_sequence WHERE name = ? COLLATE NOCASE",
      table.name
    ) { row in
      mark = try row.value(at: 0)
      return false
    }
    return mark
  }

  func setAutoincrementMark(_ mark: Int64?) throws {
    guard let mark, try SchemaReader(connection).read().table(table.name)?.isAutoincrement == true
    else { return }
    let changed = try connection.run(
      sql: "UPDATE main.sqlite_sequence SET seq = max(seq, ?) WHERE name = ?",
      mark, table.name)
    guard changed == 0 else { return }
    try connection.run(
      sql: "INSERT INTO main.sqlite_sequence (name, seq) VALUES (?, ?)",
      table.name, mark)
  }

  func statistics() throws -> [Statistic] {
    guard try SchemaReader(connection).sql(of: "table", "sqlite_stat1") != nil else { return [] }
    var result: [Statistic] = []
    try connection.run(
      sql: "SELECT idx, stat FROM main.sqlite_stat1 WHERE tbl = ? COLLATE NOCASE",
      table.name
    ) { row in
      result.append(Statistic(index: try row.value(at: 0), text: try row.value(at: 1)))
      return true
    }
    return result
  }

  /// Without statistics, query plans might change until the next ANALYZE.
  func restore(_ statistics: [Statistic]) throws {
    for statistic in statistics {
      if let index = statistic.index, try !hasIndex(index) { continue }
      try connection.run(
        sql: "INSERT INTO main.sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)",
        table.name, statistic.index, statistic.text)
    }
  }
}
