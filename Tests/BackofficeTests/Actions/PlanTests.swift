import Backoffice
import Testing

@Suite("Plans")
struct PlanTests {
  let office: Office
  let author: BackofficeStore
  let boss: BackofficeStore

  init() throws {
    office = try Office()
    author = office.store.acting(as: Principal(kind: .api, id: "planner"))
    boss = office.store.acting(as: Principal(kind: .staff, id: "boss"))
  }

  func plan(_ count: Int = 5, expiresAt: Timestamp? = nil) throws -> Plan {
    try author.plans.create(
      NewPlan(
        title: "Better titles", items: (0..<count).map { NewPlan.Item(title: "Page \($0)") },
        customerID: office.customer, expiresAt: expiresAt))
  }

  func now(_ id: ID<Plan>) throws -> Plan { try #require(try office.store.plans.find(id)) }

  @Test("A plan is read back as created, with its items in order")
  func roundTrip() throws {
    let made = try plan(3)
    #expect(try now(made.id) == made)
    #expect(made.author == Principal(kind: .api, id: "planner"))
    let items = try office.store.plans.items(of: made.id)
    #expect(items.map(\.position) == [0, 1, 2])
    #expect(items.map(\.status) == [.pending, .pending, .pending])
    #expect(try office.store.plans.list(.pending).elements == [made])
    #expect(try office.store.plans.list(.pending, for: office.customer).elements == [made])
    #expect(try office.findings() == [])
  }

  @Test("P16: approving three of five items is one commit that records principal, time and reasons")
  func partial() throws {
    let made = try plan()
    let items = try office.store.plans.items(of: made.id).map(\.id)
    office.clock.advance(by: .hours(1))
    let decided = try boss.plans.decide(
      made.id,
      [
        items[0]: .approve, items[1]: .reject(reason: "too long"), items[2]: .approve,
        items[3]: .reject(reason: "wrong page"), items[4]: .approve,
      ], reason: "mostly good")
    #expect(decided.status == .approved)
    #expect(decided.approver == Principal(kind: .staff, id: "boss"))
    #expect(decided.approvedAt == Office.monday + .hours(1))
    #expect(decided.approvalReason == "mostly good")
    let after = try office.store.plans.items(of: made.id)
    #expect(after.map(\.status) == [.approved, .rejected, .approved, .rejected, .approved])
    #expect(after.map(\.rejectionReason) == [nil, "too long", nil, "wrong page", nil])
    #expect(after.allSatisfy { $0.decidedBy == decided.approver })
    #expect(after.allSatisfy { $0.decidedAt == decided.approvedAt })
    #expect(
      try office.store.plans.beginExecution(made.id).map(\.id) == [items[0], items[2], items[4]])
    try office.store.plans.markApplied(items[0])
    try office.store.plans.markApplied(items[2])
    #expect(try now(made.id).status == .executing)
    try office.store.plans.markApplied(items[4])
    #expect(try now(made.id).status == .completed)
    #expect(
      try office.history(ID(retyping: made.id)) == [
        "pending", "pending>approved", "approved>executing", "executing>completed",
      ])
    #expect(try office.findings() == [])
  }

  @Test("P17: a second decision is refused with the principal of the first")
  func second() throws {
    let made = try plan()
    try boss.plans.reject(made.id, reason: "not now")
    let first = try now(made.id)
    #expect(first.rejectionReason == "not now")
    let other = office.store.acting(as: Principal(kind: .staff, id: "deputy"))
    let error = PlanError.alreadyDecided(
      made.id, status: .rejected, by: Principal(kind: .staff, id: "boss"))
    #expect(throws: error) { try other.plans.approve(made.id) }
    #expect(throws: error) { try other.plans.reject(made.id, reason: "no") }
    #expect(try now(made.id) == first)
    #expect(error.description.contains("staff:boss"))
  }

  @Test("The author of a plan may not decide on it, by a method or by SQL")
  func authorMayNot() throws {
    let made = try plan()
    let error = PlanError.authorMayNotDecide(
      made.id, author: Principal(kind: .api, id: "planner"))
    #expect(throws: error) { try author.plans.approve(made.id) }
    #expect(throws: error) {
      try office.store.write { transaction in
        _ = try transaction.execute(
          sql: "UPDATE plans SET status = 'approved', approver = author, approved_at = 5")
      }
    }
    #expect(throws: PlanError.approverMissing(made.id)) {
      try office.store.write { transaction in
        _ = try transaction.execute(
          sql: "UPDATE plans SET status = 'approved', approved_at = 5")
      }
    }
    #expect(try now(made.id) == made)
  }

  @Test("An expired plan can be rejected but not approved, and a sweep rejects the others")
  func expiry() throws {
    let made = try plan(expiresAt: Office.monday + .hours(1))
    let swept = try plan(expiresAt: Office.monday + .hours(1))
    let lasting = try plan()
    office.clock.advance(by: .hours(1))
    #expect(throws: PlanError.expired(made.id, at: Office.monday + .hours(1))) {
      try boss.plans.approve(made.id)
    }
    try boss.plans.reject(made.id, reason: "too late")
    #expect(try office.store.plans.rejectExpired() == [swept.id])
    #expect(try now(swept.id).rejectionReason == "expired")
    #expect(try now(lasting.id).status == .pending)
    #expect(throws: PlanError.self) { try plan(expiresAt: Office.monday) }
    #expect(try office.findings() == [])
  }

  @Test("A decision covers exactly the plan's items, and a rejection has a reason")
  func incomplete() throws {
    let made = try plan(2)
    let items = try office.store.plans.items(of: made.id).map(\.id)
    let stranger = ID<PlanItem>(high: 1, low: 1)
    #expect(throws: PlanError.undecidedItems(made.id, items: [items[1]])) {
      try boss.plans.decide(made.id, [items[0]: .approve])
    }
    #expect(throws: PlanError.unknownItem(stranger)) {
      try boss.plans.decide(
        made.id, [items[0]: .approve, items[1]: .approve, stranger: .approve])
    }
    #expect(throws: PlanError.reasonMissing(made.id)) {
      try boss.plans.decide(made.id, [items[0]: .approve, items[1]: .reject(reason: " ")])
    }
    #expect(throws: PlanError.reasonMissing(made.id)) {
      try boss.plans.reject(made.id, reason: "")
    }
    #expect(try now(made.id) == made)
    let rejected = try boss.plans.decide(
      made.id, [items[0]: .reject(reason: "a"), items[1]: .reject(reason: "b")])
    #expect(rejected.status == .rejected)
    #expect(rejected.rejectionReason == "a")
    #expect(throws: PlanError.illegalMove(made.id, from: .rejected, to: .executing)) {
      try office.store.plans.beginExecution(made.id)
    }
    #expect(throws: PlanError.self) { try plan(0) }
    #expect(try office.findings() == [])
  }

  @Test("One failed item makes the plan fail once all items have finished")
  func failing() throws {
    let made = try plan(2)
    let items = try office.store.plans.items(of: made.id).map(\.id)
    try boss.plans.approve(made.id, reason: "go")
    #expect(throws: PlanError.self) { try office.store.plans.markApplied(items[0]) }
    try office.store.plans.beginExecution(made.id)
    try office.store.plans.markFailed(items[0], error: "page is gone")
    #expect(try now(made.id).status == .executing)
    #expect(throws: PlanError.illegalItemMove(items[0], from: .failed, to: .applied)) {
      try office.store.plans.markApplied(items[0])
    }
    try office.store.plans.markApplied(items[1])
    let ended = try now(made.id)
    #expect(ended.status == .failed)
    #expect(ended.failureReason == "page is gone")
    #expect(try office.findings() == [])
  }
}
