import Backoffice
import BackofficeTesting
import Testing

@Suite("Upkeep of an office")
struct OfficeUpkeepTests {
  @Test("An office has an upkeep task for every change that time causes")
  func tasks() throws {
    let test = try TestStore()
    let names = try test.store.upkeep.list().map(\.name).filter { $0.hasPrefix("office.") }
    #expect(
      names == [
        "office.trials", "office.billing_periods", "office.credits_due", "office.action_offers",
        "office.action_skills", "office.escalations", "office.plan_expiry", "office.plan_inverses",
        "office.submission_expiry", "office.customer_retention",
      ])
    let report = try test.store.upkeep.run(.all)
    #expect(report.failures == [:])
    #expect(names.allSatisfy { report.counts[$0] == 0 })
  }

  @Test("A worker that runs upkeep ends trials, begins periods, escalates, expires and anonymises")
  func time() throws {
    let test = try TestStore()
    let store = test.store
    let customers = try store.write { transaction in
      try (0..<3).map { number in
        try transaction.customers.create(
          NewCustomer(
            fullName: "c\(number)", email: "c\(number)@example.com",
            tier: number < 2 ? .basic : nil))
      }
    }.map(\.id)
    try store.subscriptions.convertTrial(of: customers[0])
    try store.customers.softDelete(customers[2])
    var action = NewAction(.phoneCall, title: "Call", customerID: customers[0])
    action.deadlineAt = test.clock.now + .hours(1)
    let call = try store.actions.create(action)
    test.clock.advance(by: .days(40))
    let report = try store.upkeep.run()
    #expect(report.failures == [:])
    #expect(report.counts["office.trials"] == 1)
    #expect(report.counts["office.billing_periods"] == 1)
    #expect(report.counts["office.escalations"] == 1)
    #expect(report.counts["office.customer_retention"] == 0)
    #expect(try store.subscriptions.find(of: customers[1])?.status != .trialing)
    #expect(try store.actions.find(call.id)?.escalation.escalatedAt == test.clock.now)
    test.clock.advance(by: Customers.standardRetention)
    #expect(try store.upkeep.run().counts["office.customer_retention"] == 1)
    #expect(try store.customers.find(customers[2])?.anonymisedAt == test.clock.now)
    #expect(try store.check() == [])
  }

  @Test("An offer expires at its time, not an interval later")
  func offers() throws {
    let office = try Office()
    try office.assistant("ann")
    let action = try office.action()
    let offer = try #require(try office.store.actions.offerAutomatically(action.id))
    try office.store.upkeep.run()
    let task = try #require(
      try office.store.upkeep.list().first { $0.name == "office.action_offers" })
    #expect(task.dueAt <= max(offer.expiresAt, office.clock.now + .seconds(10)))
    office.clock.set(to: offer.expiresAt + .seconds(10))
    #expect(try office.store.upkeep.run().counts["office.action_offers"] == 1)
    #expect(try office.findings() == [])
  }
}
