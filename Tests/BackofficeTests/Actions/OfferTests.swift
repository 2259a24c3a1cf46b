import Backoffice
import BackofficeTestSupport
import Testing

@Suite("Actions: offers")
struct OfferTests {
  let office: Office
  let actions: Actions
  let ann: Assistant
  let ben: Assistant

  init() throws {
    office = try Office()
    actions = office.store.actions
    ann = try office.assistant("ann")
    ben = try office.assistant("ben")
  }

  func open(_ id: ID<PendingAction>) throws -> ActionOffer? {
    try actions.offers(for: id).first { $0.status == .open }
  }

  @Test(
    "P09: an offer that expires goes to the next assistant and counts against the first")
  func expires() throws {
    let action = try office.action()
    let first = try #require(try actions.offerAutomatically(action.id, for: .minutes(5)))
    #expect(first.assistantID == ann.id)
    #expect(first.round == 1)
    #expect(first.expiresAt == Office.monday + .minutes(5))
    #expect(try actions.nextOfferExpiresAt() == first.expiresAt)
    #expect(try office.now(action.id) == action)
    office.clock.advance(by: .minutes(5) - .microseconds(1))
    #expect(try actions.expireOffers().expired.isEmpty)
    office.clock.advance(by: .microseconds(1))

    let sweep = try actions.expireOffers()
    #expect(sweep.expired.map(\.id) == [first.id])
    #expect(sweep.expired.first?.status == .expired)
    #expect(sweep.expired.first?.reason == "not taken in time")
    let next = try #require(sweep.next.first)
    #expect(next.assistantID == ben.id)
    #expect(next.round == 1)
    #expect(next.expiresAt == Office.monday + .minutes(10))
    #expect(try office.now(ann.id).statistics.expiredOfferCount == 1)
    #expect(try office.now(ann.id).statistics.offeredCount == 0)
    #expect(try office.now(ben.id).statistics.expiredOfferCount == 0)
    #expect(try office.now(ben.id).statistics.offeredWeight == 10)
    #expect(try actions.expireOffers().expired.isEmpty)

    let hers = office.store.acting(as: ben.principal).actions
    let taken = try hers.accept(next.id)
    #expect(taken.status == .assigned)
    #expect(taken.assistantID == ben.id)
    #expect(try hers.accept(next.id) == taken)
    #expect(try office.now(ben.id).offerAcceptanceRate.percent == 100)
    #expect(try actions.offers(for: action.id).map(\.status) == [.accepted, .expired])
    #expect(try actions.decisions(for: action.id).map(\.chosen) == [ben.id])
    #expect(try office.findings() == [])
    #expect(try office.store.rebuild().isEmpty)
  }

  @Test("P09: no assistant is asked twice in a round, and the number of rounds is limited")
  func rounds() throws {
    let action = try office.action()
    try actions.offerAutomatically(action.id)
    for _ in 0..<8 {
      office.clock.advance(by: Actions.standardOfferTime)
      _ = try actions.expireOffers()
    }
    let asked = try actions.offers(for: action.id).reversed()
    // Each round asks both; the next begins with another assistant than the last.
    #expect(
      asked.map(\.assistantID) == [ann.id, ben.id, ann.id, ben.id, ann.id, ben.id])
    #expect(asked.map(\.round) == [1, 1, 2, 2, 3, 3])
    #expect(try office.now(action.id).status == .pending)
    #expect(try office.now(ann.id).statistics.expiredOfferCount == 3)
    let decision = try #require(try actions.decisions(for: action.id).first)
    #expect(decision.chosen == nil)
    #expect(decision.candidates.map(\.exclusions) == [[.askedBefore], [.askedBefore]])
    // It can still be claimed or assigned, which restarts the rounds.
    try actions.claim(action.id, by: ann.id)
    try actions.release(action.id)
    #expect(try actions.offerAutomatically(action.id)?.round == 1)
    #expect(try office.findings() == [])
  }

  @Test("P09: if only one assistant is eligible, the next round asks them again")
  func alone() throws {
    try office.store.assistants.setActive(false, for: ben.id)
    let action = try office.action()
    try actions.offerAutomatically(action.id)
    office.clock.advance(by: Actions.standardOfferTime)
    let next = try #require(try actions.expireOffers().next.first)
    #expect(next.assistantID == ann.id)
    #expect(next.round == 2)
    #expect(try actions.decline(next.id)?.round == 3)
    #expect(try office.now(ann.id).statistics.declinedOfferCount == 1)
    #expect(try office.now(ann.id).statistics.expiredOfferCount == 1)
    #expect(try office.findings() == [])
  }

  @Test("P09: accepting an expired offer is refused and changes nothing, even before a sweep")
  func lateAcceptance() throws {
    let action = try office.action()
    let offer = try actions.offer(action.id, to: ann.id, for: .seconds(30))
    let hers = office.store.acting(as: ann.principal).actions
    office.clock.advance(by: .seconds(30))
    #expect(throws: ActionError.offerEnded(offer.id, status: .expired)) {
      try hers.accept(offer.id)
    }
    #expect(throws: ActionError.offerEnded(offer.id, status: .expired)) {
      try hers.decline(offer.id)
    }
    #expect(try actions.findOffer(offer.id)?.status == .open)
    let next = try #require(try actions.expireOffers().next.first)
    #expect(next.assistantID == ben.id)
    #expect(throws: ActionError.offerEnded(offer.id, status: .expired)) {
      try hers.accept(offer.id)
    }
    #expect(
      throws: ActionError.notPermitted(
        action.id, principal: ann.principal, operation: "accept the offer of")
    ) { try hers.accept(next.id) }
    #expect(throws: ActionError.alreadyOffered(action.id, to: ben.id, until: next.expiresAt)) {
      try hers.claim(action.id, by: ann.id)
    }
    #expect(throws: ActionError.alreadyOffered(action.id, to: ben.id, until: next.expiresAt)) {
      try actions.assignAutomatically(action.id)
    }
    #expect(try office.now(action.id) == action)
    #expect(try office.findings() == [])
  }

  @Test("P09: a declined offer goes to the next assistant in the same commit, with the reason")
  func declines() throws {
    let action = try office.action()
    let offer = try #require(try actions.offerAutomatically(action.id, for: .hours(1)))
    let next = try office.store.acting(as: ann.principal).actions.decline(
      offer.id, reason: "at lunch")
    #expect(next?.assistantID == ben.id)
    #expect(try actions.findOffer(offer.id)?.reason == "at lunch")
    #expect(try actions.offers(.open, to: ben.id).elements.map(\.id) == [next?.id])
    #expect(try actions.offers(.declined, to: ann.id).elements.map(\.id) == [offer.id])
    #expect(try office.now(ann.id).statistics.declinedOfferCount == 1)
    #expect(try office.now(ann.id).offerAcceptanceRate.percent == 0)
    #expect(try office.findings() == [])
  }

  @Test(
    "P15: an action that ends or is reassigned withdraws its offer, which does not count against the assistant"
  )
  func withdrawn() throws {
    let ends: [(ID<PendingAction>) throws -> Void] = [
      { try actions.cancel($0) }, { try actions.block($0, reason: "waits") },
      { try actions.assign($0, to: ben.id) }, { try actions.assign($0, to: ann.id) },
      { try actions.exclude(ann.id, from: $0) },
      { try actions.withdraw(try #require(try open($0)).id) },
      { id in
        _ = try office.store.write { transaction in
          try transaction.execute(
            sql: """
              UPDATE pending_actions SET status = 'cancelled', finished_at = ? WHERE id = ?
              """, transaction.now, id)
        }
      },
    ]
    for end in ends {
      let action = try office.action()
      let offer = try actions.offer(action.id, to: ann.id)
      try end(action.id)
      #expect(try actions.findOffer(offer.id)?.status == .withdrawn)
      #expect(throws: ActionError.offerEnded(offer.id, status: .withdrawn)) {
        try actions.accept(offer.id)
      }
    }
    let statistics = try office.now(ann.id).statistics
    #expect(statistics.offeredCount == 0)
    #expect(statistics.offeredWeight == 0)
    #expect(statistics.declinedOfferCount + statistics.expiredOfferCount == 0)
    #expect(try office.findings() == [])
  }

  @Test("P09: pending actions are offered by urgency, each once, and assigning skips them")
  func bulk() throws {
    let low = try office.action(priority: 5)
    let urgent = try office.action(priority: 1)
    let offers = try actions.offerPending(for: .minutes(1))
    #expect(offers.map(\.actionID) == [urgent.id, low.id])
    #expect(offers.map(\.assistantID) == [ann.id, ben.id])
    #expect(try actions.offerPending().isEmpty)
    #expect(try actions.assignPending().isEmpty)
    #expect(try actions.offerAutomatically(low.id) == offers[1])
    #expect(try actions.offer(low.id, to: ben.id) == offers[1])
    // Claiming accepts the claimant's offer; an expired offer does not prevent a claim.
    #expect(try actions.claim(low.id, by: ben.id).assistantID == ben.id)
    #expect(try actions.findOffer(offers[1].id)?.status == .accepted)
    office.clock.advance(by: .minutes(1))
    #expect(try actions.claim(urgent.id, by: ben.id).assistantID == ben.id)
    #expect(try actions.findOffer(offers[0].id)?.status == .expired)
    #expect(try office.now(ann.id).statistics.expiredOfferCount == 1)
    #expect(try office.findings() == [])
  }

  @Test("P09: sweeps are bounded and start with the offers that expired first")
  func boundedSweeps() throws {
    for index in 0..<5 {
      _ = try actions.offer(
        try office.action().id, to: ann.id, for: .seconds(50 - index))
    }
    office.clock.advance(by: .minutes(1))
    #expect(
      try actions.expireOffers(limit: 2).expired.map(\.expiresAt) == [
        Office.monday + .seconds(46), Office.monday + .seconds(47),
      ])
    #expect(try actions.expireOffers(limit: 100).expired.count == 3)
    #expect(try office.findings() == [])
  }

  @Test(
    "P09: offers are refused for a finished action, an invalid time and an ineligible assistant")
  func refusals() throws {
    let action = try office.action(assistant: ann.id)
    #expect(throws: ActionError.illegalMove(action.id, from: .assigned, to: .assigned)) {
      try actions.offer(action.id, to: ben.id)
    }
    let pending = try office.action()
    for time in [Duration.zero, .seconds(-1), .hours(24 * 400)] {
      #expect(throws: ActionError.self) { try actions.offer(pending.id, to: ben.id, for: time) }
      #expect(throws: ActionError.self) { try actions.offerPending(for: time) }
    }
    let caller = try office.assistant("caller", skills: [.phoneCall])
    #expect(
      throws: ActionError.notEligible(pending.id, assistant: caller.id, reasons: [.lacksSkill])
    ) { try actions.offer(pending.id, to: caller.id) }
    #expect(throws: ActionError.self) {
      try office.store.acting(as: ann.principal).actions.offer(pending.id, to: ann.id)
    }
    let unknown = ID<ActionOffer>(high: 1, low: 1)
    #expect(throws: ActionError.unknownOffer(unknown)) { try actions.accept(unknown) }
    #expect(throws: ActionError.unknownOffer(unknown)) { try actions.withdraw(unknown) }
    let offer = try actions.offer(pending.id, to: ann.id)
    #expect(throws: ActionError.self) {
      try office.store.acting(as: ann.principal).actions.withdraw(offer.id)
    }
    // Raw SQL can neither offer an assigned action nor reopen an ended offer.
    try actions.withdraw(offer.id)
    #expect(throws: ActionError.offerEnded(offer.id, status: .withdrawn)) {
      try office.store.write { transaction in
        _ = try transaction.execute(
          sql: "UPDATE action_offers SET status = 'open', ended_at = NULL WHERE id = ?", offer.id)
      }
    }
    #expect(throws: ActionError.self) {
      try office.store.write { transaction in
        _ = try transaction.execute(
          sql: """
            INSERT INTO action_offers (id, action_id, assistant_id, weight, offered_at, expires_at)
            VALUES (randomblob(16), ?, ?, 10, 0, 1)
            """, action.id, ben.id)
      }
    }
    #expect(try actions.offers(for: pending.id).count == 1)
    #expect(try office.findings() == [])
  }

  @Test("P09: several processes that sweep end each offer once")
  func processes() async throws {
    try await TemporaryStore.withAsync { path in
      let clock = ManualClock(Office.monday)
      var configuration = BackofficeStore.Configuration()
      configuration.database.clock = clock.clock
      let stores = try (0..<3).map { _ in
        try BackofficeStore(.file(path), configuration: configuration)
      }
      let store = stores[0]
      for handle in ["al", "bo"] {
        try store.assistants.create(
          NewAssistant(
            handle: handle, name: handle, email: "\(handle)@example.com",
            skills: [.captchaSolving], workingHours: .always, maxConcurrentTasks: 100))
      }
      let customer = try Office.customer("ada", in: store)
      for _ in 0..<20 {
        _ = try store.actions.create(
          NewAction(.captchaSolving, title: "Solve it", customerID: customer))
      }
      #expect(try store.actions.offerPending().count == 20)
      clock.advance(by: Actions.standardOfferTime)
      let ended = try await withThrowingTaskGroup(of: Int.self) { group in
        for store in stores {
          group.addTask {
            try (0..<6).reduce(0) { total, _ in
              total + (try store.actions.expireOffers(limit: 3).expired.count)
            }
          }
        }
        return try await group.reduce(0, +)
      }
      #expect(ended == 20)
      let counts = try store.assistants.list().elements.map(\.statistics)
      #expect(counts.map(\.expiredOfferCount).reduce(0, +) == 20)
      #expect(counts.map(\.offeredCount).reduce(0, +) == 20)
      #expect(try store.check() == [])
      for store in stores { store.close() }
    }
  }
}
