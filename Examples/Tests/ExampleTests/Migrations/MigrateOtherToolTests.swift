import ArgumentParser
import Backoffice
import BackofficeToolKit
import Foundation
import Testing

@Suite("17, 19, 29: backoffice migrate on the folders and files of other tools")
struct MigrateOtherToolTests {
  typealias Place = MigrateCommandTests.Place

  @Test("A check that looks at nothing is no success", arguments: ["verify", "lint", "validate"])
  func nothing(command: String) throws {
    let place = try Place(["README.md": "no migrations"])
    let answer = try place.run(command, onDatabase: command == "validate")
    #expect(answer.exit == 1)
    #expect(answer.report?.answer.error?.contains("no migrations to check") == true)
  }

  @Test("lint --since an unknown version is refused, and after the last one finds nothing")
  func since() throws {
    let place = try Place(MigrateCommandTests.files)
    #expect(try place.run("lint", "--since", "9", onDatabase: false).exit == 64)
    #expect(try place.run("lint", "--since", "2", onDatabase: false).exit == 0)
  }

  @Test("verify --live says that nothing is pending")
  func live() throws {
    let place = try Place(MigrateCommandTests.files)
    #expect(try place.run("up").exit == 0)
    let answer = try place.run("verify", "--live")
    #expect(
      answer.exit == 0 && answer.report?.lines == ["Nothing is pending, so nothing was verified."])
  }

  @Test("Notices are counted, so that they do not hide what counts")
  func notices() throws {
    let tables = (1...300).map { "CREATE TABLE IF NOT EXISTS t\($0) (a);" }.joined(separator: "\n")
    let place = try Place([
      "v0001_a.sql": tables + "\nDELETE FROM t1;",
      "v0001_a.down.sql": (1...300).map { "DROP TABLE t\($0);" }.joined(),
      "v0002_b.sql": "CREATE UNIQUE INDEX x ON t1 (a);", "v0002_b.down.sql": "DROP INDEX x;",
    ])
    let answer = try place.run("lint", onDatabase: false)
    #expect(answer.exit == 6)
    #expect(answer.report?.lines.count == 2)
    #expect(answer.report?.lines.first?.contains("[unique-over-rows]") == true)
    #expect(
      answer.report?.lines.last?.contains("301 notices (300 if-exists, 1 unbounded-write)") == true)
    #expect(answer.report?.answer.findings?.count == 302)
    #expect(
      try place.run("lint", "--level", "notice", onDatabase: false).report?.lines.count == 302)
  }

  @Test("A folder with several files of one number runs in the order of its names")
  func names() throws {
    let place = try Place([
      "0001_b.up.sql": "CREATE TABLE b (c);", "0001_a.up.sql": "CREATE TABLE a (c);",
      "0002_c.up.sql": "CREATE TABLE c (d);", "seed_1.sql": "INSERT INTO a VALUES (1);",
    ])
    let refused = try place.run("up")
    #expect(
      refused.exit == 1 && refused.report?.answer.error?.contains("order of its names") == true)
    let up = try place.run("up", "--order", "name", "--ignore", "seed_*", "--to", "0001")
    #expect(up.report?.answer.steps?.map(\.file) == ["0001_a.up.sql", "0001_b.up.sql"])
    #expect(try place.run("up", "--order", "name", "--ignore", "seed_*", "--to", "7").exit == 64)
    #expect(try place.run("up", "--order", "size").exit == 64)
  }

  @Test("Scripts call the functions that --function offers")
  func functions() throws {
    let place = try Place([
      "1_a.sql": """
      .timeout 1000
      BEGIN;
      CREATE TABLE t (a);
      INSERT INTO t VALUES (UNHEX('00FF')), (unhex('0-1', '-')), (unhex('xyz')),
        (normalize('e' || char(769), 'nfc')), (BIN2B64(x'00ff')), (basename('/a/b.txt')),
        (durationToTinyInt('1:02:03')), (setval(3, 'it''s')), (durationToTinyInt('x'));
      COMMIT;
      """
    ])
    let functions = [
      "unhex", "normalize", "bin2b64", "basename", "durationToTinyInt", "setval=?2 || ?1",
    ]
    func run(_ command: String) throws -> MigrationReport {
      try MigrateCommand.report(
        of: [
          "migrate", command, "--folder", place.folder, "--database", place.database, "--unwrap",
        ]
          + functions.flatMap { ["--function", $0] })
    }
    #expect(try run("up").exit == .ok)
    let values = try Database(.readOnly(place.database)).read { transaction in
      try transaction.fetchAll(sql: "SELECT quote(a) FROM t") { row in
        try row.value(at: 0, as: String.self)
      }
    }
    #expect(
      values == [
        "X'00FF'", "NULL", "NULL", "'\u{e9}'", "'AP8='", "'b.txt'", "3723", "'it''s3'", "0",
      ])
    #expect(try place.run("up", "--function", "nosuch").exit == 64)
  }

  @Test("A file of another tool is refused, adopted, and then migrated")
  func adopts() throws {
    let place = try Place([
      "001_a.up.sql": "CREATE TABLE a (b);", "002_c.up.sql": "CREATE TABLE c (d);",
    ])
    try Database.maintain(.file(place.database)) { file in
      try file.executeScript(
        """
        CREATE TABLE a (b); CREATE TABLE schema_migrations (version uint64, dirty bool);
        INSERT INTO schema_migrations VALUES (1, 0);
        """)
    }
    #expect(try place.run("status").exit == 4)
    #expect(try place.run("up").exit == 4)
    let adopted = try place.run("adopt")
    #expect(adopted.exit == 0 && adopted.report?.answer.steps?.map(\.file) == ["001_a.up.sql"])
    #expect(try place.run("up").report?.answer.steps?.map(\.file) == ["002_c.up.sql"])
    #expect(try place.run("status").exit == 0)
    #expect(try place.run("adopt").exit == 1)
  }
}
