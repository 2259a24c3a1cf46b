import Backoffice
import BackofficeToolKit
import ExampleSupport
import Foundation
import Testing

@Suite("13.25: Imports")
struct LogImportTests {
  private let usage = ["usage", "import"]
  private let history = ["--case", "id", "--status", "state", "--time", "at"]

  private func reader(_ text: String) -> ByteSource { ByteSource(Array(text.utf8)) }

  private func sums(_ store: BackofficeStore) throws -> [String: Int] {
    try store.counts(
      """
      SELECT c.full_name, sum(u.quantity) FROM usage_events u JOIN customers c ON c.id = u.customer_id
      GROUP BY 1
      """)
  }

  private var purchases: UsageTable {
    var table = UsageTable()
    table.columns.quantity = "units"
    table.source = "shop"
    return table
  }

  @Test("Two files of one source have the same customers, and lose no row")
  func twoFiles() throws {
    let tool = try Tool().withStore()
    try tool.write("customer,time,units\nada,2026-01-01,1\nbob,2026-01-02,2\n", to: "jan.csv")
    try tool.write("customer,time,units\nada,2026-02-01,4\nbob,2026-02-02,8\n", to: "feb.csv")
    for file in ["jan.csv", "feb.csv", "jan.csv"] {
      #expect(try tool.run(usage + [file, "--quantity", "units", "--meter", "sales"]).status == 0)
    }
    let store = try BackofficeStore(
      .readOnly(tool.path("o.sqlite")), configuration: StoreSettings.standard())
    #expect(try sums(store) == ["ada": 5, "bob": 10])
    #expect(try store.number("SELECT count(*) FROM customers") == 2)
  }

  @Test("A longer file of the same lines adds the new ones; equal lines are separate events")
  func longerFile() throws {
    let store = try BackofficeStore.example()
    let start = "customer,time,units\nada,2026-01-01,1\nada,2026-01-01,1\n"
    #expect(try purchases.run(reader(start), into: store).added == 2)
    let more = try purchases.run(reader(start + "ada,2026-01-02,1\n"), into: store)
    #expect(more.added == 1 && more.unchanged == 2)
    #expect(try sums(store) == ["ada": 3])
  }

  @Test("An empty quantity is no 1")
  func emptyQuantity() throws {
    let store = try BackofficeStore.example()
    let report = try purchases.run(
      reader("customer,time,units\nada,2026-01-01,\nada,2026-01-02,3\n"), into: store)
    #expect(report.added == 1)
    #expect(report.skipped == [SkippedLine(line: 2, reason: "'units' is empty")])
  }

  @Test("The full file of CDNOW, which has no ids of the sample, goes in like the sample")
  func fullFile() throws {
    let store = try BackofficeStore.example()
    let full = try UsageTable.cdnow.run(
      reader(" 00001 19970101  1   11.77\r\n 00002 19970112  5   77.00\r\n"), into: store)
    #expect(full.added == 2 && full.skipped.isEmpty)
    let sample = try UsageTable.cdnow.run(
      reader(" 00004     1 19970101  2   29.33\r\n 00004 bad\r\n"), into: store)
    #expect(sample.added == 1 && sample.skipped.total == 1)
  }

  @Test(
    "A zone says what a time without an offset means",
    arguments: [
      ("2026-01-31", "2026-01-30T23:00:00Z"), ("2026-01-31 12:00", "2026-01-31T11:00:00Z"),
      ("2026-07-31T12:00:00.5", "2026-07-31T10:00:00.5Z"),
      ("2026-07-31T12:00:00Z", "2026-07-31T12:00:00Z"),
      ("2026-03-29T02:30:00", "2026-03-29T01:30:00Z"),  // skipped: forward by the gap
      ("2026-10-25T02:30:00", "2026-10-25T00:30:00Z"),  // repeated: the first
    ])
  func zones(_ text: String, _ expected: String) throws {
    let zone = try #require(Zone("Europe/Paris"))
    #expect(
      try TimeReader(format: "iso", zone: zone).instant(text, column: "at") == Timestamp(expected))
  }

  @Test(
    "Times that are none, or fit into no year, are named",
    arguments: [
      ("iso", "2026-02-30"), ("iso", "2026-01-01 24:00"), ("iso", "2026-01-01T1:00"), ("iso", ""),
      ("unix", "-9223372036854775808"), ("unix", "9223372036854775807"), ("unix", "1e3"),
      ("yyyyy-MM-dd", "99999-01-01"), ("yyyy", "99999999999999999999"),
    ])
  func badTimes(_ format: String, _ text: String) throws {
    let reader = try TimeReader(format: format)
    #expect(throws: LineProblem.self) { try reader.instant(text, column: "at") }
  }

  @Test("The last event counts in the last year")
  func lastYear() throws {
    let store = try BackofficeStore.example()
    _ = try purchases.run(
      reader("customer,time,units\nada,2025-01-01T10:00:00Z,1\nbob,2026-01-01T10:00:00Z,1\n"),
      into: store)
    #expect(try UsageReport(store, meter: "events").customersInLastYear == 1)
  }

  @Test("A forgotten column is no second import: the file is known")
  func otherOptions() throws {
    let tool = try Tool().withStore()
    try tool.write("id,state,at,who\n1,new,2026-01-01,ada\n1,old,2026-01-02,bob\n", to: "log.csv")
    let command = ["history", "import", "log.csv"] + history
    #expect(try tool.run(command).status == 0)
    #expect(try tool.run(command).output.contains("2 already up to date"))
    let refused = try tool.run(command + ["--owner", "who"])
    #expect(refused.status == 1)
    #expect(refused.error.contains("owner was not given and is now who"))
    let take = try #require(refused.error.firstMatch(of: /take-back ([0-9a-f-]{36})/))
    #expect(try tool.run("imports", "take-back", String(take.output.1)).status == 0)
    #expect(try tool.run("history", "report").status == 1)
    #expect(try tool.run(command + ["--owner", "who"]).output.contains("2 added"))
    let report = try tool.run("history", "report", "--json").object()
    #expect(report["events"] as? Int == 2)
    #expect(report["ownerChanges"] as? Int == 1)
    #expect(try tool.run("imports").output.contains("taken back"))
    #expect(try tool.run("check").status == 0)
  }

  @Test("Usage that was taken back sums to nothing, and goes in again")
  func takenBackUsage() throws {
    let tool = try Tool().withStore()
    try tool.write("customer,time,units\nada,2026-01-01,5\n", to: "log.csv")
    let command = usage + ["log.csv", "--quantity", "units", "--json"]
    let id = try #require(tool.run(command).object()["importID"] as? String)
    #expect(try tool.run("imports", "take-back", id).status == 0)
    #expect(try tool.run("imports", "take-back", id).status == 0)
    #expect(try tool.run("usage", "report", "--json").object()["quantity"] as? Int == 0)
    #expect(try tool.run(command).object()["added"] as? Int == 1)
    #expect(try tool.run(command).object()["added"] as? Int == 0)
    #expect(try tool.run("usage", "report", "--json").object()["quantity"] as? Int == 5)
    #expect(try tool.run("imports", "take-back", "none").error.contains("backoffice imports"))
    #expect(try tool.run("check").status == 0)
  }

  @Test("13.30: Several imports of one file at once add its events once")
  func atOnce() throws {
    let tool = try Tool().withStore()
    var lines = (0..<25_000).map { "c\($0 % 500),s\($0 % 7),2026-01-\($0 % 28 + 10)" }
    lines += lines.prefix(100)
    try tool.write("id,state,at\n" + lines.joined(separator: "\n") + "\n", to: "log.csv")
    try tool.write(
      "customer,time\n"
        + (0..<3000).map { "c\($0 % 50),2026-01-\($0 % 20 + 10)" }
        .joined(separator: "\n"), to: "use.csv")
    for command in [["history", "import", "log.csv"] + history, usage + ["use.csv"]] {
      let running = try (0..<3).map { try tool.start(command + ["--json"], name: "run\($0)") }
      for process in running { process.waitUntilExit() }
      #expect(running.allSatisfy { $0.terminationStatus == 0 })
    }
    let store = try BackofficeStore(
      .readOnly(tool.path("o.sqlite")), configuration: StoreSettings.standard())
    let valid = lines.count { line in (10...31).contains(Int(line.suffix(2)) ?? 0) }
    #expect(
      try store.number("SELECT count(*) FROM status_history WHERE entity_kind = 'case'") == valid)
    #expect(try store.number("SELECT count(*) FROM usage_events") == 3000)
    #expect(try tool.run("check").status == 0)
  }

  @Test("Bytes that are not UTF-8 are refused, not replaced")
  func invalidText() throws {
    let tool = try Tool().withStore()
    let ran = try tool.run(
      "queue", "enqueue", "mail", "--payload", "-", input: Data([0x22, 0xff, 0x22]))
    #expect(ran.status == 64)
    #expect(ran.error.contains("not UTF-8"))
    let large = Data(#"""#.utf8) + Data(repeating: 0x61, count: 2 << 20) + Data(#"""#.utf8)
    #expect(try tool.run("queue", "enqueue", "mail", "--payload", "-", input: large).status == 64)
  }

  @Test("Control characters of a file do not act on the terminal")
  func controls() throws {
    let tool = try Tool().withStore()
    try tool.write("customer,time\nada,\u{1b}[2Jx\n\u{1b}]0;t\u{7},2026-01-01\n", to: "log.csv")
    let ran = try tool.run("usage", "import", "log.csv")
    #expect(!ran.error.contains("\u{1b}") && ran.error.contains("\\u001b[2Jx"))
    let report = try tool.run("usage", "report")
    #expect(!report.output.contains("\u{1b}") && !report.output.contains("\u{7}"))
  }
}
