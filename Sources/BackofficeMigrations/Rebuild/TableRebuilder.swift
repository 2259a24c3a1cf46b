/// Rebuilds a table.
struct TableRebuilder {
  let connection: Connection
  let before: DatabaseSchema
  let table: DatabaseSchema.Table
  let rebuild: TableRebuild

  private var temporaryName: String { table.name + "__rebuild" }

  func replaceTable() throws {
    let problem = try schemaProblem()
    try checkNames()
    try renameColumns()
    let newColumns = try createTable()
    // Read after the columns are renamed, because SQLite renames them in these statements too.
    let dependents = try dependents()
    let statistics = try statistics()
    let mark = try autoincrementMark()
    try copyRows(into: newColumns)
    try connection.executeScript("DROP TABLE main.\(SQLText.quoted(table.name))")
    try renameTable()
    try setAutoincrementMark(mark)
    for dependent in dependents { try create(dependent) }
    try restore(statistics)
    // Checked at the end, because triggers and views are not checked until they are used.
    if let now = try schemaProblem(), now != problem {
      throw TableRebuildError.dependentBroken(
        table: table.name, dependent: "a trigger or view", reason: now)
    }
  }

  // MARK: The new table

  /// Creates the new table under a temporary name, and returns its columns.
  private func createTable() throws -> [DatabaseSchema.Column] {
    let definition = try rebuild.keepsOtherColumns ? completeDefinition() : rebuild.definition
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
    return try SchemaReader(connection).read().table(temporaryName)?.columns ?? []
  }

  /// The new definition with the columns of the old table that it does not name, as they were declared.
  private func completeDefinition() throws -> String {
    let new = ColumnTexts(rebuild.definition)
    let old = ColumnTexts(try SchemaReader(connection).sql(of: "table", table.name) ?? "")
    let others = old.columns.filter { column in
      !new.columns.contains { $0.name == column.name }
        && !rebuild.droppedColumns.contains(column.name)
    }
    return new.adding(others.map(\.text))
  }

  /// Renames the new table to the old name, without changing the foreign keys that refer to it.
  private func renameTable() throws {
    // Otherwise the rename would check triggers and views, whose table is missing at this point.
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

  /// Renames columns; SQLite also renames them in indexes, triggers, views and foreign keys.
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

  /// Whether to preserve rowids that no column aliases, to which a full-text index may refer.
  private func keepsRowIDs(_ columns: [DatabaseSchema.Column]) throws -> Bool {
    guard !table.isWithoutRowID, let new = try SchemaReader(connection).read().table(temporaryName),
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
  /// Throws if constraints were lost without being dropped explicitly.
  func checkLosses(_ difference: SchemaDifference) throws {
    let watched: [SchemaChange.Aspect] = [
      .check, .foreignKey, .unique, .autoincrement, .strict, .withoutRowID, .conflictClause,
      .primaryKey, .integerPrimaryKey, .generated, .collation,
    ]
    var lost: [String] = []
    let own = difference.changes.filter { $0.table.lowercased() == table.name.lowercased() }
    for aspect in watched where !rebuild.accepted.contains(aspect) {
      let changes = own.filter { $0.aspect == aspect }
      let gone = changes.filter(\.isLoss)
      // An equal number of new constraints means that constraints were changed, not lost.
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
