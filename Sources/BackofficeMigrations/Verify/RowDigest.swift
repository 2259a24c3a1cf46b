/// A digest of the rows of a database, for comparisons.
///
/// Digests are comparable only within a process, because hashes are seeded per process.
struct RowDigest: Equatable {
  /// The digest of a table.
  struct Table: Equatable {
    var count = 0
    /// The sum of the hashes of the rows, which is independent of their order.
    var rows = 0
    /// The sums of the hashes of the values, by column.
    var columns: [String: Int] = [:]
  }

  /// The tables, by name in lower case.
  var tables: [String: Table] = [:]
  /// The highest key that was used in each `AUTOINCREMENT` table.
  var marks: [String: Int64] = [:]

  /// Describes the changes of rows in tables that existed before.
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
      lines.append("table \(name): the AUTOINCREMENT sequence decreased from \(before) to \(after)")
    }
    return lines
  }

  /// Describes the tables with more or fewer rows; values may differ, such as the current time.
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
      return "table \(name) has its values in different rows"
    }
    let list = columns.sorted().joined(separator: ", ")
    return "table \(name): column\(columns.count == 1 ? "" : "s") \(list) "
      + "\(columns.count == 1 ? "has" : "have") different values"
  }

  private static func rows(_ count: Int) -> String { "\(count) row\(count == 1 ? "" : "s")" }
}

extension RowDigest {
  private static let digestibleTables = SQLStatement(
    """
    SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual')
      AND substr(name, 1, 7) <> 'sqlite_' ORDER BY name
    """)

  /// Creates the digest of all rows of all tables.
  ///
  /// - Complexity: reads every row once.
  init(of connection: Connection) throws {
    var names: [String] = []
    try connection.run(Self.digestibleTables) { row in
      names.append(try row.value(at: 0))
      return true
    }
    let ledgers = try SchemaReader(connection).ledgers()
    for name in names where !ledgers.contains(name.lowercased()) {
      // A virtual table whose module is missing cannot be read or changed.
      if let table = try? Table(of: name, in: connection) { tables[name.lowercased()] = table }
    }
    guard try SchemaReader(connection).sql(of: "table", "sqlite_sequence") != nil else { return }
    try connection.run(sql: "SELECT name, seq FROM main.sqlite_sequence") { row in
      let name: String = try row.value(at: 0)
      marks[name.lowercased()] = (try? row.value(at: 1, as: Int64.self)) ?? 0
      return true
    }
  }
}

extension RowDigest.Table {
  fileprivate init(of name: String, in connection: Connection) throws {
    var columns: [(name: String, sum: Int)] = []
    try connection.run(sql: "SELECT * FROM main.\(SQLText.quoted(name))") { row in
      if columns.isEmpty {
        for index in 0..<row.count { columns.append(((row.name(at: index) ?? "").lowercased(), 0)) }
      }
      var whole = Hasher()
      for index in 0..<row.count {
        let hash = try row.value(at: index, as: ValueHash.self).hash
        columns[index].sum &+= hash
        whole.combine(hash)
      }
      count += 1
      rows &+= whole.finalize()
      return true
    }
    self.columns = Dictionary(columns.map { ($0.name, $0.sum) }, uniquingKeysWith: { $1 })
  }
}

/// The hash of a value of any storage class.
private struct ValueHash: ColumnDecodable {
  let hash: Int

  static func decode(_ column: borrowing ColumnValue) -> ValueHash? {
    var hasher = Hasher()
    column.hash(into: &hasher)
    return ValueHash(hash: hasher.finalize())
  }
}
