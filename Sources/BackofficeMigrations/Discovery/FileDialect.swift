/// The database of a file such as `001_name.sqlite.up.sql`.
enum FileDialect: Equatable {
  case sqlite
  /// Another database, as the file spells it.
  case other(String)

  private static let others: Set<String> = [
    "postgres", "postgresql", "pgsql", "pg", "mysql", "mariadb", "cockroach", "cockroachdb", "crdb",
    "mssql", "sqlserver", "oracle", "clickhouse", "spanner", "duckdb", "snowflake", "cassandra",
    "mongodb", "tidb", "yugabyte", "redshift", "db2", "firebird",
  ]

  /// Parses a component of a file's name; nil if it names no database.
  init?(_ word: some StringProtocol) {
    switch word.lowercased() {
    case "sqlite", "sqlite3": self = .sqlite
    case let word where Self.others.contains(word): self = .other(word)
    default: return nil
    }
  }
}
