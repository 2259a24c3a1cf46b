import Backoffice
import DirectoryBoltKit
import ExampleData
import ExampleSupport
import Foundation
import Testing

@Suite("The demonstration")
struct DemoTests {
  private func live(seed: UInt64, days: Int) throws -> (store: BackofficeStore, json: String) {
    var settings = DemoSettings(
      directories: ByteSource(ExampleData.directories),
      businesses: ByteSource(ExampleData.businesses),
      assistants: ByteSource(ExampleData.assistants))
    settings.seed = seed
    settings.days = days
    let demo = try Demo(settings, location: .memory)
    try demo.run()
    return (demo.store, try Output.jsonText(demo.report()))
  }

  @Test("The same seed gives the same result, another seed another one")
  func sameSeed() throws {
    let first = try live(seed: 3, days: 6)
    let second = try live(seed: 3, days: 6)
    let other = try live(seed: 4, days: 6)
    #expect(first.json == second.json)
    #expect(first.json != other.json)
  }

  @Test("After a month every credit is somewhere, and the service met everything there is")
  func month() throws {
    // Long enough for reviews, actions, ended trials and a new billing period.
    let (store, _) = try live(seed: 5, days: 30)
    let check = try BookCheck(store)
    #expect(check.findings.isEmpty)
    #expect(check.integrity.isEmpty)
    #expect(check.danglingReferences == 0)
    let report = try OfficeReport(store)
    #expect(report.customers.count == 40)
    for customer in report.customers {
      #expect(customer.reserved + customer.spent + customer.remaining == customer.granted)
      #expect(customer.remaining >= 0)
    }
    #expect(try store.number(Self.unexplainedBalances) == 0)

    #expect(!report.shortages.isEmpty)
    for status in ["completed", "failed"] { #expect(report.queue[status, default: 0] > 0) }
    for status in ["approved", "rejected", "failed"] {
      #expect(report.submissions[status, default: 0] > 0)
    }
    #expect(report.submissions["submitting"] == nil)
    #expect(report.actions["completed", default: 0] > 0)
    #expect(report.workers.count == 4)
    #expect(report.workers.contains { $0.outcomes["rescued", default: 0] > 0 })
    #expect(report.sales.customersByDay.last == 40)
  }

  /// Balances whose granted credits are not what the ledger adds up to.
  private static let unexplainedBalances = """
    SELECT count(*) FROM credit_balances s WHERE granted <> (
      SELECT coalesce(sum(CASE kind WHEN 'grant' THEN credits WHEN 'adjust' THEN credits
        WHEN 'expire' THEN -credits WHEN 'settle' THEN -credits ELSE 0 END), 0)
      FROM credit_entries e WHERE e.customer_id = s.customer_id)
    """

  @Test("A store in use is refused")
  func usedStore() throws {
    let path = FileManager.default.temporaryDirectory
      .appending(path: "demo-\(UUID().uuidString).sqlite").path
    defer {
      for suffix in ["", "-wal", "-shm"] {
        try? FileManager.default.removeItem(atPath: path + suffix)
      }
    }
    var settings = DemoSettings(
      directories: ByteSource(ExampleData.directories),
      businesses: ByteSource(ExampleData.businesses),
      assistants: ByteSource(ExampleData.assistants))
    settings.days = 1
    let demo = try Demo(settings, location: .file(path))
    try demo.run()
    demo.close()
    #expect(throws: DemoProblem.notEmpty(path: path)) {
      try Demo(settings, location: .file(path))
    }
  }
}
