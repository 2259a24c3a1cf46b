import Backoffice
import Testing

@Suite("Events of the payment provider")
struct ProviderEventTests {
  let fixture: CustomersFixture
  var subscriptions: Subscriptions { fixture.subscriptions }

  init() throws { fixture = try CustomersFixture() }

  func event(
    _ id: String, _ kind: ProviderEvent.Kind, minutes: Int = 0, customer: ID<Customer>? = nil
  ) -> ProviderEvent {
    ProviderEvent(
      id: id, kind: kind, occurredAt: CustomersFixture.start + .minutes(minutes),
      subscriptionID: "sub_1", customerID: "cus_1", customer: customer)
  }

  @Test("An activation links the customer, converts the trial and begins the paid period, once")
  func activation() throws {
    let id = try fixture.ada().id
    var activated = event("evt_1", .activated, customer: id)
    activated.tier = .pro
    activated.period = BillingPeriod(
      start: CustomersFixture.start + .minutes(1), end: CustomersFixture.start + .days(31))
    guard case .applied(let first) = try subscriptions.applyProviderEvent(activated) else {
      Issue.record("not applied")
      return
    }
    #expect(first.status == .active && first.tier == .pro)
    #expect(first.period == activated.period)
    #expect(try fixture.store.credits.balance(of: first.customerID).remaining == 500)
    #expect(first.trial?.convertedAt == CustomersFixture.start)
    #expect(try subscriptions.applyProviderEvent(activated) == .applied(first))
    #expect(try subscriptions.find(of: id) == first)
    #expect(try subscriptions.find(providerSubscriptionID: "sub_1")?.customerID == id)
    #expect(try subscriptions.find(providerCustomerID: "cus_1")?.customerID == id)
    #expect(try fixture.findings() == [])
  }

  @Test("One renewal reported by two events refills once")
  func renewal() throws {
    let id = try fixture.ada().id
    _ = try subscriptions.applyProviderEvent(event("evt_1", .activated, customer: id))
    try fixture.store.write { transaction in
      try transaction.postCredits(.reserve, customer: id, credits: 60)
      try transaction.postCredits(.spend, customer: id, credits: 50)
    }
    fixture.clock.advance(by: .days(28))
    // Five seconds off the border of the subscription's own periods, which holds.
    let border = try #require(Timestamp("2026-02-28T10:00:00Z"))
    let period = BillingPeriod(start: border, end: border + .days(31))
    for (number, kind) in [ProviderEvent.Kind.renewed, .paymentSucceeded].enumerated() {
      var renewed = event("evt_r\(number)", kind, minutes: 60 * 24 * 28)
      renewed.period = BillingPeriod(
        start: border + .seconds(5), end: border + .days(31) + .seconds(5))
      _ = try subscriptions.applyProviderEvent(renewed)
      if number == 0 {
        try fixture.store.write { transaction in
          try transaction.postCredits(.reserve, customer: id, credits: 30)
        }
      }
    }
    let subscription = try #require(try subscriptions.find(of: id))
    #expect(subscription.period == period)
    #expect(try fixture.store.credits.balance(of: subscription.customerID).remaining == 70)
    #expect(try fixture.store.credits.balance(of: subscription.customerID).reserved == 40)
    #expect(try fixture.store.credits.balance(of: subscription.customerID).spent == 0)
    #expect(try fixture.findings() == [])
  }

  @Test("An older event than one applied is ignored")
  func outdated() throws {
    let id = try fixture.ada().id
    _ = try subscriptions.applyProviderEvent(event("evt_1", .activated, customer: id))
    _ = try subscriptions.applyProviderEvent(event("evt_3", .cancelled, minutes: 3))
    fixture.clock.advance(by: .minutes(3))
    _ = try subscriptions.applyProviderEvent(event("evt_4", .paymentSucceeded, minutes: 3))
    let late = try subscriptions.applyProviderEvent(event("evt_2", .paymentFailed, minutes: 2))
    #expect(late == .outdated)
    #expect(
      try subscriptions.applyProviderEvent(event("evt_2", .paymentFailed, minutes: 2)) == .outdated)
    #expect(try subscriptions.find(of: id)?.status == .cancelled)
  }

  @Test("A failed payment and its recovery keep the credits of the period")
  func recovery() throws {
    let id = try fixture.ada().id
    _ = try subscriptions.applyProviderEvent(event("evt_1", .activated, customer: id))
    _ = try subscriptions.applyProviderEvent(event("evt_2", .paymentFailed, minutes: 1))
    let owing = try #require(try subscriptions.find(of: id))
    #expect(
      try owing.status == .pastDue
        && fixture.store.credits.balance(of: owing.customerID).remaining == 100)
    _ = try subscriptions.applyProviderEvent(event("evt_3", .paymentSucceeded, minutes: 2))
    let paid = try #require(try subscriptions.find(of: id))
    #expect(
      try paid.status == .active
        && fixture.store.credits.balance(of: paid.customerID).remaining == 100)
    var plan = event("evt_4", .updated, minutes: 3)
    plan.cancelAtPeriodEnd = true
    plan.tier = .enterprise
    _ = try subscriptions.applyProviderEvent(plan)
    let leaving = try #require(try subscriptions.find(of: id))
    #expect(
      try leaving.cancelAtPeriodEnd
        && fixture.store.credits.balance(of: leaving.customerID).remaining == 2000)
    #expect(try fixture.findings() == [])
  }

  @Test("An event that is refused, or whose subscription is unknown, is retried")
  func retried() throws {
    let id = try fixture.ada().id
    #expect(
      try subscriptions.applyProviderEvent(event("evt_1", .activated))
        == .failed(.unknownSubscription(event: "evt_1")))
    try subscriptions.link(id, providerSubscriptionID: "sub_1")
    guard case .applied = try subscriptions.applyProviderEvent(event("evt_1", .activated)) else {
      Issue.record("not applied")
      return
    }
    var impossible = event("evt_2", .updated, minutes: 1)
    impossible.status = .incomplete
    #expect(
      try subscriptions.applyProviderEvent(impossible)
        == .failed(.illegalMove(id, from: .active, to: .incomplete)))
    #expect(try subscriptions.find(of: id)?.status == .active)
    let outcomes = try fixture.store.read { transaction in
      try transaction.fetchAll(sql: "SELECT outcome FROM subscription_events ORDER BY pk") { row in
        try row.value(at: 0, as: String.self)
      }
    }
    #expect(outcomes == ["applied", "failed"])
    #expect(try fixture.findings() == [])
  }
}
