import Backoffice
import Testing

@Suite("The catalogue of tiers")
struct TierTests {
  let fixture: CustomersFixture
  var store: BackofficeStore { fixture.store }

  init() throws { fixture = try CustomersFixture() }

  private let growth = NewTier(
    "growth", label: "Growth", rank: 4,
    terms: TierTerms(
      credits: 5000, weight: 3, limits: ["fixes": 10],
      prices: [TierPrice(Money(minorUnits: 9900, currency: .usd), per: .month)],
      features: ["api", "support"]))

  private func credits(_ customer: ID<Customer>) throws -> CreditBalance {
    try store.credits.balance(of: customer)
  }

  @Test("A new file contains the tiers of the Swift list")
  func shipped() throws {
    let tiers = try store.tiers.list()
    #expect(
      tiers.map { NewTier($0.name, label: $0.label, rank: $0.rank, terms: $0.terms) }
        == TierCatalogue.directoryBolt.tiers)
    #expect(tiers.allSatisfy { $0.version == 1 && $0.isNewest && $0.declaredAt == nil })
    try store.tiers.install(.directoryBolt)
    #expect(try store.tiers.list() == tiers)
  }

  @Test("A tier named growth can be used after one declaration")
  func growing() throws {
    let tier = try store.tiers.declare(growth)
    #expect(tier.terms == growth.terms && tier.version == 1 && tier.isNewest)
    #expect(tier.declaredAt == fixture.clock.now)
    let id = try fixture.ada(tier: "growth").id
    #expect(try credits(id).limit == 5000)
    #expect(try credits(id).remaining == 5000)
    #expect(try store.queues.weight(of: Account(id)) == 3)
    #expect(try store.tiers.find(of: id) == tier)
    #expect(try store.customers.list(tier: "growth").elements.map(\.id) == [id])
    let bob = try fixture.ada("bob", tier: .basic).id
    try store.subscriptions.changeTier(of: bob, to: "growth")
    #expect(try credits(bob).remaining == 5000)
    let cleo = try fixture.ada("cleo").id
    try store.write { transaction in
      _ = try transaction.execute(
        sql: "UPDATE subscriptions SET tier = 'growth' WHERE customer_id = ?", cleo)
    }
    #expect(try credits(cleo).remaining == 5000)
    #expect(try store.queues.weight(of: Account(cleo)) == 3)
    #expect(try fixture.findings() == [])
    #expect(try store.rebuild() == [:])
  }

  @Test("An undeclared tier is refused everywhere, and the error lists the declared ones")
  func unknown() throws {
    let id = try fixture.ada().id
    let none = try fixture.ada("bob", tier: nil).id
    let refusal = SubscriptionError.unknownTier("gold", declared: [.basic, .pro, .enterprise])
    let subscriptions = fixture.subscriptions
    #expect(throws: refusal) { try fixture.ada("cleo", tier: "gold") }
    #expect(throws: refusal) { try subscriptions.open(for: none, tier: "gold") }
    #expect(throws: refusal) { try subscriptions.openIncomplete(for: none, tier: "gold") }
    #expect(throws: refusal) { try subscriptions.changeTier(of: id, to: "gold") }
    #expect(throws: refusal) {
      try subscriptions.changeTier(of: id, to: "gold", effect: .atPeriodEnd)
    }
    #expect(throws: refusal) { try subscriptions.convertTrial(of: id, to: "gold") }
    #expect(throws: refusal) { try store.tiers.retire("gold") }
    #expect(throws: refusal) { try store.tiers.next(above: "gold") }
    #expect(try store.tiers.find("gold") == nil)
    #expect(try store.tiers.versions(of: "gold") == [])
    let rows = [NewCustomer(fullName: "Dan", email: "dan@example.com", tier: "gold")]
    #expect(
      try store.customers.importAll(rows).rejections.map(\.reason) == [
        .refused(reason: refusal.description)
      ])
    for column in ["tier", "pending_tier_at = 0, pending_tier"] {
      #expect {
        try store.write { transaction in
          _ = try transaction.execute(sql: "UPDATE subscriptions SET \(column) = 'gold'")
        }
      } throws: { ($0 as? SQLiteError).map { .constraintForeignKey ~= $0.code } == true }
    }
    #expect(
      refusal.description
        == "there is no tier gold; declare it with tiers.declare(_:) first; declared tiers: basic, "
        + "pro, enterprise")
    #expect(try fixture.findings() == [])
  }

  @Test(
    "A provider event with an unknown tier fails, and is applied once the tier is declared")
  func providerEvent() throws {
    let id = try fixture.ada().id
    var event = ProviderEvent(
      id: "evt_1", kind: .activated, occurredAt: fixture.clock.now, customer: id)
    event.tier = "growth"
    #expect(
      try fixture.subscriptions.applyProviderEvent(event)
        == .failed(.unknownTier("growth", declared: [.basic, .pro, .enterprise])))
    #expect(try fixture.subscriptions.find(of: id)?.status == .trialing)
    try store.tiers.declare(growth)
    guard case .applied(let subscription) = try fixture.subscriptions.applyProviderEvent(event)
    else {
      Issue.record("not applied")
      return
    }
    #expect(subscription.tier == "growth" && subscription.status == .active)
    #expect(try credits(id).remaining == 5000)
    #expect(try fixture.findings() == [])
  }

  @Test(
    "A new version applies to new subscriptions immediately, and to others from their next period")
  func versions() throws {
    let ada = try fixture.ada().id
    try fixture.subscriptions.convertTrial(of: ada)
    try store.tiers.declare(
      NewTier(.basic, label: "Basic", rank: 1, terms: TierTerms(credits: 150, weight: 5)))
    #expect(try credits(ada).remaining == 100)
    #expect(try store.queues.weight(of: Account(ada)) == 1)
    let bob = try fixture.ada("bob").id
    #expect(try credits(bob).remaining == 150)
    #expect(try store.queues.weight(of: Account(bob)) == 5)
    // Other changes of the subscription do not change its version.
    try fixture.subscriptions.changeTier(of: ada, to: .basic, effect: .atPeriodEnd)
    try fixture.subscriptions.cancelAtPeriodEnd(of: ada)
    try fixture.subscriptions.reactivate(of: ada)
    #expect(try credits(ada).limit == 100)
    #expect(try fixture.findings() == [])
    fixture.clock.advance(by: .days(40))
    try fixture.subscriptions.resetDuePeriods()
    #expect(try credits(ada).remaining == 150)
    #expect(try store.queues.weight(of: Account(ada)) == 5)
    #expect(try store.tiers.find(of: ada)?.version == 2)
    #expect(try store.tiers.versions(of: .basic).map(\.isNewest) == [false, true])
    #expect(try fixture.findings() == [])
  }

  @Test("With rollout to new subscriptions, others keep their version until they change to it")
  func grandfathered() throws {
    let ada = try fixture.ada().id
    let bob = try fixture.ada("bob").id
    for id in [ada, bob] { try fixture.subscriptions.convertTrial(of: id) }
    func declare(_ credits: Int, _ rollout: TierRollout) throws {
      try store.tiers.declare(
        NewTier(.basic, label: "Basic", rank: 1, terms: TierTerms(credits: credits)),
        rollout: rollout)
    }
    func renew() throws {
      fixture.clock.advance(by: .days(31))
      try fixture.subscriptions.resetDuePeriods()
    }
    try declare(50, .newSubscriptions)
    try renew()
    #expect(try credits(ada).remaining == 100)
    #expect(try credits(fixture.ada("cleo").id).remaining == 50)
    try fixture.subscriptions.changeTier(of: bob, to: .basic)
    #expect(try credits(bob).remaining == 50)
    // The newest version for all is taken, not the later one for new subscriptions.
    try declare(120, .renewals)
    try declare(60, .newSubscriptions)
    try renew()
    #expect(try credits(ada).remaining == 120)
    #expect(try store.tiers.find(of: ada)?.version == 3)
    #expect(try fixture.findings() == [])
  }

  @Test("Repeating a declaration, or changing label and rank, creates no version")
  func repeated() throws {
    try store.tiers.declare(growth)
    let again = try store.tiers.declare(growth)
    #expect(again.version == 1)
    var renamed = growth
    renamed.label = "Growing"
    renamed.rank = 9
    let tier = try store.tiers.declare(renamed)
    #expect(tier.version == 1 && tier.label == "Growing" && tier.rank == 9)
    renamed.terms.features.insert("sso")
    #expect(try store.tiers.declare(renamed).version == 2)
  }

  @Test(
    "A retired tier is closed to new subscriptions; existing ones keep it, renew and may leave it")
  func retired() throws {
    let ada = try fixture.ada().id
    let bob = try fixture.ada("bob", tier: .pro).id
    try fixture.subscriptions.convertTrial(of: ada)
    try fixture.subscriptions.convertTrial(of: bob)
    try fixture.subscriptions.changeTier(of: bob, to: .basic, effect: .atPeriodEnd)
    try store.tiers.retire(.basic)
    try store.tiers.retire(.basic)
    let refusal = SubscriptionError.retiredTier(.basic, offered: [.pro, .enterprise])
    #expect(throws: refusal) { try fixture.ada("cleo") }
    #expect(throws: refusal) { try fixture.subscriptions.changeTier(of: bob, to: .basic) }
    #expect(
      refusal.description == "the tier basic is retired; offered tiers: pro, enterprise")
    #expect(try store.tiers.list().map(\.name) == [.pro, .enterprise])
    #expect(try store.tiers.list(includingRetired: true).count == 3)
    fixture.clock.advance(by: .days(31))
    try fixture.subscriptions.resetDuePeriods()
    #expect(try credits(ada).remaining == 100)
    #expect(try fixture.subscriptions.find(of: bob)?.tier == .basic)
    try fixture.subscriptions.changeTier(of: ada, to: .basic)
    try fixture.subscriptions.changeTier(of: ada, to: .pro)
    try store.tiers.install(.directoryBolt)
    try fixture.subscriptions.changeTier(of: ada, to: .basic)
    #expect(try fixture.findings() == [])
  }

  @Test("The next upgrade is the lowest offered rank above")
  func upgrades() throws {
    #expect(try store.tiers.next(above: .basic)?.name == .pro)
    try store.tiers.retire(.pro)
    #expect(try store.tiers.next(above: .basic)?.name == .enterprise)
    #expect(try store.tiers.next(above: .enterprise) == nil)
  }

  @Test(
    "An invalid declaration is refused with the problem",
    arguments: [
      (NewTier(" ", rank: 1, terms: TierTerms(credits: 1)), "a name must not be blank"),
      (NewTier("e\u{301}", rank: 1, terms: TierTerms(credits: 1)), "in Unicode composed form"),
      (NewTier("x", label: "", rank: 1, terms: TierTerms(credits: 1)), "a label must not be blank"),
      (NewTier("x", rank: 1, terms: TierTerms(credits: -1)), "the credits -1 are negative"),
      (NewTier("x", rank: 1, terms: TierTerms(credits: 1, weight: 0)), "the weight 0"),
      (
        NewTier("x", rank: 1, terms: TierTerms(credits: 1, limits: ["fixes": -2])),
        "the limit -2 of fixes is negative"
      ), (NewTier("x", rank: 1, terms: TierTerms(credits: 1, features: [""])), "a feature"),
    ])
  func wrong(_ tier: NewTier, _ problem: String) throws {
    #expect {
      try store.tiers.declare(tier)
    } throws: { error in
      guard case SubscriptionError.invalidTier(tier.name, let found) = error else { return false }
      return found.contains(problem) && "\(error)".hasPrefix("the tier \(tier.name) cannot be")
    }
  }

  @Test("A version never changes, and an undeclared version is reported")
  func appendOnly() throws {
    #expect(throws: SQLiteError.self) {
      try store.write { transaction in
        _ = try transaction.execute(sql: "UPDATE tier_versions SET credits = 1")
      }
    }
    try fixture.ada()
    try store.write { transaction in
      _ = try transaction.execute(sql: "UPDATE subscriptions SET tier_version = 7")
    }
    #expect(try fixture.findings().map(\.check).contains("subscriptions.tier_version"))
  }

  @Test("A tier inserted by raw SQL is known immediately, and unknown again after a rollback")
  func raw() throws {
    struct Undo: Error {}
    func insert(_ transaction: borrowing WriteTransaction) throws {
      _ = try transaction.execute(
        sql: "INSERT INTO tiers (name, label, rank, version) VALUES ('gold', 'Gold', 9, 1)")
      _ = try transaction.execute(
        sql: "INSERT INTO tier_versions (tier, version, credits) VALUES ('gold', 1, 7)")
    }
    let id = try fixture.ada().id
    #expect(throws: Undo.self) {
      try store.write { transaction in
        try insert(transaction)
        try transaction.subscriptions.changeTier(of: id, to: "gold")
        throw Undo()
      }
    }
    #expect(throws: SubscriptionError.self) {
      try fixture.subscriptions.changeTier(of: id, to: "gold")
    }
    try store.write { transaction in try insert(transaction) }
    try fixture.subscriptions.changeTier(of: id, to: "gold")
    #expect(try credits(id).limit == 7)
    #expect(try fixture.findings() == [])
  }
}
