import Testing

/// The record of another tool, as it writes it.
struct OtherTool: Sendable, CustomTestStringConvertible {
  let tool: String
  let table: String
  /// The files of a folder, in order.
  var files = ["1_a.sql", "2_b.sql", "3_c.sql"]
  /// Creates the table, with the record of the first two migrations.
  let sql: String
  /// What the record becomes when the tool has failed; nil if the tool records no failure.
  var failure: String?
  var order = "automatic"

  var testDescription: String { "\(tool): \(table)" }

  private static let moments = [
    "20240101000000_a.sql", "20240102000000_b.sql", "20240103000000_c.sql",
  ]
  private static let folders = [
    "20240101000000_a/migration.sql", "20240102000000_b/migration.sql",
    "20240103000000_c/migration.sql",
  ]

  static let all: [OtherTool] = [
    OtherTool(
      tool: "golang-migrate", table: "schema_migrations",
      sql: """
        CREATE TABLE schema_migrations (version uint64, dirty bool);
        CREATE UNIQUE INDEX version_unique ON schema_migrations (version);
        INSERT INTO schema_migrations VALUES (2, 0);
        """, failure: "UPDATE schema_migrations SET dirty = 1"),
    OtherTool(
      tool: "dbmate or Rails", table: "schema_migrations", files: moments,
      sql: """
        CREATE TABLE schema_migrations (version varchar(128) PRIMARY KEY);
        INSERT INTO schema_migrations VALUES ('20240101000000'), ('20240102000000');
        """),
    OtherTool(
      tool: "Flyway", table: "flyway_schema_history",
      files: ["V1__a.sql", "V1.1__b.sql", "V2__c.sql", "R__v.sql"],
      sql: """
        CREATE TABLE flyway_schema_history (installed_rank INT PRIMARY KEY, version VARCHAR(50),
          description VARCHAR(200), type VARCHAR(20), script VARCHAR(1000), checksum INT,
          installed_by VARCHAR(100), installed_on TEXT, execution_time INT, success BOOLEAN);
        INSERT INTO flyway_schema_history VALUES
          (1, '1', 'a', 'SQL', 'V1__a.sql', 1, '', '', 1, 1),
          (2, '1.1', 'b', 'SQL', 'V1_1__b.sql', 1, '', '', 1, 1),
          (3, NULL, 'v', 'SQL', 'R__v.sql', 1, '', '', 1, 1),
          (4, '2', 'c', 'SQL', 'V2__c.sql', 1, '', '', 1, 1),
          (5, '2', 'c', 'UNDO_SQL', 'U2__c.sql', 1, '', '', 1, 1);
        """, failure: "UPDATE flyway_schema_history SET success = 0 WHERE installed_rank = 2"),
    OtherTool(
      tool: "Flyway", table: "flyway_schema_history",
      files: ["V1__a.sql", "V2__b.sql", "V3__c.sql"],
      sql: """
        CREATE TABLE flyway_schema_history (installed_rank INT PRIMARY KEY, version VARCHAR(50),
          description VARCHAR(200), type VARCHAR(20), script VARCHAR(1000), checksum INT,
          installed_by VARCHAR(100), installed_on TEXT, execution_time INT, success BOOLEAN);
        INSERT INTO flyway_schema_history VALUES
          (1, '2', 'base', 'BASELINE', 'base', NULL, '', '', 1, 1);
        """),
    OtherTool(
      tool: "goose", table: "goose_db_version",
      files: ["00001_a.sql", "00002_b.sql", "00003_c.sql"],
      sql: """
        CREATE TABLE goose_db_version (id INTEGER PRIMARY KEY AUTOINCREMENT,
          version_id INTEGER NOT NULL, is_applied INTEGER NOT NULL, tstamp TIMESTAMP);
        INSERT INTO goose_db_version (version_id, is_applied)
          VALUES (0, 1), (1, 1), (2, 1), (3, 1), (3, 0);
        """),
    OtherTool(
      tool: "Diesel", table: "__diesel_schema_migrations",
      files: [
        "2024-03-06-170000_a/up.sql", "2024-03-13_170000_b/up.sql", "2024-06-05-131359_c/up.sql",
      ],
      sql: """
        CREATE TABLE __diesel_schema_migrations (version VARCHAR(50) PRIMARY KEY NOT NULL,
          run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP);
        INSERT INTO __diesel_schema_migrations (version) VALUES ('20240306170000'), ('20240313');
        """),
    OtherTool(
      tool: "Prisma", table: "_prisma_migrations", files: folders,
      sql: """
        CREATE TABLE _prisma_migrations (id TEXT PRIMARY KEY NOT NULL, checksum TEXT NOT NULL,
          finished_at DATETIME, migration_name TEXT NOT NULL, logs TEXT, rolled_back_at DATETIME,
          started_at DATETIME NOT NULL DEFAULT current_timestamp,
          applied_steps_count INTEGER UNSIGNED NOT NULL DEFAULT 0);
        INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, rolled_back_at)
          VALUES ('x', '', 1, '20240101000000_a', NULL), ('y', '', NULL, '20240102000000_b', 2),
            ('z', '', 3, '20240102000000_b', NULL);
        """, failure: "UPDATE _prisma_migrations SET finished_at = NULL WHERE id = 'z'"),
    OtherTool(
      tool: "Knex", table: "knex_migrations", files: moments,
      sql: """
        CREATE TABLE knex_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(255),
          batch INTEGER, migration_time DATETIME);
        INSERT INTO knex_migrations (name, batch)
          VALUES ('20240101000000_a.js', 1), ('20240102000000_b.ts', 2);
        """),
    OtherTool(
      tool: "Alembic", table: "alembic_version",
      sql: "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL);\n"
        + "INSERT INTO alembic_version VALUES ('0002');"),
    OtherTool(
      tool: "SQLx", table: "_sqlx_migrations", files: moments,
      sql: """
        CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL,
          installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL,
          checksum BLOB NOT NULL, execution_time BIGINT NOT NULL);
        INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
          VALUES (20240101000000, 'a', 1, x'', 0), (20240102000000, 'b', 1, x'', 0);
        """, failure: "UPDATE _sqlx_migrations SET success = 0 WHERE description = 'b'"),
    OtherTool(
      tool: "Refinery", table: "refinery_schema_history",
      files: ["V1__a.sql", "V2__b.sql", "V3__c.sql"],
      sql: """
        CREATE TABLE refinery_schema_history (version INT4 PRIMARY KEY, name VARCHAR(255),
          applied_on VARCHAR(255), checksum VARCHAR(255));
        INSERT INTO refinery_schema_history VALUES (1, 'a', '', ''), (2, 'b', '', '');
        """),
    OtherTool(
      tool: "Sequelize", table: "SequelizeMeta", files: moments,
      sql: """
        CREATE TABLE SequelizeMeta (name VARCHAR(255) NOT NULL UNIQUE PRIMARY KEY);
        INSERT INTO SequelizeMeta VALUES ('20240101000000_a.cjs'), ('20240102000000_b.cjs');
        """),
    OtherTool(
      tool: "sql-migrate", table: "gorp_migrations",
      sql: """
        CREATE TABLE gorp_migrations (id VARCHAR(255) PRIMARY KEY NOT NULL, applied_at DATETIME);
        INSERT INTO gorp_migrations (id) VALUES ('1_a.sql'), ('2_b.sql');
        """),
    OtherTool(
      tool: "Pop", table: "schema_migration",
      files: [
        "20240101000000000000_a.sqlite3.up.sql", "20240102000000000000_b.up.sql",
        "20240103000000000000_c.up.sql",
      ],
      sql: """
        CREATE TABLE schema_migration (version VARCHAR(48) NOT NULL, version_self INT);
        INSERT INTO schema_migration VALUES ('20240101000000000000', 0), ('20240102000000000000', 0);
        """),
    OtherTool(
      tool: "Atlas", table: "atlas_schema_revisions", files: moments,
      sql: """
        CREATE TABLE atlas_schema_revisions (version TEXT PRIMARY KEY, description TEXT, type INTEGER,
          applied INTEGER, total INTEGER, executed_at DATETIME, execution_time INTEGER, error TEXT,
          error_stmt TEXT, hash TEXT, partial_hashes JSON, operator_version TEXT);
        INSERT INTO atlas_schema_revisions (version, type, applied, total) VALUES
          ('.atlas_cloud_identifier', 2, 0, 0), ('20240101000000', 2, 1, 1), ('20240102000000', 2, 3, 3);
        """, failure: "UPDATE atlas_schema_revisions SET applied = 2 WHERE total = 3"),
    OtherTool(
      tool: "Liquibase", table: "databasechangelog", files: moments,
      sql: """
        CREATE TABLE DATABASECHANGELOG (ID VARCHAR(255), AUTHOR VARCHAR(255), FILENAME VARCHAR(255),
          DATEEXECUTED TEXT, ORDEREXECUTED INT, EXECTYPE VARCHAR(10), MD5SUM VARCHAR(35));
        INSERT INTO DATABASECHANGELOG (FILENAME, ORDEREXECUTED)
          VALUES ('db/20240101000000_a.sql', 1), ('db/20240102000000_b.sql', 2);
        """),
    OtherTool(
      tool: "Entity Framework", table: "__EFMigrationsHistory", files: moments,
      sql: """
        CREATE TABLE "__EFMigrationsHistory" ("MigrationId" TEXT NOT NULL PRIMARY KEY,
          "ProductVersion" TEXT NOT NULL);
        INSERT INTO "__EFMigrationsHistory" VALUES ('20240101000000_a', '8'), ('20240102000000_b', '8');
        """),
    OtherTool(
      tool: "Django", table: "django_migrations",
      files: ["0001_a.sql", "0002_b.sql", "0003_c.sql"],
      sql: """
        CREATE TABLE django_migrations (id integer PRIMARY KEY, app varchar(255), name varchar(255),
          applied datetime);
        INSERT INTO django_migrations (app, name) VALUES ('app', '0001_a'), ('app', '0002_b');
        """),
    OtherTool(
      tool: "Kysely", table: "kysely_migration", files: moments,
      sql: """
        CREATE TABLE kysely_migration (name varchar(255) PRIMARY KEY, timestamp varchar(255));
        INSERT INTO kysely_migration VALUES ('20240101000000_a', ''), ('20240102000000_b', '');
        """),
    OtherTool(
      tool: "Phinx", table: "phinxlog", files: moments,
      sql: """
        CREATE TABLE phinxlog (version BIGINT PRIMARY KEY, migration_name VARCHAR(100));
        INSERT INTO phinxlog VALUES (20240101000000, 'A'), (20240102000000, 'B');
        """),
    OtherTool(
      tool: "Doctrine", table: "doctrine_migration_versions", files: moments,
      sql: """
        CREATE TABLE doctrine_migration_versions (version VARCHAR(191) PRIMARY KEY,
          executed_at DATETIME, execution_time INTEGER);
        INSERT INTO doctrine_migration_versions (version) VALUES
          ('DoctrineMigrations\\Version20240101000000'), ('DoctrineMigrations\\Version20240102000000');
        """),
    OtherTool(
      tool: "Laravel", table: "migrations",
      files: [
        "2024_01_01_000000_a.sql", "2024_01_02_000000_b.sql", "2024_01_03_000000_c.sql",
      ],
      sql: """
        CREATE TABLE migrations (id INTEGER PRIMARY KEY, migration VARCHAR, batch INTEGER);
        INSERT INTO migrations (migration, batch)
          VALUES ('2024_01_01_000000_a', 1), ('2024_01_02_000000_b', 1);
        """),
    OtherTool(
      tool: "node-sqlite", table: "migrations",
      sql: """
        CREATE TABLE migrations (id INTEGER PRIMARY KEY, name TEXT, up TEXT, down TEXT);
        INSERT INTO migrations VALUES (1, 'a', '', ''), (2, 'b', '', '');
        """),
    OtherTool(
      tool: "TypeORM", table: "migrations",
      files: ["1700000000001_a.sql", "1700000000002_b.sql", "1700000000003_c.sql"],
      sql: """
        CREATE TABLE migrations (id integer PRIMARY KEY, timestamp bigint, name varchar);
        INSERT INTO migrations (timestamp, name) VALUES (1700000000001, 'A'), (1700000000002, 'B');
        """),
    OtherTool(
      tool: "maragu.dev/migrate", table: "migrations",
      files: ["0001_a.up.sql", "0001_b.up.sql", "0001_c.up.sql"],
      sql:
        "CREATE TABLE migrations (version text not null);\nINSERT INTO migrations VALUES ('0001_b');",
      order: "name"),
  ]
}
