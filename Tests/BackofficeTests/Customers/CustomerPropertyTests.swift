import Backoffice
import Testing

@Suite("Random histories of customers")
struct CustomerPropertyTests {
  @Test(
    "After 500 random operations a rebuild changes nothing", arguments: [1, 2, 3])
  func random(_ seed: UInt64) throws {
    let fixture = try CustomersFixture()
    var random = RandomSource.seeded(seed)
    var ids: [ID<Customer>] = []
    let owners = try (0..<3).map {
      try fixture.store.staff.create(name: "S\($0)", phone: "1898099400\($0)").id
    }
    let statuses = try #require(try fixture.customers.pipeline(named: "sales")).statuses
    for step in 0..<500 {
      fixture.clock.advance(by: .hours(random.next(below: 40)))
      do {
        try perform(
          random.next(below: 24), step: step, on: fixture, ids: &ids, owners: owners,
          statuses: statuses.map(\.status), random: &random)
      } catch is CustomerError {
      } catch is SubscriptionError {
      } catch is UsageError {
      }
    }
    #expect(ids.count > 20)
    #expect(try fixture.findings() == [])
    #expect(try fixture.store.rebuild() == [:])
  }

  private func perform(
    _ operation: Int, step: Int, on fixture: CustomersFixture, ids: inout [ID<Customer>],
    owners: [ID<StaffMember>], statuses: [CustomerStatus], random: inout RandomSource
  ) throws {
    let customers = fixture.customers
    let subscriptions = fixture.subscriptions
    let tier = (TierCatalogue.directoryBolt.names + ["growth"])[random.next(below: 4)]
    guard operation > 3, !ids.isEmpty else {
      var new = NewCustomer(
        fullName: "Name \(step)", email: "c\(random.next(below: 200))@example.com", tier: tier)
      new.trialDays = random.next(below: 3) * 7
      ids.append(try customers.create(new).id)
      return
    }
    let id = ids[random.next(below: ids.count)]
    switch operation {
    case 4, 5, 6:
      try customers.changeStatus(of: id, to: statuses[random.next(below: statuses.count)])
    case 7: try customers.assignOwner(of: id, to: owners[random.next(below: 3)])
    case 8: try customers.softDelete(id)
    case 9: try customers.restore(id)
    case 10:
      try customers.update(id) { customer in
        customer.business.companyName = "Company \(step)"
        customer.email = "c\(step % 200)@example.com"
      }
    case 11: try subscriptions.changeTier(of: id, to: tier)
    case 12: try subscriptions.changeTier(of: id, to: tier, effect: .atPeriodEnd)
    case 13: try subscriptions.setCustomCreditLimit(of: id, to: random.next(below: 300))
    case 14: try subscriptions.resetDuePeriods()
    case 15: try subscriptions.convertTrial(of: id)
    case 16: try subscriptions.cancelAtPeriodEnd(of: id)
    case 17: try subscriptions.reactivate(of: id)
    case 18:
      try fixture.store.write { transaction in
        let open = (try? transaction.credits.balance(of: id).remaining) ?? 0
        try transaction.postCredits(.reserve, customer: id, credits: open / 2)
        try transaction.postCredits(.spend, customer: id, credits: open / 4)
      }
    case 19, 20:
      let terms = TierTerms(
        credits: random.next(below: 6) * 100, weight: 1 + random.next(below: 3),
        period: random.next(below: 2) == 0 ? .anniversaryMonths : .calendarMonths)
      try fixture.store.tiers.declare(
        NewTier(tier, rank: random.next(below: 5), terms: terms),
        rollout: random.next(below: 3) == 0 ? .newSubscriptions : .renewals)
    case 21: if random.next(below: 4) == 0 { try fixture.store.tiers.retire(tier) }
    case 22:
      try fixture.store.write { transaction in
        guard try transaction.tiers.find(tier) != nil else { return }
        _ = try transaction.execute(
          sql: "UPDATE subscriptions SET tier = ?2 WHERE customer_id = ?1", id, tier)
      }
    default:
      if random.next(below: 6) == 0 {
        try customers.anonymise(id)
      } else {
        try subscriptions.cancelNow(of: id)
      }
    }
  }
}
