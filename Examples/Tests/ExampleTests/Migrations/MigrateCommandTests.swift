import ArgumentParser
import Backoffice
import BackofficeToolKit
import Foundation
import Testing

@Suite("backoffice migrate")
struct MigrateCommandTests {
  /// A folder for files of a test, gone when it ends.
  final class Place {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("backoffice-migrate-\(UUID().uuidString)")
    var folder: String { url.appendingPathComponent("db").path }
    var database: String { url.appendingPathComponent("app.sqlite").path }

    init(_ files: [String: String] = [:]) throws {
      try write(files)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func write(_ files: [String: String]) throws {
      let root = URL(filePath: folder)
      try? FileManager.default.removeItem(at: root)
      try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
      for (name, text) in files {
        let file = root.appendingPathComponent(name)
        try FileManager.default.createDirectory(
          at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
      }
    }

    /// Runs a command on the folder and the database, and answers its exit status and report.
    func run(
      _ arguments: String..., onDatabase: Bool = true, onFolder: Bool = true
    ) throws -> (exit: Int32, report: MigrationReport?) {
      var line = ["migrate"] + arguments
      if onFolder { line += ["--folder", folder] }
      if onDatabase { line += ["--database", database] }
      do {
        let report = try MigrateCommand.report(of: line)
        return (report.exit.rawValue, report)
      } catch {
        return (BackofficeTool.exitCode(for: error).rawValue, nil)
      }
    }
  }

  static let files = [
    "v0001_a.sql": "CREATE TABLE a (b INTEGER PRIMARY KEY, c TEXT);",
    "v0001_a.down.sql": "DROP TABLE a;",
    "v0002_b.sql": "CREATE INDEX ac ON a (c);", "v0002_b.down.sql": "DROP INDEX ac;",
  ]

  /// One folder of two steps in every form that a folder of migrations may have.
  static let forms: [(String, [String: String])] = [
    ("our own", files),
    (
      "V and U",
      [
        "V1__a.sql": "CREATE TABLE a (b);", "U1__a.sql": "DROP TABLE a;",
        "V2__b.sql": "CREATE TABLE b (c);", "U2__b.sql": "DROP TABLE b;",
      ]
    ),
    (
      "up and down",
      [
        "001_a.up.sql": "CREATE TABLE a (b);", "001_a.down.sql": "DROP TABLE a;",
        "002_b.up.sql": "CREATE TABLE b (c);", "002_b.down.sql": "DROP TABLE b;",
      ]
    ),
    (
      "rollback in front",
      [
        "001_a.sql": "CREATE TABLE a (b);", "rollback_001_a.sql": "DROP TABLE a;",
        "002_b.sql": "CREATE TABLE b (c);", "rollback_002_b.sql": "DROP TABLE b;",
      ]
    ),
    (
      "rollback behind",
      [
        "001_a.sql": "CREATE TABLE a (b);", "001_a_rollback.sql": "DROP TABLE a;",
        "002_b.sql": "CREATE TABLE b (c);", "002_b_rollback.sql": "DROP TABLE b;",
      ]
    ),
    (
      "folders",
      [
        "20250101000000_a/up.sql": "CREATE TABLE a (b);",
        "20250101000000_a/down.sql": "DROP TABLE a;",
        "20250102000000_b/up.sql": "CREATE TABLE b (c);",
        "20250102000000_b/down.sql": "DROP TABLE b;",
      ]
    ),
    (
      "sections",
      [
        "001_a.sql": "-- migrate:up\nCREATE TABLE a (b);\n-- migrate:down\nDROP TABLE a;",
        "002_b.sql": "-- up\nCREATE TABLE b (c);\n-- down\nDROP TABLE b;",
      ]
    ),
  ]

  @Test("Every form of name goes in, is verified, and comes out again", arguments: forms)
  func everyForm(name: String, files: [String: String]) throws {
    let place = try Place(files)
    #expect(try place.run("status").exit == 3)
    #expect(!FileManager.default.fileExists(atPath: place.database))
    #expect(try place.run("verify", onDatabase: false).exit == 0)
    let up = try place.run("up")
    #expect(up.exit == 0)
    #expect(up.report?.answer.steps?.count == 2)
    #expect(try place.run("status").exit == 0)
    #expect(try place.run("up").report?.lines == ["The schema is up to date."])
    #expect(try place.run("down", "--to", "0").report?.answer.steps?.count == 2)
    #expect(try place.run("validate").exit == 3)
    #expect(try place.run("dump", onFolder: false).report?.answer.schema == "")
  }

  @Test("One step back, to a version, again, and a dry run")
  func moving() throws {
    let place = try Place(Self.files)
    #expect(try place.run("dry-run").report?.answer.steps?.count == 2)
    #expect(try place.run("to", "1").report?.answer.steps?.map(\.file) == ["v0001_a.sql"])
    #expect(try place.run("to", "2").report?.answer.steps?.map(\.file) == ["v0002_b.sql"])
    #expect(try place.run("redo").report?.answer.steps?.count == 2)
    #expect(try place.run("down").report?.answer.steps?.map(\.file) == ["v0002_b.down.sql"])
    #expect(try place.run("to", "0").exit == 0)
    #expect(try place.run("to", "7").exit == 1)
    #expect(try place.run("to", "seven").exit == 64)
  }

  @Test("A copy is made before a destructive run, and restore puts it back")
  func restoring() throws {
    let place = try Place(Self.files)
    _ = try place.run("up")
    try Database.maintain(.file(place.database)) {
      try $0.executeScript("INSERT INTO a (c) VALUES ('kept')")
    }
    #expect(try place.run("down", "--to", "0").exit == 0)
    #expect(try place.run("restore", "--list", onFolder: false).report?.lines.count == 1)
    #expect(try place.run("restore", onFolder: false).exit == 0)
    let dump = try place.run("dump", onFolder: false).report?.answer.schema
    #expect(
      dump == "CREATE TABLE a (b INTEGER PRIMARY KEY, c TEXT);\nCREATE INDEX ac ON a (c);\n")
    #expect(try place.run("status").exit == 0)
  }

  @Test("Each kind of trouble has an exit status of its own")
  func exits() throws {
    let place = try Place(Self.files)
    _ = try place.run("up")
    var edited = Self.files
    edited["v0001_a.sql"] = "CREATE TABLE a (b INTEGER PRIMARY KEY, c TEXT, d);"
    try place.write(edited)
    #expect(try place.run("status").exit == 4)
    #expect(try place.run("up").exit == 4)
    #expect(try place.run("repair", "--accept", "v0001_a.sql").exit == 0)
    #expect(try place.run("status").exit == 0)
    try place.write(Self.files)
    _ = try place.run("repair", "--accept", "v0001_a.sql")
    try Database.maintain(.file(place.database)) {
      try $0.executeScript("DROP INDEX ac; CREATE TABLE extra (x);")
    }
    #expect(try place.run("status").exit == 5)
    let drift = try place.run("drift")
    #expect(drift.exit == 5)
    #expect(
      drift.report?.answer.differences == [
        "table a: index ac was dropped", "table extra was added (x)",
      ])
    #expect(try place.run("repair").exit == 64)
    #expect(try place.run("verify", "--live", onDatabase: false).exit == 64)
    try place.write(["v0001_a.sql": "CREATE TABL a;"])
    #expect(try place.run("verify", onDatabase: false).exit == 6)
    #expect(try place.run("lint", onDatabase: false).exit == 6)
    try place.write(["a.sql": "SELECT 1;"])
    #expect(try place.run("status").exit == 1)
  }

  @Test("A file that got its schema in another way gets a ledger by a baseline")
  func baseline() throws {
    let place = try Place(Self.files)
    try Database.maintain(.file(place.database)) {
      try $0.executeScript("CREATE TABLE a (b INTEGER PRIMARY KEY, c TEXT)")
    }
    #expect(try place.run("baseline", "1").exit == 0)
    #expect(try place.run("up").report?.answer.steps?.map(\.file) == ["v0002_b.sql"])
    #expect(try place.run("baseline", "1").exit == 1)
  }

  @Test("A new migration gets the next number, and has to be written before it runs")
  func new() throws {
    let place = try Place(Self.files)
    let report = try place.run("new", "Add  invoices!", onDatabase: false).report
    #expect(report?.answer.steps?.map(\.file) == ["v0003_add_invoices.sql"])
    #expect(try place.run("validate").exit == 1)
    let empty = try Place()
    #expect(
      try empty.run("new", "first", onDatabase: false).report?.answer.steps?.map(\.version)
        == ["1"])
    #expect(try place.run("new", "!!", onDatabase: false).exit == 64)
  }

  @Test("The schema of a store is there without a folder")
  func store() throws {
    let place = try Place()
    #expect(try place.run("status", onFolder: false).exit == 3)
    #expect(try place.run("up", onFolder: false).exit == 0)
    #expect(try place.run("status", onFolder: false).exit == 0)
    #expect(try place.run("drift", onFolder: false).exit == 0)
  }

  @Test("JSON says the outcome, the exit status and the steps, in the same bytes each time")
  func json() throws {
    let place = try Place(["v0001_a.sql": "CREATE TABLE a (b);"])
    let report = try #require(try place.run("up").report)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let text = String(decoding: try encoder.encode(report.answer), as: UTF8.self)
    #expect(
      text == #"{"exitCode":0,"outcome":"ok","steps":[{"direction":"up","file":"v0001_a.sql","#
        + #""pack":"main","version":"1"}]}"#)
  }
}
