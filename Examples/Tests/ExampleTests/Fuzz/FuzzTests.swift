import ArgumentParser
import Backoffice
import BackofficeToolKit
import DirectoryBoltKit
import ExampleSupport
import Foundation
import Testing

/// Seeded fuzz of everything that a stranger can hand to a program.
///
/// A few seconds each, an hour with BACKOFFICE_FUZZ_SECONDS=3600, another seed with
/// BACKOFFICE_FUZZ_SEED. A trap ends the test process; the seed and round repeat it.
@Suite("Fuzz")
struct FuzzTests {
  private static func environment(_ name: String) -> Double? {
    ProcessInfo.processInfo.environment[name].flatMap { Double($0) }
  }

  /// Calls a function with generators of different seeds until the time is up.
  private func rounds(_ body: (inout Seeded) throws -> Void) rethrows {
    let end = Date(timeIntervalSinceNow: Self.environment("BACKOFFICE_FUZZ_SECONDS") ?? 2)
    let seed = UInt64(Self.environment("BACKOFFICE_FUZZ_SEED") ?? 13)
    var round: UInt64 = 0
    repeat {
      var generator = Seeded(state: seed &* 1_000_003 &+ round)
      try body(&generator)
      round += 1
    } while round <= 10 || Date() < end
  }

  private func text(
    of pieces: [String], _ generator: inout Seeded, upTo count: Int = 40
  ) -> String {
    (0..<Int.random(in: 0...count, using: &generator)).map { _ in
      pieces.randomElement(using: &generator) ?? ""
    }.joined()
  }

  @Test("A table reads the same in any pieces, keeps its lines in order, and never traps")
  func tables() throws {
    let pieces = [
      ",", ";", "\"", "\"\"", "\n", "\r\n", "\r", "a", "b,c", " ", "\t", "é", "\u{feff}", "\u{0}",
      "\u{1b}[2J", "🏳️‍🌈", "\"x\"", "\"x\ny\"", "2026-01-01", "-9223372036854775808", "1e308",
    ]
    try rounds { generator in
      var bytes = Array(("a,b\n" + text(of: pieces, &generator, upTo: 60)).utf8)
      if Bool.random(using: &generator) {
        bytes.insert(
          UInt8.random(in: 128...255, using: &generator),
          at: Int.random(in: 4...bytes.count, using: &generator))
      }
      func read(_ size: Int) throws -> ([String], SkippedLines) {
        var rest = bytes[...]
        var rows: [String] = []
        var last = 0
        let skipped = try TableReader().read(
          ByteSource {
            guard !rest.isEmpty else { return nil }
            defer { rest = rest.dropFirst(size) }
            return Array(rest.prefix(size))
          }
        ) { line in
          #expect(line.line > last)
          last = line.line
          rows.append(line.fields.joined(separator: "\u{1f}"))
          _ = try? line.integer("a")
        }
        return (rows, skipped)
      }
      let whole = try read(.max)
      let split = try read(Int.random(in: 1...7, using: &generator))
      #expect(whole.0 == split.0 && whole.1 == split.1, "\(String(decoding: bytes, as: UTF8.self))")
    }
  }

  @Test("Times in any format are read or named")
  func times() throws {
    let pieces = [
      "2026", "-", "01", "31", "T", " ", ":", "12", "60", "99999", ".", "5", "Z", "+", "14:00", "٣",
      "e", "\u{301}", "0000", "-9223372036854775808",
    ]
    let zones = try ["UTC", "Europe/Paris", "Pacific/Apia"].map { try #require(Zone($0)) }
    let readers = try ["iso", "unix", "yyyy-MM-dd HH:mm", "yyyyyy", "D YYYY"].flatMap { format in
      try zones.map { try TimeReader(format: format, zone: $0) }
    }
    rounds { generator in
      let text = text(of: pieces, &generator, upTo: 8)
      for reader in readers { _ = try? reader.instant(text, column: "at") }
      _ = LocalOffset.minutes(in: text)
    }
  }

  @Test("A cron expression is refused, or has a next moment or none, at any moment")
  func cron() throws {
    let pieces = [
      "*", "*/5", "0", "59", "60", "1-5", "5-1", "L", "W", "15W", "#", "5#3", "?", "/", ",", "MON",
      "jan", "@hourly", "@daily", "-1", "99999999999999999999", " ", "*/0", "1/2", "31", "30 2",
      "\u{301}", "\u{0}", "é",
    ]
    let moments = [
      Timestamp.distantPast, .distantFuture, Timestamp(microseconds: 0),
      Timestamp(microseconds: 1_774_750_000_000_000),
    ]
    let zone = try #require(Zone("Europe/Paris"))
    rounds { generator in
      let fields = (0..<Int.random(in: 4...6, using: &generator)).map { _ in
        text(of: pieces, &generator, upTo: 2)
      }
      guard let cron = try? CronExpression(fields.joined(separator: " ")) else { return }
      for moment in moments { _ = cron.next(after: moment, in: zone) }
    }
  }

  @Test("JSON is accepted when it is JSON, and refused otherwise")
  func json() throws {
    let pieces = [
      "{", "}", "[", "]", ",", ":", "\"a\"", "\"", "\\", "\\u00e9", "\\ud800", "1", "-", "0", "1e5",
      ".", "true", "null", " ", "\n", "\u{0}", "é", "🏳️‍🌈", "nul", "\"\\u0000\"", "\u{feff}", "01",
    ]
    rounds { generator in
      let text = text(of: pieces, &generator, upTo: 12)
      guard let document = try? JSONText(text) else { return }
      #expect(document.text == text)
      // What is stored as JSON can be read and put into a larger document.
      #expect(
        (try? JSONSerialization.jsonObject(
          with: Data(text.utf8), options: .fragmentsAllowed)) != nil || text.contains("\\ud800")
          || text.contains("\u{feff}") || text.contains("e5"), "\(text)")
      let shown = try? Output.jsonText(["payload": JSONDocument(text)])
      #expect(shown?.contains(text) == true)
    }
    let deep = String(repeating: "[", count: 1_000_000) + String(repeating: "]", count: 1_000_000)
    #expect(throws: (any Error).self) { try JSONText(deep) }
  }

  @Test("A command line is refused in words, or runs")
  func arguments() throws {
    let words = [
      "queue", "list", "work", "watch", "enqueue", "history", "import", "usage", "migrate", "up",
      "check", "schema", "--json", "--limit", "--status", "--interval", "--ticks", "--zone",
      "--delimiter", "--time-format", "-d", "--database", "x.sqlite", "--", "-", "--help", "",
      "9223372036854775807", "-9223372036854775808", "1e300", "nan", "é", "\"\u{301}", "--top=-1",
      "--kind", "--tag", "--payload", "{", "[[[[", "\u{1b}[2J", "--folder", "/dev/null", "'", "%s",
      String(repeating: "k", count: 10_000),
    ]
    rounds { generator in
      let line = (0..<Int.random(in: 0...9, using: &generator)).map { _ in
        words.randomElement(using: &generator) ?? ""
      }
      for root in [BackofficeTool.self, DirectoryBoltTool.self] as [any ParsableCommand.Type] {
        do {
          _ = try root.parseAsRoot(BackofficeTool.arranged(line))
        } catch {
          #expect(!root.fullMessage(for: error).isEmpty)
        }
      }
    }
  }

  @Test("Looking commands with hostile values end with a status, not with a signal")
  func programs() throws {
    let tool = try Tool().withStore()
    try tool.run("queue", "enqueue", "mail")
    let commands = [
      ["queue", "list"], ["queue", "stats"], ["queue", "watch", "--ticks", "1"], ["queue", "show"],
      ["check"], ["dashboard"], ["history", "report"], ["usage", "report"], ["schema"], ["imports"],
      ["queue", "enqueue"], ["queue", "retry"], ["queue", "cancel"], ["migrate", "status"],
      ["queue", "drain", "--timeout", "0"], ["maintain", "--list"], ["migrate", "lint"],
    ]
    let options = [
      "--limit", "--queue", "--kind", "--status", "--tag", "--interval", "--top", "--meter", "--by",
      "--priority", "--delay", "--payload", "--max-attempts", "--run-limit", "--unique-key",
      "--task",
      "--folder", "--reason", "--since",
    ]
    let values = [
      "", "-1", "0", "9223372036854775807", "1e300", "nan", "\"\u{301}", "'; DROP TABLE x; --", "%",
      "\u{1b}[2J", String(repeating: "x", count: 100_000), "é", "/dev/null", "..", "{}", "[",
    ]
    try rounds { generator in
      var line = commands.randomElement(using: &generator) ?? []
      for _ in 0..<Int.random(in: 1...2, using: &generator) {
        let option = options.randomElement(using: &generator) ?? ""
        line.append("\(option)=\(values.randomElement(using: &generator) ?? "")")
      }
      if Bool.random(using: &generator) {
        line.append(values.randomElement(using: &generator) ?? "")
      }
      let ran = try tool.run(line, timeout: 60)
      #expect(!ran.wasKilled, "\(line.map { $0.prefix(60) }): \(ran.error.prefix(300))")
    }
    #expect(try tool.run("check").status == 0)
  }
}
