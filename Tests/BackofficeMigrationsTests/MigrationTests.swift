import BackofficeMigrations
import Testing

@Suite("Migrations and packs")
struct MigrationTests {
  @Test("Line ends, a byte order mark and trailing blank lines do not change a checksum")
  func normalizing() {
    let plain = Migration(version: 1, name: "a", up: "CREATE TABLE a (b);\nSELECT 1;\n")
    for text in [
      "CREATE TABLE a (b);\r\nSELECT 1;\r\n", "\u{feff}CREATE TABLE a (b);\nSELECT 1;\n",
      "CREATE TABLE a (b);\nSELECT 1;", "CREATE TABLE a (b);\r\nSELECT 1;\r\n\r\n\n",
    ] {
      let other = Migration(version: 1, name: "a", up: text)
      #expect(other.checksum == plain.checksum)
      #expect(other.up == plain.up)
    }
    let indented = Migration(version: 1, name: "a", up: "CREATE TABLE a (b);\n SELECT 1;\n")
    #expect(indented.checksum != plain.checksum)
  }

  @Test("The library's file names have a single form")
  func fileNames() throws {
    let up = try #require(MigrationFileName("v0003_customers.sql"))
    #expect(up.version == 3 && up.name == "customers" && up.direction == .up)
    let down = try #require(MigrationFileName("v12345_a_b2.down.sql"))
    #expect(down.version == 12345 && down.name == "a_b2" && down.direction == .down)
    for name in [
      "0003_customers.sql", "v3_customers.sql", "v0003_customers.up.sql", "v0003.sql",
      "v0003_.sql", "v0000_zero.sql", "v00003_customers.sql", "v0003_Customers.sql",
      "v0003_customers_down.sql", "v0003-customers.sql", "v0003_customers.sql.bak",
      "v0003_a b.sql", "v٠٠٠٣_a.sql", "rollback.sql", "v0003_customers.down.down.sql",
    ] {
      #expect(MigrationFileName(name) == nil, "\(name) was taken")
    }
  }

  static let create = Migration(version: 1, name: "one", up: "CREATE TABLE a (b);")

  static let wrong: [([Migration], String)] = [
    (
      [create, Migration(version: 1, name: "two", up: "SELECT 1;")],
      "version 1 of test is defined twice (one, two); renumber the later one"
    ),
    (
      [Migration(version: 2, name: "two", up: "SELECT 1;"), create],
      "test/v0001_one.sql is listed after version 2; list migrations in ascending order"
    ),
    (
      [Migration(version: 0, name: "zero", up: "SELECT 1;")],
      "test/zero has the version 0; versions start at 1"
    ),
    (
      [Migration(version: 1, name: "Not A Name", up: "SELECT 1;")],
      "\"Not A Name\" cannot name a migration or a pack: "
        + "use lower-case letters, digits and underscores"
    ),
    (
      [Migration(version: 1, name: "empty", up: "-- nothing\n/* at ; all */ ;\n")],
      "test/v0001_empty.sql contains no statements"
    ),
    (
      [Migration(version: 1, name: "a", up: "SELECT 1;", down: "-- DROP TABLE a;")],
      "test/v0001_a.down.sql contains no statements; remove it if the migration is not reversible"
    ),
    (
      [Migration(version: 1, name: "a", up: "SELECT 1;\n\nSELECT '\0';")],
      "test/v0001_a.sql:3 contains a NUL character; remove it"
    ),
  ]

  @Test("A pack rejects invalid migrations with a clear message", arguments: wrong)
  func invalidPacks(migrations: [Migration], text: String) {
    #expect {
      try MigrationPack("test", migrations)
    } throws: { error in
      "\(error)" == text
    }
  }

  @Test(
    "A file must not control the transaction or the connection",
    arguments: [
      "BEGIN", "begin immediate", "COMMIT", "END", "ROLLBACK", "SAVEPOINT a", "RELEASE a",
      "ATTACH 'x' AS y", "DETACH y", "VACUUM", "VACUUM INTO 'x'", "PRAGMA writable_schema = ON",
      "pragma main.locking_mode(exclusive)", "PRAGMA \"foreign_keys\" = 0",
      "PRAGMA journal_mode = DELETE",
      "PRAGMA/**/synchronous=OFF", "/* a */ -- b\n COMMIT",
    ])
  func forbidden(statement: String) {
    for text in ["\(statement);", "CREATE TABLE a (b);\n\(statement)"] {
      let migration = Migration(version: 7, name: "bad", up: text)
      #expect {
        try MigrationPack("test", [migration])
      } throws: { error in
        guard case MigrationError.forbiddenStatement(let file, let line, _) = error else {
          return false
        }
        return file == "test/v0007_bad.sql" && line == text.split(separator: "\n").count
      }
    }
  }

  @Test("Text that only resembles a forbidden statement is allowed")
  func allowed() throws {
    let text = """
      -- BEGIN; COMMIT;
      /* VACUUM; */
      CREATE TABLE "begin; commit" (a TEXT DEFAULT 'x; COMMIT; it''s', [b; c], `d; e`);
      CREATE TEMP TRIGGER keep AFTER INSERT ON "begin; commit" BEGIN
        SELECT CASE WHEN 1 THEN 2 END;
        INSERT INTO log VALUES (';');
      END;
      PRAGMA user_version = 4;
      PRAGMA main.application_id = 5;
      PRAGMA foreign_keys = OFF;
      pragma main.foreign_keys(1);
      PRAGMA foreign_key_check;
      REPLACE INTO log VALUES ('end');;
      SELECT 1
      """
    _ = try MigrationPack("test", [Migration(version: 1, name: "fine", up: text, down: text)])
  }

  @Test("The error for a forbidden statement names the file, the line and the reason")
  func forbiddenText() {
    let migration = Migration(
      version: 2, name: "b", up: "SELECT 1;", down: "SELECT 1;\n\nCOMMIT;\nSELECT 2;")
    #expect {
      try MigrationPack("test", [migration])
    } throws: { error in
      "\(error)" == "test/v0002_b.down.sql:3 must not run [COMMIT;]: "
        + "the runner controls the transaction and the connection's settings"
    }
  }

  @Test("Two packs with the same name are rejected")
  func duplicatePacks() throws {
    let pack = try MigrationPack("test", [Self.create])
    #expect(throws: MigrationError.duplicatePack("test")) { try Migrator([pack, pack]) }
    #expect(throws: MigrationError.invalidName("")) { try MigrationPack("", []) }
  }
}
