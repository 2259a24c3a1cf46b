import Backoffice
import DirectoryBoltKit
import ExampleData
import ExampleSupport
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

  @Test("The books are in order, and every credit is somewhere")
  func books() throws {
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
    let ledger = try store.number(
      """
      SELECT count(*) FROM subscriptions s WHERE credits_granted <> (
        SELECT coalesce(sum(CASE kind WHEN 'grant' THEN credits WHEN 'expire' THEN -credits
          WHEN 'adjust' THEN credits ELSE 0 END), 0)
        FROM credit_entries e WHERE e.customer_id = s.customer_id)
      """)
    #expect(ledger == 0)
  }

  @Test("It meets everything that a service meets")
  func variety() throws {
    let (store, _) = try live(seed: 5, days: 30)
    let report = try OfficeReport(store)
    #expect(!report.shortages.isEmpty)
    for status in ["completed", "failed"] { #expect(report.queue[status, default: 0] > 0) }
    for status in ["approved", "rejected", "failed"] {
      #expect(report.submissions[status, default: 0] > 0)
    }
    #expect(report.actions["completed", default: 0] > 0)
    #expect(report.workers.count == 4)
    #expect(report.workers.contains { $0.outcomes["rescued", default: 0] > 0 })
    #expect(report.sales.customersByDay.last == 40)
  }

  @Test("A store in use is refused")
  func usedStore() throws {
    let problem = DemoProblem.notEmpty(path: "office.sqlite")
    #expect(
      problem.description
        == "office.sqlite holds customers or directories already; a demonstration needs a file "
        + "of its own")
  }
}
