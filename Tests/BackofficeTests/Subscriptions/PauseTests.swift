import Backoffice
import BackofficeTesting
import Testing

@Suite("Pauses and grace periods of subscriptions")
struct PauseTests {
  func office() throws -> (TestStore, ID<Customer>) {
    let test = try TestStore()
    try test.store.tiers.declare(
      NewTier(
        "gold", rank: 9,
        terms: TierTerms(
          credits: 100, graceDays: 7,
          prices: [TierPrice(Money(minorUnits: 3_000, currency: .usd), per: .month)])))
    let ada = try test.store.customers.create(
      NewCustomer(fullName: "Ada", email: "ada@example.com")
    ).id
    try test.store.subscriptions.open(for: ada, tier: "gold", trialDays: 0)
    return (test, ada)
  }

  @Test("A paused subscription uses nothing and does not renew; within the period it goes on")
  func within() throws {
    let (test, ada) = try office()
    let store = test.store
    try store.credits.consume(30, of: ada)
    let end = try store.subscriptions.pause(of: ada).period?.end
    #expect(try store.credits.balance(of: ada).remaining == 0)
    #expect(throws: UsageError.notEntitled(ada)) { try store.credits.hold(1, of: ada) }
    let answer = try store.entitlements.check(ada, credits: 1)
    #expect(answer.refusal == .status(.paused) && answer.remedies == [.resume])
    #expect(throws: SubscriptionError.self) { try store.subscriptions.pause(of: ada) }
    test.clock.advance(by: .days(3))
    let resumed = try store.subscriptions.resume(of: ada)
    #expect(resumed.status == .active && resumed.period?.end == end)
    #expect(try store.credits.balance(of: ada).remaining == 70)
    #expect(try store.billing.statement(of: ada).lines.count == 1)
    #expect(throws: SubscriptionError.self) { try store.subscriptions.resume(of: ada) }
    #expect(try store.check() == [])
  }

  @Test("After its period, a resumed subscription begins a new one with full credits and a charge")
  func after() throws {
    let (test, ada) = try office()
    let store = test.store
    try store.subscriptions.pause(of: ada)
    test.clock.advance(by: .days(100))
    #expect(try store.subscriptions.resetDuePeriods().total == 0)
    let resumed = try store.subscriptions.resume(of: ada)
    #expect(resumed.period?.start == test.clock.now)
    #expect(try store.credits.balance(of: ada).remaining == 100)
    #expect(try store.billing.statement(of: ada).totals.map(\.description) == ["30.00 USD"])
    #expect(try store.check() == [])
  }

  @Test("A cancellation at the period's end ends a paused subscription, too")
  func cancelled() throws {
    let (test, ada) = try office()
    let store = test.store
    try store.subscriptions.cancelAtPeriodEnd(of: ada)
    try store.subscriptions.pause(of: ada)
    test.clock.advance(by: .days(40))
    #expect(try store.subscriptions.resetDuePeriods().cancelled == 1)
    #expect(try store.subscriptions.find(of: ada)?.status == .cancelled)
    #expect(try store.check() == [])
  }

  @Test(
    "A failed payment is borne for the days of grace, also if no job runs, and a payment ends it")
  func grace() throws {
    let (test, ada) = try office()
    let store = test.store
    var number = 0
    func event(_ kind: ProviderEvent.Kind) throws {
      number += 1
      _ = try store.subscriptions.applyProviderEvent(
        ProviderEvent(id: "\(number)", kind: kind, occurredAt: test.clock.now, customer: ada))
    }
    test.clock.advance(by: .days(1))
    try event(.paymentFailed)
    let due = test.clock.now + .days(7)
    #expect(try store.subscriptions.find(of: ada)?.graceEndsAt == due)
    _ = try store.credits.hold(1, of: ada)
    test.clock.advance(by: .days(2))
    try event(.paymentSucceeded)
    #expect(try store.subscriptions.find(of: ada)?.graceEndsAt == nil)
    try event(.paymentFailed)
    test.clock.advance(by: .days(7))
    #expect(throws: UsageError.notEntitled(ada)) { try store.credits.hold(1, of: ada) }
    #expect(try store.subscriptions.resetDuePeriods().unpaid == 1)
    #expect(try store.subscriptions.find(of: ada)?.status == .unpaid)
    test.clock.advance(by: .days(1))
    try event(.paymentSucceeded)
    #expect(try store.subscriptions.find(of: ada)?.status == .active)
    #expect(try store.credits.balance(of: ada).remaining > 0)
    #expect(try store.check() == [])
  }

  @Test(
    "Vector 15: a reset before the current period or ahead is refused, one within it is allowed")
  func resets() throws {
    let (test, ada) = try office()
    let store = test.store
    let start = test.clock.now
    test.clock.advance(by: .days(4))
    try store.credits.consume(30, of: ada)
    test.clock.advance(by: .days(4))
    try store.credits.consume(20, of: ada)
    for instant in [start - .days(1), start, test.clock.now + .seconds(1)] {
      #expect(throws: SubscriptionError.self) {
        try store.subscriptions.resetPeriod(of: ada, at: instant)
      }
    }
    #expect(try store.credits.balance(of: ada).remaining == 50)
    try store.subscriptions.resetPeriod(of: ada, at: start + .days(6))
    #expect(try store.subscriptions.find(of: ada)?.period?.start == start + .days(6))
    #expect(try store.credits.balance(of: ada).remaining == 80)
    #expect(throws: SubscriptionError.self) {
      try store.subscriptions.resetPeriod(of: ada, at: start + .days(6))
    }
    #expect(try store.check() == [])
  }

  @Test("A pause that a provider reports follows its time like every status")
  func provider() throws {
    let (test, ada) = try office()
    test.clock.advance(by: .days(1))
    var event = ProviderEvent(
      id: "p", kind: .updated, occurredAt: test.clock.now, customer: ada)
    event.status = .paused
    _ = try test.store.subscriptions.applyProviderEvent(event)
    #expect(try test.store.subscriptions.find(of: ada)?.status == .paused)
    var before = ProviderEvent(
      id: "b", kind: .updated, occurredAt: test.clock.now - .seconds(9), customer: ada)
    before.status = .active
    _ = try test.store.subscriptions.applyProviderEvent(before)
    #expect(try test.store.subscriptions.find(of: ada)?.status == .paused)
    #expect(try test.store.check() == [])
  }
}
