/// What is in the tables of a database, condensed so that two moments can be compared.
///
/// Holds for one process only, as the seed of the hashes is another one in each.
struct RowDigest: Equatable {
  /// What is in one table.
  struct Table: Equatable {
    var count = 0
    /// The sum of the hashes of the rows, which does not depend on their order.
    var rows = 0
    /// The same of each column, by name.
    var columns: [String: Int] = [:]
  }

  /// The tables, by name in lower case.
  var tables: [String: Table] = [:]
  /// The highest key that each table with `AUTOINCREMENT` has given out.
  var marks: [String: Int64] = [:]

  /// How the rows changed in the tables that were there before.
  func changes(in other: RowDigest) -> [String] {
    var lines: [String] = []
    for (name, before) in tables.sorted(by: { $0.key < $1.key }) {
      guard let after = other.tables[name], before != after else { continue }
      if after.count > before.count {
        lines.append("table \(name) has \(Self.rows(after.count - before.count)) more than before")
      } else if after.count < before.count {
        lines.append(
          "table \(name) lost \(before.count - after.count) of its \(Self.rows(before.count))")
      } else if after.rows != before.rows {
        lines.append(Self.changedColumns(name, before, after))
      }
    }
    for (name, before) in marks.sorted(by: { $0.key < $1.key }) {
      let after = other.marks[name] ?? 0
      guard after < before, other.tables[name] != nil else { continue }
      lines.append("table \(name): its AUTOINCREMENT mark fell from \(before) to \(after)")
    }
    return lines
  }

  /// Which tables have more or fewer rows; values may differ, as the time does.
  func countChanges(in other: RowDigest) -> [String] {
    tables.sorted { $0.key < $1.key }.compactMap { name, before in
      guard let after = other.tables[name], after.count != before.count else { return nil }
      return "table \(name) has \(Self.rows(after.count)), not \(before.count)"
    }
  }

  private static func changedColumns(_ name: String, _ before: Table, _ after: Table) -> String {
    let columns = before.columns.keys.filter { column in
      after.columns[column].map { $0 != before.columns[column] } ?? false
    }
    guard !columns.isEmpty else {
      return "table \(name) has its values in other rows than before"
    }
    let list = columns.sorted().joined(separator: ", ")
    return "table \(name): column\(columns.count == 1 ? "" : "s") \(list) "
      + "\(columns.count == 1 ? "has" : "have") other values than before"
  }

  private static func rows(_ count: Int) -> String { "\(count) row\(count == 1 ? "" : "s")" }
}

extension Connection {
  private static let digestibleTables = SQLStatement(
    """
    SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual')
      AND substr(name, 1, 7) <> 'sqlite_' ORDER BY name
    """)

  /// Condenses all rows of all tables.
  ///
  /// - Complexity: reads every row once.
  func rowDigest() throws -> RowDigest {
    var names: [String] = []
    try run(Self.digestibleTables) { row in
      names.append(try row.value(at: 0))
      return true
    }
    var digest = RowDigest()
    for name in names where !DatabaseSchema.ownTables.contains(name.lowercased()) {
      // A virtual table whose module is not there cannot be read, nor can a step have changed it.
      if let table = try? self.digest(of: name) { digest.tables[name.lowercased()] = table }
    }
    guard try schemaSQL(of: "table", "sqlite_sequence") != nil else { return digest }
    try run(sql: "SELECT name, seq FROM main.sqlite_sequence") { row in
      let name: String = try row.value(at: 0)
      digest.marks[name.lowercased()] = (try? row.value(at: 1, as: Int64.self)) ?? 0
      return true
    }
    return digest
  }

  private func digest(of name: String) throws -> RowDigest.Table {
    var table = RowDigest.Table()
    var columns: [(name: String, sum: Int)] = []
    try run(sql: "SELECT * FROM main.\(SQLText.quoted(name))") { row in
      if columns.isEmpty {
        for index in 0..<row.count { columns.append(((row.name(at: index) ?? "").lowercased(), 0)) }
      }
      var whole = Hasher()
      for index in 0..<row.count {
        let hash = try row.value(at: index, as: ValueHash.self).hash
        columns[index].sum &+= hash
        whole.combine(hash)
      }
      table.count += 1
      table.rows &+= whole.finalize()
      return true
    }
    for column in columns { table.columns[column.name] = column.sum }
    return table
  }
}

/// The hash of a value of any kind.
private struct ValueHash: ColumnDecodable {
  let hash: Int

  static func decode(_ column: borrowing ColumnValue) -> ValueHash? {
    var hasher = Hasher()
    column.hash(into: &hasher)
    return ValueHash(hash: hasher.finalize())
  }
}
