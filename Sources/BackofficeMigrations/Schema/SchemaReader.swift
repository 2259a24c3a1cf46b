/// Reads the schema from the pragmas and `sqlite_schema`.
struct SchemaReader {
  let connection: Connection
  private let memory: Memory?

  /// Creates a reader; with a memory, only the tables that have changed since the last reading are
  /// read.
  init(_ connection: Connection, memory: Memory? = nil) {
    self.connection = connection
    self.memory = memory
  }

  /// The tables that were read before, by the SQL texts that define them.
  ///
  /// It grows by one table for each change, and is meant for one trial of a series of scripts.
  final class Memory {
    fileprivate var tables: [[String]: DatabaseSchema.Table] = [:]
  }

  /// The digest of the schema, as the ledger records it.
  func fingerprint() throws -> String { try read().fingerprint.description }

  /// Reads the structure of the main database.
  ///
  /// - Complexity: six statements for any number of tables, and one call for each column.
  func read() throws -> DatabaseSchema {
    let traits = try readTraits()
    let ledgers = try ledgers()
    let items = try readItems().filter {
      traits[$0.table.lowercased()]?.type != "shadow" && !ledgers.contains($0.table.lowercased())
    }
    // The texts of a table, its indexes and its triggers define everything that is read of it.
    let texts = Dictionary(grouping: items) { $0.table.lowercased() }.mapValues { $0.map(\.sql) }
    let known = { (item: Item) in memory?.tables[texts[item.name.lowercased()] ?? []] }
    let isAllKnown = items.allSatisfy { $0.type != "table" || known($0) != nil }
    let columns = isAllKnown ? [:] : try readColumns()
    let foreignKeys = isAllKnown ? [:] : try readForeignKeys()
    let indexes = isAllKnown ? [:] : try readIndexes()
    let triggers = { (name: String) in
      items.filter { $0.type == "trigger" && $0.table.lowercased() == name.lowercased() }
        .map { DatabaseSchema.Trigger(name: $0.name, body: Self.body($0.sql, 3)) }
    }
    let named = Dictionary(
      items.filter { $0.type == "index" }.map { ($0.name, $0.sql) }, uniquingKeysWith: { a, _ in a }
    )
    let tables = try items.filter { $0.type == "table" }.map { item in
      if let known = known(item) { return known }
      let table = try table(
        item, traits[item.name.lowercased()], columns[item.name] ?? [],
        foreignKeys[item.name] ?? [:],
        indexes[item.name] ?? [], named, triggers(item.name))
      memory?.tables[texts[item.name.lowercased()] ?? []] = table
      return table
    }
    let views = try items.filter { $0.type == "view" }.map { item in
      DatabaseSchema.View(
        name: item.name, columns: try columnNames(of: item.name), body: Self.body(item.sql, 3),
        triggers: triggers(item.name))
    }
    return DatabaseSchema(tables: tables, views: views)
  }

  private func table(
    _ item: Item, _ traits: Traits?, _ columns: [ColumnRow], _ foreignKeys: [Int: ForeignKeyRow],
    _ indexes: [IndexRow], _ named: [String: String], _ triggers: [DatabaseSchema.Trigger]
  ) throws -> DatabaseSchema.Table {
    guard traits?.type != "virtual" else { return try virtualTable(item, triggers) }
    let definition = TableDefinition(item.sql)
    var isAutoincrement = false
    let described = try columns.map { row in
      let (collation, isCounting) = try connection.metadata(ofColumn: row.name, in: item.name)
      if isCounting { isAutoincrement = true }
      return DatabaseSchema.Column(
        name: row.name, type: SQLTokens(row.type).text.uppercased(), isNotNull: row.isNotNull,
        defaultValue: row.defaultValue.map(Self.defaultValue), collation: collation,
        generated: row.hidden < 2
          ? nil
          : DatabaseSchema.Generated(
            expression: definition.generated[row.name.lowercased()] ?? "",
            isStored: row.hidden == 3),
        isHidden: row.hidden == 1)
    }
    let collations = Dictionary(
      described.map { ($0.name, $0.collation) }, uniquingKeysWith: { a, _ in a })
    let primary = indexes.first { $0.origin == "pk" }
    return DatabaseSchema.Table(
      name: item.name, isStrict: traits?.isStrict ?? false,
      isWithoutRowID: traits?.isWithoutRowID ?? false, isAutoincrement: isAutoincrement,
      module: nil, columns: described,
      primaryKey: primary?.parts.map(\.key)
        ?? columns.filter { $0.keyPosition > 0 }.sorted { $0.keyPosition < $1.keyPosition }.map {
          DatabaseSchema.KeyPart(
            expression: $0.name, collation: collations[$0.name] ?? "BINARY", isDescending: false)
        },
      uniqueConstraints: indexes.filter { $0.origin == "u" }.map { $0.parts.map(\.key) }
        .sorted { $0.summary < $1.summary },
      checks: definition.checks,
      foreignKeys: foreignKeys.values.map { $0.key(definition.deferredKeys) }
        .sorted { $0.summary < $1.summary },
      conflictClauses: definition.conflictClauses,
      indexes: indexes.filter { $0.origin == "c" }.map { index($0, named[$0.name] ?? "") },
      triggers: triggers)
  }

  private func index(_ row: IndexRow, _ sql: String) -> DatabaseSchema.Index {
    let definition = IndexDefinition(sql)
    let parts = row.parts.enumerated().map { position, part in
      guard part.column == nil, position < definition.parts.count else { return part.key }
      return DatabaseSchema.KeyPart(
        expression: definition.parts[position], collation: part.key.collation,
        isDescending: part.key.isDescending)
    }
    return DatabaseSchema.Index(
      name: row.name, isUnique: row.isUnique, parts: parts, predicate: definition.predicate)
  }

  private func virtualTable(
    _ item: Item, _ triggers: [DatabaseSchema.Trigger]
  ) throws -> DatabaseSchema.Table {
    let tokens = SQLTokens(item.sql).tokens
    let module = tokens.firstIndex { $0.is("using") }.map { tokens[($0 + 1)...] } ?? []
    return DatabaseSchema.Table(
      name: item.name, isStrict: false, isWithoutRowID: false, isAutoincrement: false,
      module: SQLTokens.text(of: module),
      columns: try columnNames(of: item.name).map {
        DatabaseSchema.Column(
          name: $0, type: "", isNotNull: false, defaultValue: nil, collation: "BINARY",
          generated: nil, isHidden: false)
      }, primaryKey: [], uniqueConstraints: [], checks: [], foreignKeys: [], conflictClauses: [],
      indexes: [], triggers: triggers)
  }

  /// Returns the definition after the name in a `CREATE TRIGGER` or `CREATE VIEW` statement.
  private static func body(_ sql: String, _ prefix: Int) -> String {
    SQLTokens.text(of: SQLTokens(sql).tokens.dropFirst(prefix))
  }

  /// Returns the canonical spelling of a default; a double-quoted string may be a literal, whose
  /// case matters.
  private static func defaultValue(_ text: String) -> String {
    text.hasPrefix("\"") ? text : SQLTokens(text).text
  }
}
