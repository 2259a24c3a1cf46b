/// The table in which a migration tool records what it ran.
struct OtherToolForm {
  let tool: String
  let table: String
  /// The columns that identify the tool, in lower case.
  let columns: Set<String>
  /// Whether the table has no other columns.
  var isExact = false
  /// Returns the name of each migration, and whether it is unfinished (0), applied (1), or applied
  /// with all before it (2).
  let sql: String

  /// The form of a table, by its name and columns in lower case; nil if it is of no known tool.
  static func of(_ table: String, _ columns: Set<String>) -> OtherToolForm? {
    all.first { form in
      form.table.lowercased() == table
        && (form.isExact ? columns == form.columns : form.columns.isSubset(of: columns))
    }
  }

  /// The names of all tables, in lower case.
  static let tables = Set(all.map { $0.table.lowercased() })

  func read(_ connection: Connection) throws -> OtherLedger {
    var applied: [String] = []
    var heads: [String] = []
    var unfinished: [String] = []
    try connection.run(sql: sql) { row in
      let name: String = try row.value(at: 0)
      switch try row.value(at: 1, as: Int.self) {
      case 0: unfinished.append(name)
      case 1: applied.append(name)
      default:
        applied.append(name)
        heads.append(name)
      }
      return true
    }
    return OtherLedger(
      tool: tool, table: table, applied: applied, heads: heads, unfinished: unfinished)
  }
}

extension OtherToolForm {
  /// A tool whose table has a row for each applied migration.
  private static func list(
    _ tool: String, _ table: String, _ columns: Set<String>, _ name: String, by order: String,
    isExact: Bool = false
  ) -> OtherToolForm {
    OtherToolForm(
      tool: tool, table: table, columns: columns, isExact: isExact,
      sql: "SELECT CAST(\(name) AS TEXT), 1 FROM \"\(table)\" ORDER BY \(order)")
  }

  /// All known tools; where tools share a name, the one with more columns is first.
  static let all: [OtherToolForm] = [
    OtherToolForm(
      tool: "golang-migrate", table: "schema_migrations", columns: ["version", "dirty"],
      sql: """
        SELECT CAST(version AS TEXT), CASE WHEN dirty THEN 0 ELSE 2 END FROM schema_migrations
        WHERE version >= 0
        """),
    list("dbmate or Rails", "schema_migrations", ["version"], "version", by: "version"),
    OtherToolForm(
      tool: "Flyway", table: "flyway_schema_history",
      columns: ["installed_rank", "version", "type", "script", "success"],
      sql: """
        SELECT version, CASE WHEN NOT success THEN 0 WHEN type = 'BASELINE' THEN 2 ELSE 1 END
        FROM flyway_schema_history AS row
        WHERE version IS NOT NULL AND type NOT LIKE 'UNDO%' AND type NOT IN ('SCHEMA', 'DELETE')
          AND NOT EXISTS (SELECT 1 FROM flyway_schema_history AS later
            WHERE later.version = row.version AND later.installed_rank > row.installed_rank
              AND (later.type LIKE 'UNDO%' OR later.type = 'DELETE'))
        ORDER BY installed_rank
        """),
    OtherToolForm(
      tool: "goose", table: "goose_db_version", columns: ["id", "version_id", "is_applied"],
      sql: """
        SELECT CAST(version_id AS TEXT), 1 FROM goose_db_version AS row
        WHERE is_applied AND version_id > 0 AND id =
          (SELECT max(id) FROM goose_db_version AS other WHERE other.version_id = row.version_id)
        ORDER BY version_id
        """),
    list("Diesel", "__diesel_schema_migrations", ["version", "run_on"], "version", by: "version"),
    OtherToolForm(
      tool: "Prisma", table: "_prisma_migrations",
      columns: ["migration_name", "finished_at", "rolled_back_at", "started_at"],
      sql: """
        SELECT migration_name, finished_at IS NOT NULL FROM _prisma_migrations
        WHERE rolled_back_at IS NULL ORDER BY started_at, migration_name
        """),
    list("Knex", "knex_migrations", ["id", "name", "batch"], "name", by: "id"),
    OtherToolForm(
      tool: "Alembic", table: "alembic_version", columns: ["version_num"],
      sql: "SELECT version_num, 2 FROM alembic_version"),
    OtherToolForm(
      tool: "SQLx", table: "_sqlx_migrations", columns: ["version", "description", "success"],
      sql: """
        SELECT CAST(version AS TEXT), success <> 0 FROM _sqlx_migrations ORDER BY version
        """),
    list(
      "Refinery", "refinery_schema_history", ["version", "name", "applied_on"], "version",
      by: "version"),
    list("Sequelize", "SequelizeMeta", ["name"], "name", by: "name"),
    list("sql-migrate", "gorp_migrations", ["id", "applied_at"], "id", by: "id"),
    list("Pop", "schema_migration", ["version"], "version", by: "version"),
    list(
      "Drizzle", "__drizzle_migrations", ["hash", "created_at"], "hash", by: "created_at, rowid"),
    OtherToolForm(
      tool: "Atlas", table: "atlas_schema_revisions",
      columns: ["version", "type", "applied", "total", "error"],
      sql: """
        SELECT version, CASE WHEN coalesce(error, '') <> '' OR applied < total THEN 0
          WHEN type = 1 THEN 2 ELSE 1 END
        FROM atlas_schema_revisions WHERE substr(version, 1, 1) <> '.' ORDER BY version
        """),
    list(
      "Liquibase", "databasechangelog", ["id", "author", "filename", "dateexecuted"], "filename",
      by: "orderexecuted"),
    list(
      "Entity Framework", "__EFMigrationsHistory", ["migrationid", "productversion"],
      "MigrationId", by: "MigrationId"),
    list("Django", "django_migrations", ["id", "app", "name", "applied"], "name", by: "id"),
    list(
      "yoyo", "_yoyo_migration", ["migration_hash", "migration_id"], "migration_id",
      by: "migration_id"),
    list("Kysely", "kysely_migration", ["name", "timestamp"], "name", by: "name"),
    list("Phinx", "phinxlog", ["version", "migration_name"], "version", by: "version"),
    list("GRDB", "grdb_migrations", ["identifier"], "identifier", by: "rowid"),
    list(
      "MikroORM", "mikro_orm_migrations", ["id", "name", "executed_at"], "name", by: "id"),
    list(
      "Doctrine", "doctrine_migration_versions", ["version", "executed_at"], "version",
      by: "version"),
    list("Laravel", "migrations", ["id", "migration", "batch"], "migration", by: "id"),
    list("node-sqlite", "migrations", ["id", "name", "up", "down"], "id", by: "id"),
    list("TypeORM", "migrations", ["id", "timestamp", "name"], "timestamp", by: "id"),
    list("db-migrate", "migrations", ["id", "name", "run_on"], "name", by: "id"),
    OtherToolForm(
      tool: "maragu.dev/migrate", table: "migrations", columns: ["version"], isExact: true,
      sql: "SELECT version, 2 FROM migrations WHERE version <> ''"),
  ]
}
