import BackofficeMigrations
import BackofficeStorage
import Foundation
import Testing

/// Seeded random scripts.
///
/// `BACKOFFICE_FUZZ_SECONDS` sets how long each test runs, and
/// `BACKOFFICE_FUZZ_SEED` the first seed, which a failure names.
@Suite("18: Random scripts")
struct ScriptFuzzTests {
  /// A generator whose numbers depend only on the seed (SplitMix64).
  struct Random: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var z = state
      z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
      return z ^ (z >> 31)
    }
    mutating func pick<Element>(_ list: [Element]) -> Element {
      list[Int(next() % UInt64(list.count))]
    }
    mutating func isLucky(_ chance: UInt64) -> Bool { next() % chance == 0 }
  }

  private static func number(_ name: String, _ other: Double) -> Double {
    ProcessInfo.processInfo.environment[name].flatMap { Double($0) } ?? other
  }

  /// Calls `body` with one seed after the other for some seconds.
  private func seeds(_ body: (UInt64, inout Random) throws -> Void) rethrows {
    let end = ContinuousClock.now + .seconds(Self.number("BACKOFFICE_FUZZ_SECONDS", 2))
    var seed = UInt64(Self.number("BACKOFFICE_FUZZ_SEED", 1))
    while ContinuousClock.now < end {
      var random = Random(state: seed)
      try body(seed, &random)
      seed += 1
    }
  }

  private static let spaces = [
    " ", "\n", "\t", " \n ", "/* ; */", "/**/", "/*/ ' */", "-- '; \"\n", "--\n", "/* -- */",
    "\r\n",
    "\u{0c}", "\n-- BEGIN;\n", "/*\n*\n/ */",
  ]
  private static let names = [
    "a", "\"a;b\"", "[c;--d]", "`e'f`", "\"g\"\"h\"", "\"/*\"", "[i\"j]", "k$1", "ümläut", "\"--\"",
  ]
  private static let texts = [
    "''", "'a'", "'it''s'", "';'", "'--'", "'/*'", "'*/'", "'\n'", "'BEGIN;'", "x'00ff'", "1",
    "-2.5e3",
    "NULL", "'\"'", "'-- down'", "'${x}'", "'\r\n'", "'.read x'",
  ]

  private static func space(_ random: inout Random) -> String {
    (0...random.next() % 3).map { _ in random.pick(spaces) }.joined()
  }

  /// Puts random white space and comments between the parts of a statement.
  private static func joined(_ parts: [String], _ random: inout Random) -> String {
    parts.map { space(&random) + $0 }.joined(separator: " ") + space(&random) + ";"
  }

  /// A script that SQLite accepts, with the number of its statements.
  private static func script(_ random: inout Random) -> (text: String, count: Int) {
    var statements: [String] = []
    var tables: [String] = []
    for index in 0...Int(random.next() % 6) {
      let table = tables.isEmpty || random.isLucky(3) ? nil : random.pick(tables)
      switch (random.next() % 5, table) {
      case (0, let table?):
        statements.append(
          joined(
            [
              "INSERT", "INTO", table, "VALUES", "(", random.pick(texts), ",", random.pick(texts),
              ")",
            ], &random))
      case (1, let table?):
        statements.append(
          joined(
            [
              "CREATE", random.pick(["", "TEMP"]), "TRIGGER", "tr\(index)", "AFTER", "INSERT", "ON",
              table, "BEGIN", "UPDATE", table, "SET", "z", "=", random.pick(texts), ";", "SELECT",
              "CASE", "WHEN", "1", "THEN", random.pick(texts), "END", ";", "END",
            ], &random))
      case (2, let table?):
        statements.append(joined(["UPDATE", table, "SET", "z", "=", random.pick(texts)], &random))
      case (3, _):
        statements.append(joined(["SELECT", random.pick(texts), ",", random.pick(texts)], &random))
      default:
        let name = random.pick(names)
        guard !tables.contains(name) else { continue }
        tables.append(name)
        statements.append(
          joined(
            ["CREATE", "TABLE", name, "(", "y", "DEFAULT", random.pick(texts), ",", "z", ")"],
            &random))
      }
    }
    let text = statements.map { $0 + space(&random) + random.pick(["", ";", ";;\n"]) }.joined()
    return (space(&random) + text + space(&random), statements.count)
  }

  @Test("Statements end where SQLite ends them")
  func statements() throws {
    try seeds { seed, random in
      let (text, count) = Self.script(&random)
      let script = SQLScript(text)
      #expect(script.statements.count == count, "seed \(seed): \(text)")
      let connection = try Connection.scratch()
      var place = SQLScript(reading: Array(text.utf8), firstLine: 1)
      var bytes = Array(text.utf8)
      bytes.append(0)
      for statement in script.statements {
        let isThere = place.skipToStatement()
        #expect(isThere, "seed \(seed)")
        let length = try connection.runStatement(of: bytes, from: place.position)
        let found = String(
          decoding: bytes[place.position..<(place.position + length)], as: UTF8.self)
        #expect(statement.text == found && statement.line == place.line, "seed \(seed): \(text)")
        #expect(statement.words.first == place.leadingWords().first, "seed \(seed): \(text)")
        place.move(to: place.position + length)
      }
      let isMore = place.skipToStatement()
      #expect(!isMore, "seed \(seed)")
    }
  }

  @Test("A migration has the effect of its script as it stands")
  func effects() throws {
    try seeds { seed, random in
      let (text, count) = Self.script(&random)
      guard count > 0, !text.contains("TEMP") else { return }
      let plain = try Connection.scratch()
      try plain.executeScript(text)
      try Database.maintain(.memory) { maintenance in
        let migrator = try Migrator([
          MigrationPack("fuzz", [Migration(version: 1, name: "a", up: text)])
        ])
        try migrator.up(maintenance)
        let wanted = MaintenanceConnection(plain, clock: .system)
        #expect(try maintenance.schema() == wanted.schema(), "seed \(seed): \(text)")
        for table in try wanted.schema().tables {
          let sql =
            "SELECT quote(y) || quote(z) FROM \"\(table.name.replacing("\"", with: "\"\""))\""
          #expect(
            try maintenance.firstColumn(sql) == wanted.firstColumn(sql), "seed \(seed): \(text)")
        }
      }
    }
  }

  @Test("No text makes the reader fail otherwise than with an error of its own")
  func anything() throws {
    let parts =
      Self.spaces + Self.names + Self.texts + [
        ";", "BEGIN", "COMMIT;", "CREATE TRIGGER t AFTER INSERT ON a BEGIN", "END;", "'", "\"", "[",
        "`",
        "/*", "*/", "--", "?", ":x", "$y", "${z}", "{{", ".read x", "\n.timeout 1\n", "\\i x",
        "\n-- migrate:up\n", "\n-- migrate:down\n", "\n-- down\n", "\n-- up\n", "\n-- +goose Up\n",
        "PRAGMA foreign_keys=OFF;", "DROP TABLE a;", "-- lint:ignore x\n", "\0", "\u{feff}", "\r",
        "(", ")",
        "ALTER TABLE a RENAME TO b;", "INSERT OR IGNORE INTO b SELECT * FROM a;", "CREATE TABLE",
        "é",
      ]
    try seeds { seed, random in
      let text = (0...random.next() % 24).map { _ in random.pick(parts) }.joined(
        separator: random.pick(["", " "]))
      let files = try MigrationFiles(["1_a.sql": text, "2_b.sql": "SELECT 1;"])
      files.reading.bareMarkers = random.pick(MigrationFolder.BareMarkers.allCases)
      do {
        let folder = try files.read()
        let migrator = try files.migrator { $0.unwrapsTransactions = seed.isMultiple(of: 2) }
        // Everything is in one of the two sections, except the lines that are markers.
        let kept = (folder.migrations[0].up + (folder.migrations[0].down ?? "")).utf8
        #expect(
          kept.count { $0 == 0x3b } == text.utf8.count { $0 == 0x3b }, "seed \(seed): \(text)")
        _ = try migrator.lint()
        _ = try migrator.verify()
        try files.maintain { try migrator.up($0) }
      } catch is MigrationError {
      } catch is MigrationFailure {
      }
    }
  }
}
