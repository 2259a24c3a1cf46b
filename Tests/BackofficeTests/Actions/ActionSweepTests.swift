import Backoffice
import Synchronization
import Testing

@Suite("Actions: sweeps")
struct ActionSweepTests {
  struct No: Error, CustomStringConvertible { let description = "no" }

  private struct Titled: TableRow {
    static let tableName = PendingAction.tableName
    let title: String

    init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
      title = try column("title")
    }
  }

  /// An office whose rule refuses to change actions with the title `bad`.
  private func office() throws -> Office {
    try Office(triggers: [
      .after("program.bad", .update(of: "status", "escalated_at"), on: Titled.self) { change, _ in
        if change.new?.title == "bad" { throw No() }
      }
    ])
  }

  private func action(
    _ office: Office, _ title: String, _ kind: ActionKind = .captchaSolving
  ) throws -> PendingAction {
    defer { office.clock.advance(by: .milliseconds(1)) }
    return try office.store.actions.create(NewAction(kind, title: title, priority: 3))
  }

  @Test("13.3 13.4 actions whose assignment is refused are reported, and stop none behind them")
  func refused() throws {
    let office = try office()
    let ann = try office.assistant("ann")
    let bad = try (0..<5).map { _ in try action(office, "bad") }
    let good = try action(office, "good")
    let decisions = try office.store.actions.assignPending(limit: 1)
    #expect(decisions.map(\.actionID) == bad.map(\.id) + [good.id])
    #expect(decisions.map(\.chosen) == bad.map { _ in nil } + [ann.id])
    #expect(decisions.map(\.reason) == bad.map { _ in "no" } + [nil])
    #expect(try office.findings() == [])
  }

  @Test("13.4 actions without an eligible assistant do not block the assignment or offer of others")
  func starving() throws {
    let office = try Office()
    try office.assistant("ann", skills: [.phoneCall])
    for _ in 0..<5 { _ = try action(office, "none") }
    let actions = office.store.actions
    let first = try action(office, "call", .phoneCall)
    let second = try action(office, "call", .phoneCall)
    #expect(try actions.assignPending(limit: 1).last?.actionID == first.id)
    #expect(try actions.offerPending(limit: 1).map(\.actionID) == [second.id])
  }

  @Test("13.4 nothing is looked through for assistants without room")
  func full() throws {
    let office = try Office()
    try office.assistant("ann", capacity: 1)
    for _ in 0..<20 { _ = try action(office, "a") }
    #expect(try office.store.actions.assignPending(limit: 2).count == 2)
    #expect(try office.store.actions.assignPending(limit: 2).count == 2)
  }

  @Test("13.3 13.4 an overdue action that is refused stops no other one")
  func overdue() throws {
    let office = try office()
    for _ in 0..<5 { _ = try action(office, "bad") }
    let good = try (0..<3).map { _ in try action(office, "good").id }
    office.clock.advance(by: .days(30))
    let actions = office.store.actions
    #expect(try actions.escalateOverdue(limit: 2).map(\.id) == Array(good.prefix(2)))
    #expect(try actions.escalateOverdue(limit: 2).map(\.id) == Array(good.suffix(1)))
    #expect(try actions.escalateOverdue(limit: 2) == [])
  }

  @Test("13.3 13.4 an offer that a rule does not let end stops no other one")
  func offers() throws {
    struct Offer: TableRow {
      static let tableName = "action_offers"
      let action: ID<PendingAction>

      init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
        action = try column("action_id")
      }
    }
    let bad = Mutex<Set<ID<PendingAction>>>([])
    let office = try Office(triggers: [
      .after("program.offers", .update, on: Offer.self) { change, _ in
        if let new = change.new, bad.withLock({ $0.contains(new.action) }) { throw No() }
      }
    ])
    try office.assistant("ann")
    let actions = office.store.actions
    let all = try (0..<6).map { _ in try action(office, "a").id }
    let offers = try actions.offerPending(for: .minutes(1))
    #expect(offers.count == 6)
    bad.withLock { $0 = Set(all.prefix(5)) }
    office.clock.advance(by: .minutes(2))
    let sweep = try actions.expireOffers(limit: 2)
    #expect(sweep.expired.map(\.actionID) == [all[5]])
    #expect(sweep.refused.count == 5 && Set(sweep.refused.values) == ["no"])
    try office.store.upkeep.run(.named(["office.action_offers"]))
    let state = try office.store.upkeep.list().first { $0.name == "office.action_offers" }
    #expect(state?.lastError == "no")
  }

  @Test("13.7 an offer keeps its length when the clock is set back")
  func clockBack() throws {
    let office = try Office()
    let ann = try office.assistant("ann")
    let offer = try office.store.actions.offer(try office.action().id, to: ann.id, for: .minutes(2))
    office.clock.set(to: office.clock.now - .hours(1))
    #expect(try office.store.actions.expireOffers().expired == [])
    office.clock.advance(by: .minutes(2))
    #expect(try office.store.actions.expireOffers().expired.map(\.id) == [offer.id])
  }

  @Test("13.6 skills and kinds are the same in every form of Unicode")
  func names() throws {
    let office = try Office()
    let (composed, decomposed) = ("caf\u{e9}", "cafe\u{301}")
    let actions = office.store.actions
    try actions.declare(ActionKindDefinition(ActionKind(composed)))
    let ann = try office.assistant("ann", skills: [ActionKind(decomposed)])
    let action = try actions.create(NewAction(ActionKind(decomposed), title: "t"))
    #expect(action.kind == ActionKind(composed))
    #expect(try actions.eligibleAssistants(for: action.id) == [ann.id])
    try office.store.assistants.addSkills([Skill(decomposed + " 2")], to: ann.id)
    try office.store.assistants.addSkills([Skill(composed + " 2")], to: ann.id)
    #expect(try office.store.assistants.allSkills(of: ann.id).count == 2)
    try office.store.assistants.removeSkills([Skill(composed + " 2")], from: ann.id)
    try office.store.assistants.removeSkills([Skill(decomposed)], from: ann.id)
    #expect(try office.store.assistants.allSkills(of: ann.id) == [])
    try office.assistant(composed)
    #expect(throws: AssistantError.handleTaken(handle: composed)) {
      try office.assistant(decomposed)
    }
  }
}
