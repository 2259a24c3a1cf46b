package import ArgumentParser
import Backoffice
import ExampleSupport
import Foundation

/// Prints the data dictionary of a store.
package struct SchemaCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract:
      "Prints the data dictionary: every table and view with its columns and their meaning.",
    discussion: """
      Ids are 16-byte UUIDs, times are microseconds since 1970 in UTC, and amounts are in minor \
      units of their currency; the views whose names begin with v_ show them as text.

      Examples:
        backoffice schema --database office.sqlite
        backoffice schema queue_items --database office.sqlite
        backoffice schema --markdown --database office.sqlite > dictionary.md
      """)

  @Argument(help: "A table or view; all by default.")
  var name: String?
  @OptionGroup var database: DatabaseOption
  @OptionGroup var format: FormatOption
  @Flag(help: "Print Markdown.")
  var markdown = false

  package init() {}

  package func run() throws {
    let store = try database.openToRead()
    defer { store.close() }
    var tables = try store.read { transaction in try SchemaTable.all(transaction) }
    if let name {
      tables.removeAll { $0.name != name }
      guard !tables.isEmpty else {
        throw try Unknown(
          "table", name, in: store,
          known: "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') ORDER BY name")
      }
    }
    if format.json { return try Output.json(tables) }
    for table in tables {
      Output.lines(markdown ? table.markdown : table.lines)
    }
  }
}

/// A table or a view with its columns.
package struct SchemaTable: Codable, Hashable, Sendable {
  /// A column.
  package struct Column: Codable, Hashable, Sendable {
    package let name: String
    package let type: String
    package let isRequired: Bool
    /// The table and column that it refers to.
    package let references: String?
    /// The comment in the schema.
    package let comment: String?
  }

  package let name: String
  package let kind: String
  package let columns: [Column]

  private static let tables = """
    SELECT name, type, coalesce(sql, '') FROM sqlite_schema
    WHERE type IN ('table', 'view') AND name NOT GLOB 'sqlite_*'
      AND name NOT GLOB 'customers_search_*' ORDER BY type, name
    """
  private static let columns = """
    SELECT name, type, "notnull" OR pk > 0 FROM pragma_table_xinfo(?) WHERE hidden <> 1 ORDER BY cid
    """
  private static let references = """
    SELECT "from", "table" || '.' || coalesce("to", 'pk') FROM pragma_foreign_key_list(?)
    """

  static func all(_ transaction: borrowing ReadTransaction) throws -> [SchemaTable] {
    let found = try transaction.fetchAll(sql: tables) { row in
      (
        name: try row.value(at: 0, as: String.self), kind: try row.value(at: 1, as: String.self),
        sql: try row.value(at: 2, as: String.self)
      )
    }
    return try found.map { table in
      let references = Dictionary(
        try transaction.fetchAll(sql: references, table.name) { row in
          (try row.value(at: 0, as: String.self), try row.value(at: 1, as: String.self))
        }, uniquingKeysWith: { first, _ in first })
      let comments = comments(in: table.sql)
      let columns = try transaction.fetchAll(sql: columns, table.name) { row in
        let name: String = try row.value(at: 0)
        return Column(
          name: name, type: try row.value(at: 1), isRequired: try row.value(at: 2),
          references: references[name], comment: comments[name])
      }
      return SchemaTable(name: table.name, kind: table.kind, columns: columns)
    }
  }

  /// The comments behind the columns in a declaration, by the first word of their lines.
  static func comments(in sql: String) -> [String: String] {
    var comments: [String: String] = [:]
    for line in sql.split(whereSeparator: \.isNewline) {
      guard let mark = line.range(of: "--") else { continue }
      let word = line[..<mark.lowerBound].trimmed.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
      guard !word.isEmpty else { continue }
      comments[String(word)] = line[mark.upperBound...].trimmed
    }
    return comments
  }

  var lines: [String] {
    var table = TextTable(.text("Column"), .text("Type"), .text(""), .text("Meaning", upTo: 90))
    for column in columns {
      table.add(
        .init(column.name), .init(column.type), .init(column.isRequired ? "" : "optional"),
        .init(meaning(of: column)))
    }
    return ["", Paint.heading(name) + Paint.quiet("  \(kind)")] + table.lines()
  }

  var markdown: [String] {
    ["", "## \(name)", "", "| column | type | | meaning |", "|---|---|---|---|"]
      + columns.map { column in
        "| `\(column.name)` | \(column.type) | \(column.isRequired ? "" : "optional") "
          + "| \(meaning(of: column).replacing("|", with: "\\|")) |"
      }
  }

  private func meaning(of column: Column) -> String {
    [column.references.map { "refers to \($0)" }, column.comment].compactMap(\.self)
      .joined(separator: "; ")
  }
}
