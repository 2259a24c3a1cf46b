package import ArgumentParser
package import Backoffice
import ExampleSupport

/// Prints the size of a store.
package struct StatsCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "stats",
    abstract: "Prints the number of rows of every table and the size of the file.",
    discussion: """
      Example:
        backoffice stats --database office.sqlite
      """)

  @OptionGroup var database: DatabaseOption
  @OptionGroup var format: FormatOption

  package init() {}

  package func run() throws {
    let store = try database.openToRead()
    defer { store.close() }
    let stats = try StoreStatistics(store)
    if format.json {
      try Output.json(stats)
      return
    }
    let largest = stats.rows.values.max() ?? 0
    var table = TextTable(.text("Table"), .number("Rows"), .text(""))
    for (name, count) in stats.rows.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) })
    where count > 0 {
      table.add(
        .init(name), .init(count), .init(Charts.bar(count, of: largest, width: 30), .accent))
    }
    Output.lines(table.lines())
    let empty = stats.rows.filter { $0.value == 0 }.keys.sorted()
    if !empty.isEmpty { Output.line("\n  Empty: \(empty.joined(separator: ", "))") }
    Output.line(
      "  \(Human.grouped(stats.bytes / 1024)) KiB in the file, "
        + "\(Human.percent(stats.freeBytes, of: stats.bytes)) of it free")
  }
}

/// The size of a store.
package struct StoreStatistics: Codable, Hashable, Sendable {
  package let rows: [String: Int]
  package let bytes: Int
  package let freeBytes: Int

  private static let tables = """
    SELECT name, printf('SELECT count(*) FROM "%w"', name) FROM sqlite_schema WHERE type = 'table'
      AND name NOT GLOB 'sqlite_*' AND name NOT GLOB 'customers_search_*'
    """

  /// Counts; reads every table's smallest index.
  package init(_ store: BackofficeStore) throws {
    self = try store.read { transaction in try Self(transaction) }
  }

  private init(_ transaction: borrowing ReadTransaction) throws {
    var rows: [String: Int] = [:]
    let tables = try transaction.fetchAll(sql: Self.tables) { row in
      (name: try row.value(at: 0, as: String.self), count: try row.value(at: 1, as: String.self))
    }
    for table in tables { rows[table.name] = try Self.number(table.count, transaction) }
    self.rows = rows
    let page = try Self.number("PRAGMA page_size", transaction)
    bytes = page * (try Self.number("PRAGMA page_count", transaction))
    freeBytes = page * (try Self.number("PRAGMA freelist_count", transaction))
  }

  private static func number(
    _ sql: String, _ transaction: borrowing ReadTransaction
  ) throws -> Int {
    try transaction.fetchOne(sql: sql) { row in try row.value(at: 0) } ?? 0
  }
}
