import BackofficeMigrations
import Foundation
import Testing

@Suite("Migration folders")
struct MigrationFolderTests {
  static let pairs: [(String, String)] = [
    ("v0007_people.sql", "v0007_people.down.sql"),
    ("V7__people.sql", "U7__people.sql"), ("V7__people.sql", "U7__undo.sql"),
    ("V7__people.sql", "V7__people.down.sql"),
    ("007_people.up.sql", "007_people.down.sql"), ("007_people.sql", "rollback_007_people.sql"),
    ("007_people.sql", "rollback_007_undo.sql"), ("7_people.sql", "7_people_rollback.sql"),
    ("7_people.sql", "7_people.down.sql"), ("00000007_people/up.sql", "00000007_people/down.sql"),
    ("7_people/migration.sql", "7_people/down.sql"),
  ]

  @Test("Every form of up and down files is recognized", arguments: pairs)
  func forms(up: String, down: String) throws {
    let files = try MigrationFiles([up: "CREATE TABLE a (b);", down: "DROP TABLE a;"])
    let migration = try #require(try files.read().migrations.first)
    #expect(migration.version == 7 && migration.name == "people")
    #expect(migration.file == up && migration.downFile == down)
    #expect(migration.up == "CREATE TABLE a (b);\n" && migration.down == "DROP TABLE a;\n")
    try files.up()
    let migrator = try files.migrator()
    try files.maintain { maintenance throws in
      #expect(
        try migrator.down(maintenance, to: 0, of: "main").map(\.description) == ["main/\(down)"])
    }
  }

  @Test("Dates, timestamps and dates with a number are valid versions")
  func dates() throws {
    let files = try MigrationFiles([
      "20250821_002_b.sql": "SELECT 1;", "20250821_001_a.sql": "SELECT 1;",
      "20250822093015_c.sql": "SELECT 1;", "2025-08-23-101500_d/up.sql": "SELECT 1;",
      "20250820_2_fa_codes.sql": "SELECT 1;", "20250824_plain.sql": "SELECT 1;",
    ])
    #expect(
      try files.read().migrations.map { "\($0.version) \($0.name)" } == [
        "20250820.2 fa_codes", "20250821.1 a", "20250821.2 b", "20250824 plain",
        "20250822093015 c", "20250823101500 d",
      ])
  }

  @Test("Versions of any length are ordered numerically, component by component")
  func order() throws {
    let files = try MigrationFiles()
    let versions = [
      "1", "002", "10", "0099", "9223372036854775808", "09223372036854775809",
      "100000000000000000000000000000000000000",
    ]
    for version in versions.shuffled() { try files.write("SELECT 1;", to: "\(version)_a.sql") }
    try files.write("SELECT 1;", to: "V1.2__b.sql")
    try files.write("SELECT 1;", to: "V1_10__c.sql")
    #expect(
      try files.read().migrations.map(\.file) == [
        "1_a.sql", "V1.2__b.sql", "V1_10__c.sql", "002_a.sql", "10_a.sql", "0099_a.sql",
        "9223372036854775808_a.sql", "09223372036854775809_a.sql",
        "100000000000000000000000000000000000000_a.sql",
      ])
  }

  static let strangerNames: [(String, String?)] = [
    ("001_people_up.sql", "001_people.up.sql"), ("001_people_down.sql", "001_people.down.sql"),
    ("001-people.sql", "001_people.sql"), ("001 people.sql", "001_people.sql"),
    ("001_people.SQL", "001_people.sql"), ("v1_people.sql", "v0001_people.sql"),
    ("v1__people.sql", "V1__people.sql"), ("V1_people.sql", "V1__people.sql"),
    ("R_views.sql", "R__views.sql"), ("001_people.rollback.sql", "001_people_rollback.sql"),
    ("001_a.b.sql", "001_a_b.sql"), ("v00001_people.sql", "v0001_people.sql"),
    ("people.sql", nil), ("run_all_migrations.sql", nil), ("sub/people.sql", nil),
    ("up.sql", nil), ("V__x.sql", nil), ("1.5_x.sql", nil), ("V1.2.sql", nil), ("a/b/1_x.sql", nil),
    ("001_x.foo.up.sql", "001_x_foo.up.sql"),
  ]

  @Test(
    "Any other .sql file is an error with a suggestion",
    arguments: strangerNames)
  func strangers(name: String, suggestion: String?) throws {
    let files = try MigrationFiles([name: "SELECT 1;"])
    #expect {
      try files.read()
    } throws: { error in
      guard case MigrationError.unrecognizedFile(name, let found) = error else { return false }
      return suggestion == nil ? !"\(error)".isEmpty : found == suggestion
    }
  }

  @Test("Ignored files, hidden files and other extensions are skipped")
  func ignored() throws {
    let files = try MigrationFiles([
      "schema.sql": "", "README.md": "", "._001_a.sql": "", "001_a.sql": "SELECT 1;",
      "docs/notes.txt": "",
    ])
    var options = MigrationFolder.Options()
    options.ignored = ["schema.sql"]
    #expect(try MigrationFolder(files.folder.path, options: options).migrations.count == 1)
  }

  static let doubleNames: [([String], String)] = [
    (
      ["001_a.sql", "01_b.sql"],
      "version 1 is defined more than once (001_a.sql, 01_b.sql); keep one"
        + ", or read the folder in the order of its names"
    ),
    (
      ["V1__a.sql", "1_b.up.sql"],
      "version 1 is defined more than once (1_b.up.sql, V1__a.sql); keep one"
        + ", or read the folder in the order of its names"
    ),
    (
      ["1_a.sql", "1_a.down.sql", "rollback_1_a.sql"],
      "the down script of version 1 is defined more than once (1_a.down.sql, rollback_1_a.sql); keep one"
    ),
    (
      ["R__v.sql", "R__v.down.sql", "V1.0__a.sql", "1_c.sql"],
      "version 1 is defined more than once (1_c.sql, V1.0__a.sql); keep one"
        + ", or read the folder in the order of its names"
    ),
    (
      ["002_a.down.sql"],
      "002_a.down.sql has no up file; add one, or remove the down file"
    ),
    (
      ["002_a.sql", "002_b.down.sql"],
      "002_b.down.sql has no up file; add one, or remove the down file"
    ),
  ]

  @Test("Duplicates, and down files without an up file, are rejected", arguments: doubleNames)
  func doubles(names: [String], text: String) throws {
    let files = try MigrationFiles()
    for name in names { try files.write("SELECT 1;", to: name) }
    #expect(files.refusal { _ = try files.read() } == text)
  }

  static let sectionMarkers: [(String, String)] = [
    ("-- migrate:up\n", "-- migrate:down"), ("-- +goose Up\n", "-- +goose Down"),
    ("-- +migrate Up\n", "-- +migrate Down"), ("-- up\n", "-- rollback"),
    ("/* head */\n-- Up:\n", "  --   ROLLBACK:"), ("", "-- @down"), ("--up\n", "--\tdown"),
    ("", "-- migrate:down transaction:false"),
  ]

  @Test("One file may contain an up and a down section", arguments: sectionMarkers)
  func sections(head: String, marker: String) throws {
    let files = try MigrationFiles([
      "1_a.sql": """
      \(head)CREATE TABLE a (b TEXT DEFAULT '
      -- rollback
      ');
      /*
      -- migrate:down
      */
      \(marker)
      DROP TABLE a;
      DROP TABLE nowhere;
      """
    ])
    let migration = try files.read().migrations[0]
    #expect(migration.up.contains("CREATE TABLE") && !migration.up.contains("DROP"))
    #expect(migration.down?.hasSuffix("DROP TABLE a;\nDROP TABLE nowhere;\n") == true)
    try files.up()
    let migrator = try files.migrator()
    let line = 9 + head.count { $0 == "\n" }
    // The position of an error is that in the whole file.
    try files.maintain { maintenance throws in
      #expect(
        files.refusal { try migrator.down(maintenance, to: 0, of: "main") }
          .hasPrefix("main/1_a.sql:\(line):1 failed and was rolled back: no such table: nowhere"))
    }
  }

  @Test("Prose is not a down section, and the checksum does not cover the down section")
  func prose() throws {
    let files = try MigrationFiles([
      "1_a.sql":
        "CREATE TABLE a (b);\n-- ROLLBACK INSTRUCTIONS\n-- DROP TABLE a;\n-- rollback plan: none"
    ])
    #expect(try files.read().migrations[0].down == nil)
    try files.write("SELECT 1;\n-- migrate:down\nSELECT 2;", to: "2_b.sql")
    let before = try files.read().migrations[1].checksum
    try files.write("SELECT 1;\n-- migrate:down\nSELECT 3;", to: "2_b.sql")
    #expect(try files.read().migrations[1].checksum == before)
  }

  @Test("A down section and a down file for the same migration are rejected")
  func sectionAndFile() throws {
    let files = try MigrationFiles([
      "1_a.sql": "SELECT 1;\n-- migrate:down\nSELECT 2;", "1_a.down.sql": "SELECT 3;",
    ])
    #expect(
      files.refusal { _ = try files.read() }
        == "the down script of 1_a.sql is defined more than once (1_a.sql, 1_a.down.sql); keep one")
  }

  @Test("The error for invalid UTF-8 names the file")
  func encodings() throws {
    let files = try MigrationFiles()
    try files.write(Data([0xff, 0xfe, 0x53, 0x00]), to: "1_a.sql")
    #expect(
      files.refusal { _ = try files.read() }
        == "1_a.sql cannot be read: it is UTF-16; save it as UTF-8")
    try files.write(Data([0x53, 0xe9, 0x53]), to: "1_a.sql")
    #expect(
      files.refusal { _ = try files.read() }
        == "1_a.sql cannot be read: it is not UTF-8; save it as UTF-8")
    try files.write(Data([0xef, 0xbb, 0xbf] + Array("SELECT 1;\r\n".utf8)), to: "1_a.sql")
    #expect(try files.read().migrations[0].up == "SELECT 1;\n")
  }

  @Test("A version parses digits with dots, and compares numerically")
  func versions() throws {
    for (text, shown) in [
      ("1", "1"), ("0001", "1"), ("1.0", "1"), ("1.0.2", "1.0.2"), ("00", "0"), ("0.0", "0"),
      ("01.010", "1.10"),
    ] {
      #expect(MigrationVersion(text)?.description == shown)
    }
    for text in ["", ".", "1.", ".1", "1..2", "-1", "1a", "١"] {
      #expect(MigrationVersion(text) == nil, "\(text) was taken")
    }
    let ordered: [MigrationVersion] = try ["0", "0.1", "1", "1.0.1", "1.2", "1.10", "2", "10"].map {
      try #require(MigrationVersion($0))
    }
    #expect(ordered.shuffled().sorted() == ordered)
  }
}
