import BackofficeToolKit
import ExampleSupport
import Foundation
import Testing

@Suite("13.26: What programs and people read")
struct AnswerTests {
  @Test("JSON output is JSON: truth values, payloads and results as they are")
  func documents() throws {
    let tool = try Tool().withStore()
    let payload = #"{"price":1.50,"big":12345678901234567890,"a":[true,null]}"#
    let first = try tool.run(
      "queue", "enqueue", "mail", "--payload", payload, "--unique-key", "k", "--json"
    ).object()
    #expect(first["new"] as? Bool == true)
    let second = try tool.run(
      "queue", "enqueue", "mail", "--payload", payload, "--unique-key", "k", "--json"
    ).object()
    #expect(second["new"] as? Bool == false)
    let id = try #require(first["id"] as? String)
    _ = try tool.run("queue", "work", "--until-empty", "--", "cat")
    let shown = try tool.run("queue", "show", id, "--json")
    #expect(shown.output.contains("\"payload\" : \(payload)"))
    #expect(shown.output.contains("\"result\" : \(payload)"))
    let object = try shown.object()
    #expect((object["payload"] as? [String: Any])?["price"] as? Double == 1.5)
  }

  @Test("A failure with --json says file, line and what was done")
  func failures() throws {
    let tool = try Tool().withStore()
    let missing = try tool.run("queue", "stats", "--json", "--database", "no.sqlite")
    #expect(missing.status == 1)
    #expect(try missing.object()["outcome"] as? String == "failed")
    #expect(try missing.object()["exitCode"] as? Int == 1)
    let usage = try tool.run("queue", "list", "--json", "--limit", "x")
    #expect(usage.status == 64)
    #expect(try usage.object()["exitCode"] as? Int == 64)
    try tool.write("id,at\n1,2026-01-01\n", to: "log.csv")
    let columns = try tool.run(
      "history", "import", "log.csv", "--json", "--case", "id", "--status", "state", "--time", "at")
    #expect(columns.status == 1)
    #expect(try columns.object()["file"] as? String == "log.csv")
    #expect(try (columns.object()["done"] as? [String: Any])?["added"] as? Int == 0)
  }

  @Test("An import that fails half-way says at which line, and what stays")
  func halfWay() throws {
    let failure = ImportFailure(
      file: "log.csv", line: 30_001,
      done: {
        var report = ImportReport()
        report.added = 30_000
        return report
      }(), cause: ReadingError.empty)
    #expect("\(failure)".hasPrefix("log.csv:30001: "))
    #expect("\(failure)".hasSuffix("before that, lines: 30000 added; these stay"))
  }

  @Test("Tables fit 80 and 40 columns, and ids stay whole", arguments: [80, 40])
  func widths(_ width: Int) throws {
    let tool = try Tool().withStore()
    try tool.run(
      "queue", "enqueue", "a-kind-with-a-rather-long-name", "--queue", "letters-to-customers")
    for command in [["queue", "list"], ["queue", "stats"], ["maintain", "--list"], ["check"]] {
      let ran = try tool.run(command, environment: ["COLUMNS": "\(width)"])
      for line in ran.output.split(separator: "\n") {
        #expect(line.displayWidth <= width, "\(command): \(line)")
      }
    }
    let list = try tool.run("queue", "list", environment: ["COLUMNS": "\(width)"]).output
    let id = try #require(list.firstMatch(of: /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/))
    #expect(try tool.run("queue", "show", String(id.output.0)).status == 0)
  }

  @Test("The database comes from -d, --database or the environment")
  func database() throws {
    let tool = try Tool().withStore()
    #expect(try tool.run("queue", "stats").status == 0)
    #expect(
      try tool.run(
        "queue", "stats", "-d", tool.path("o.sqlite"), environment: ["BACKOFFICE_DATABASE": ""]
      ).status == 0)
    let without = try tool.run("queue", "stats", environment: ["BACKOFFICE_DATABASE": ""])
    #expect(without.status == 64)
    #expect(without.error.contains("--database FILE, or BACKOFFICE_DATABASE=FILE"))
    #expect(try tool.run("--version").output.hasPrefix("0.1.0"))
    #expect(
      BackofficeTool.arranged(["queue", "-d", "a", "stats"]) == ["queue", "stats", "-d", "a"])
  }

  @Test(
    "A mistyped word is met with the nearest one",
    arguments: [
      (["quue"], "Did you mean 'queue'?"), (["queue", "sats"], "Did you mean 'stats'?"),
      (["queue", "list", "--status", "runing"], "Did you mean 'running'?"),
      (["queue", "list", "--queue", "lettres"], "Did you mean 'letters'?"),
      (["queue", "pause", "--queue", "lettres"], "Did you mean 'letters'?"),
      (["queue", "stats", "--queu", "x"], "Did you mean '--queue'?"),
      (["schema", "queue_item"], "Did you mean 'queue_items'?"),
    ])
  func suggestions(_ command: [String], _ sentence: String) throws {
    let tool = try Tool().withStore()
    try tool.run("queue", "enqueue", "mail", "--queue", "letters")
    let ran = try tool.run(command)
    #expect(ran.status != 0)
    #expect(ran.error.contains(sentence), "\(ran.error)")
  }

  @Test("A copy is made while the store is used, and restored")
  func backup() throws {
    let tool = try Tool().withStore()
    try tool.run("queue", "enqueue", "mail")
    #expect(try tool.run("backup", "copy.sqlite").status == 0)
    #expect(try tool.run("backup", "copy.sqlite").status == 1)
    try tool.run("queue", "enqueue", "later")
    let refused = try tool.run("restore", "copy.sqlite")
    #expect(refused.status == 1)
    #expect(refused.error.contains("--replace"))
    try tool.write("", to: "empty.sqlite")
    #expect(try tool.run("restore", "empty.sqlite", "--replace").status == 1)
    #expect(try tool.run("restore", "copy.sqlite", "--replace").status == 0)
    let list = try tool.run("queue", "list").output
    #expect(list.contains("mail") && !list.contains("later"))
    #expect(try tool.run("check").status == 0)
  }

  @Test(
    "13.29: Sizes and numbers have bounds on the command line",
    arguments: [
      ["queue", "watch", "--ticks=-1"], ["queue", "watch", "--interval", "1e300"],
      ["queue", "watch", "--interval", "nan"], ["queue", "enqueue", ""],
      ["queue", "enqueue", String(repeating: "k", count: 100_000)],
      ["queue", "enqueue", "mail", "--delay", "9223372036854775807"],
      ["queue", "enqueue", "mail", "--delay=-1"], ["queue", "enqueue", "mail", "--priority", "6"],
      ["queue", "enqueue", "mail", "--max-attempts", "0"],
      ["queue", "enqueue", "mail", "--run-limit=-1"],
      ["queue", "enqueue", "mail"] + (0..<10_000).flatMap { ["--tag", "t\($0)"] },
      ["queue", "enqueue", "mail", "--tag", String(repeating: "t", count: 100_000)],
      ["queue", "work", "--concurrency", "100000", "--", "true"],
      ["queue", "work", "--grace=-1", "--", "true"], ["queue", "work", "--", ""],
      ["queue", "drain", "--timeout=-1"], ["queue", "list", "--limit", "0"],
      ["queue", "retry", "--failed", "--limit=-1"], ["check", "--limit", "0"],
      ["dashboard", "--top=-1"], ["history", "report", "--top=-1"],
    ])
  func bounds(_ command: [String]) throws {
    let tool = try Tool().withStore()
    let ran = try tool.run(command)
    #expect(ran.status == 64, "\(ran.error.prefix(300))")
    #expect(try tool.run("queue", "list", "--json").output == "[\n\n]\n")
  }
}
