import BackofficeMigrations
import Foundation

/// A temporary database file, removed when the test ends.
final class TemporaryDatabase: Sendable {
  let path = FileManager.default.temporaryDirectory
    .appending(path: "backoffice-\(UUID().uuidString).sqlite").path

  deinit {
    for suffix in ["", "-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: path + suffix)
    }
  }

  /// Every row of every table as text, in a stable order, without the ledger of migrations.
  func rows() throws -> [String] {
    let store = try Database(.readOnly(path))
    var rows: [String] = []
    for table in try store.tables() where table.name != "schema_migrations" {
      let columns = try store.texts("SELECT name FROM pragma_table_info('\(table.name)')")
      let row = columns.map { "quote(\"\($0)\")" }.joined(separator: " || ', ' || ")
      rows += try store.texts("SELECT '\(table.name): ' || \(row) FROM \(table.name)").sorted()
    }
    return rows
  }
}

/// What `PRAGMA table_list` says about a table.
struct TableFacts: Sendable {
  let name: String
  let type: String
  let isStrict: Bool
}

extension Database {
  /// The tables, including virtual ones, without SQLite's internal tables and shadow tables.
  func tables() throws -> [TableFacts] {
    try read { transaction in
      try transaction.fetchAll(
        sql: """
          SELECT name, type, strict FROM pragma_table_list
          WHERE schema = 'main' AND type IN ('table', 'virtual') AND name NOT LIKE 'sqlite%'
          ORDER BY name
          """
      ) { row in
        TableFacts(
          name: try row.value(at: 0), type: try row.value(at: 1), isStrict: try row.value(at: 2))
      }
    }
  }

  /// The first column of a query.
  func texts(_ sql: String) throws -> [String] {
    try read { transaction in
      try transaction.fetchAll(sql: sql) { row in try row.value(at: 0) }
    }
  }

  /// The number that a query returns.
  func count(_ sql: String) throws -> Int {
    try read { transaction in
      try transaction.fetchOne(sql: sql) { row in try row.value(at: 0) } ?? 0
    }
  }
}
