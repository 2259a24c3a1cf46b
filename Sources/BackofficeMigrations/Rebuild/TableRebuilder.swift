/// One rebuild at work; runs inside a savepoint that undoes it.
struct TableRebuilder {
  let connection: Connection
  let table: DatabaseSchema.Table
  let rebuild: TableRebuild

  private var temporaryName: String { table.name + "__rebuild" }

  func run() throws {
    let problem = try schemaProblem()
    try checkNames()
    try renameColumns()
    let newColumns = try createTable()
    // After the columns were renamed, since SQLite has renamed them in these texts too.
    let dependents = try dependents()
    let statistics = try statistics()
    let mark = try autoincrementMark()
    try copyRows(into: newColumns)
    try connection.executeScript("DROP TABLE main.\(SQLText.quoted(table.name))")
    try takeName()
    try setAutoincrementMark(mark)
    for dependent in dependents { try create(dependent) }
    try restore(statistics)
    // Only now, as a trigger or view is not looked into before it is used.
    if let now = try schemaProblem(), now != problem {
      throw TableRebuildError.dependentBroken(
        table: table.name, dependent: "what uses it", reason: now)
    }
  }

  // MARK: The new table

  /// Creates the new table under a name of its own, and answers its columns.
  private func createTable() throws -> [DatabaseSchema.Column] {
    let definition = rebuild.definition
    let tokens = SQLTokens(definition).tokens
    guard let open = tokens.firstIndex(where: { $0.isSymbol("(") }), open >= 3,
      tokens[0].is("create"), tokens[1].is("table"), tokens[open - 1].isName,
      tokens[open - 1].name.lowercased() == table.name.lowercased()
    else {
      throw TableRebuildError.wrongDefinition(
        table: table.name, found: definition.singleLine(limit: 80))
    }
    let body = String(decoding: definition.utf8.dropFirst(tokens[open].offset), as: UTF8.self)
    try runOne("CREATE TABLE main.\(SQLText.quoted(temporaryName)) \(body)")
    return try connection.databaseSchema().table(temporaryName)?.columns ?? []
  }

  /// Gives the new table the old one's name, with foreign keys of others still naming that.
  private func takeName() throws {
    // The usual rename reads all triggers and views, which lack their table at this moment.
    let legacy = try connection.pragmaText("legacy_alter_table") ?? "0"
    try connection.pragma("legacy_alter_table = ON")
    defer { try? connection.pragma("legacy_alter_table = \(legacy)") }
    try connection.executeScript(
      """
      ALTER TABLE main.\(SQLText.quoted(temporaryName))
      RENAME TO \(SQLText.quoted(table.name))
      """)
  }

  // MARK: Names

  private func checkNames() throws {
    let named = rebuild.droppedColumns.union(rebuild.names.keys)
    for column in named.sorted() where table.column(column) == nil {
      throw TableRebuildError.noSuchColumn(table: table.name, column: column)
    }
  }

  /// SQLite renames a column in the indexes, triggers, views and foreign keys as well.
  private func renameColumns() throws {
    for (column, name) in rebuild.names.sorted(by: { $0.key < $1.key }) {
      try connection.executeScript(
        """
        ALTER TABLE main.\(SQLText.quoted(table.name))
        RENAME COLUMN \(SQLText.quoted(column)) TO \(SQLText.quoted(name))
        """)
    }
  }

  // MARK: Rows

  private func copyRows(into columns: [DatabaseSchema.Column]) throws {
    let old = Set(
      table.columns.map { (rebuild.names[$0.name.lowercased()] ?? $0.name).lowercased() })
    let new = Set(columns.map { $0.name.lowercased() })
    for column in rebuild.values.keys.sorted() where !new.contains(column) {
      throw TableRebuildError.noSuchColumn(table: table.name, column: column)
    }
    let generated = Set(
      table.columns.filter { $0.generated != nil }.map { $0.name.lowercased() })
    let lost = old.subtracting(new).subtracting(rebuild.droppedColumns).subtracting(generated)
    guard lost.isEmpty else {
      throw TableRebuildError.columnsLost(table: table.name, columns: lost.sorted())
    }
    var targets: [String] = []
    var sources: [String] = []
    let count = try rowCount(of: table.name)
    for column in columns where column.generated == nil {
      let key = column.name.lowercased()
      if let expression = rebuild.values[key] {
        sources.append("(\(expression))")
      } else if old.contains(key) {
        sources.append(SQLText.quoted(column.name))
      } else if column.isNotNull, column.defaultValue == nil, count > 0 {
        throw TableRebuildError.valueMissing(table: table.name, column: column.name)
      } else {
        continue
      }
      targets.append(SQLText.quoted(column.name))
    }
    if try keepsRowIDs(columns) {
      targets.insert("rowid", at: 0)
      sources.insert("rowid", at: 0)
    }
    guard !targets.isEmpty else {
      throw TableRebuildError.columnsLost(table: table.name, columns: old.sorted())
    }
    try runOne(
      """
      INSERT INTO main.\(SQLText.quoted(temporaryName)) (\(targets.joined(separator: ", ")))
      SELECT \(sources.joined(separator: ", ")) FROM main.\(SQLText.quoted(table.name))
      """)
    let arrived = try rowCount(of: temporaryName)
    guard arrived == count else {
      throw TableRebuildError.rowsLost(table: table.name, expected: count, found: arrived)
    }
  }

  /// Whether rows keep the rowids that no column shows, as a full-text index may refer to them.
  private func keepsRowIDs(_ columns: [DatabaseSchema.Column]) throws -> Bool {
    guard !table.isWithoutRowID, let new = try connection.databaseSchema().table(temporaryName),
      !new.isWithoutRowID
    else { return false }
    let names = Set((columns + table.columns).map { $0.name.lowercased() })
    let hasAlias = new.primaryKey.contains { part in
      new.primaryKey.count == 1 && new.column(part.expression)?.type == "INTEGER"
    }
    return !names.contains("rowid") && !hasAlias
  }

  private func rowCount(of name: String) throws -> Int64 {
    var count: Int64 = 0
    try connection.run(sql: "SELECT count(*) FROM main.\(SQLText.quoted(name))") {
      count = try $0.value(at: 0)
      return false
    }
    return count
  }

  private func runOne(_ sql: String) throws {
    try connection.run(sql: sql)
  }
}

extension TableRebuilder {
  /// Refuses constraints that are fewer than before and were not given up.
  func checkLosses(_ difference: SchemaDifference) throws {
    let watched: [SchemaChange.Aspect] = [
      .check, .foreignKey, .unique, .autoincrement, .strict, .withoutRowID, .conflictClause,
      .primaryKey, .generated, .collation,
    ]
    var lost: [String] = []
    let own = difference.changes.filter { $0.table.lowercased() == table.name.lowercased() }
    for aspect in watched where !rebuild.accepted.contains(aspect) {
      let changes = own.filter { $0.aspect == aspect }
      let gone = changes.filter { $0.after == nil || $0.after == "BINARY" }
      // As many new ones: a constraint was changed, such as a status added to a list.
      guard gone.count > changes.count(where: { $0.before == nil }) else { continue }
      lost += gone.map { change in
        change.aspect == .collation ? "COLLATE \(change.before ?? "")" : change.before ?? ""
      }
    }
    guard lost.isEmpty else {
      throw TableRebuildError.constraintsLost(table: table.name, constraints: lost)
    }
  }
}
