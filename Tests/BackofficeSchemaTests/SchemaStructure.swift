import BackofficeStorage

/// What migrations leave on an empty database, as one script: every object with the text that
/// SQLite keeps of it, then the rows.
struct SchemaStructure {
  let sql: String

  init(of migrations: [Migration]) throws {
    let database = try Database(.memory) { maintenance in
      _ = try Migrator([MigrationPack("core", trusted: migrations)]).up(maintenance)
    }
    sql = try database.read { try Self.sql(of: $0) }
  }

  static func sql(of transaction: borrowing ReadTransaction) throws -> String {
    let objects = try transaction.fetchAll(
      sql: """
        SELECT sql FROM sqlite_schema
        WHERE sql IS NOT NULL AND tbl_name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
        AND tbl_name <> '\(Migrator.ledgerTable)'
        AND tbl_name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow')
        ORDER BY rowid
        """
    ) { try $0.value(at: 0, as: String.self) }
    return
      """
      -- What the steps in Core/ come to on an empty file; made from them by
      -- \(EmbeddedSchema.refresh)

      \((objects.map { $0 + ";" } + (try rows(in: transaction))).joined(separator: "\n"))

      """
  }

  /// An INSERT for each row of each table.
  static func rows(in transaction: borrowing ReadTransaction) throws -> [String] {
    let tables = try transaction.fetchAll(
      sql: """
        SELECT l.name, (SELECT group_concat(name, char(31)) FROM pragma_table_info(l.name))
        FROM pragma_table_list AS l JOIN sqlite_schema AS s ON s.name = l.name
        WHERE l.type = 'table' AND l.schema = 'main' AND l.name <> '\(Migrator.ledgerTable)'
        ORDER BY s.rowid
        """
    ) { (try $0.value(at: 0, as: String.self), try $0.value(at: 1, as: String.self)) }
    var inserts: [String] = []
    for (table, joined) in tables {
      let columns = joined.split(separator: "\u{1f}").map { "\"\($0)\"" }
      let quoted = columns.map { "quote(\($0))" }.joined(separator: " || ', ' || ")
      inserts += try transaction.fetchAll(
        sql: "SELECT \(quoted) FROM \"\(table)\" ORDER BY 1"
      ) { row in
        let values = try row.value(at: 0, as: String.self)
        return
          "INSERT INTO \"\(table)\" (\(columns.joined(separator: ", "))) VALUES (\(values));"
      }
    }
    return inserts
  }
}
