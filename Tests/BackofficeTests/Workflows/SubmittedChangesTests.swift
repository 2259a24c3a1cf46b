import Backoffice
import Testing

@Suite("Changes: modes, decisions, rolling back")
struct SubmittedChangesTests {
  let office: Office
  let author: BackofficeStore
  let boss: BackofficeStore

  init() throws {
    office = try Office()
    author = office.store.acting(as: Principal(kind: .api, id: "planner"))
    boss = office.store.acting(as: Principal(kind: .staff, id: "boss"))
  }

  private static func title(_ text: String) -> JSONText {
    (try? JSONText(#"{"title":"\#(text)"}"#)) ?? .emptyObject
  }

  private func changes(_ count: Int = 2, for customer: ID<Customer>?) -> NewPlan {
    NewPlan(
      title: "Better titles",
      items: (0..<count).map { number in
        NewPlan.Item(title: "Page \(number)", inverse: Self.title("old \(number)"))
      }, customerID: customer)
  }

  private func customer(in mode: Customer.ExecutionMode) throws -> ID<Customer> {
    let number = try office.store.customers.list().elements.count
    var new = NewCustomer(fullName: "Mode \(mode.rawValue)", email: "c\(number)@example.com")
    new.executionMode = mode
    return try office.store.customers.create(new).id
  }

  private func submit(
    in mode: Customer.ExecutionMode, _ count: Int = 2
  ) throws -> SubmittedChanges {
    try author.workflows.submit(changes(count, for: customer(in: mode))) {
      NewQueueItem(kind: "apply", payload: $0.change)
    }
  }

  private func finishWork(_ ids: [ID<QueueItem>]) throws {
    for claimed in try office.store.queue.claim(100, worker: "w")
    where ids.contains(claimed.item.id) {
      try office.store.queue.complete(claimed.lease)
    }
  }

  /// An applied change.
  private func applied() throws -> PlanItem {
    let submitted = try submit(in: .automatic, 1)
    try finishWork(submitted.work)
    return try #require(try office.store.plans.items(of: submitted.plans[0].id).first)
  }

  @Test("The mode automatic carries the changes out at once, approved by no person")
  func automatic() throws {
    let submitted = try submit(in: .automatic)
    #expect(submitted.mode == .automatic && submitted.work.count == 2)
    #expect(submitted.plans.map(\.status) == [.executing])
    #expect(submitted.plans[0].approver == Workflows.automaticApprover)
    try finishWork(submitted.work)
    #expect(try office.store.plans.find(submitted.plans[0].id)?.status == .completed)
    #expect(try office.findings() == [])
  }

  @Test("The mode plan waits for one decision, approve for one decision on each change")
  func decisions() throws {
    let plan = try submit(in: .plan, 3)
    #expect(plan.plans.map(\.status) == [.pending] && plan.work.isEmpty)
    #expect(try office.store.plans.items(of: plan.plans[0].id).count == 3)
    let single = try submit(in: .approve, 3)
    #expect(single.plans.map(\.title) == ["Page 0", "Page 1", "Page 2"])
    #expect(single.plans.allSatisfy { $0.status == .pending } && single.work.isEmpty)
    try boss.plans.approve(single.plans[1].id)
    let statuses = try single.plans.map { try office.store.plans.find($0.id)?.status }
    #expect(statuses == [.pending, .approved, .pending])
    #expect(try office.findings() == [])
  }

  @Test("Without a customer the mode is plan; an unknown mode and a failing program change nothing")
  func otherModes() throws {
    let none = try author.workflows.submit(changes(for: nil)) { _ in NewQueueItem(kind: "apply") }
    #expect(none.mode == .plan)
    let odd = try customer(in: Customer.ExecutionMode("sometimes"))
    let unknown = WorkflowError.unknownMode(
      Customer.ExecutionMode("sometimes"), known: Workflows.modes)
    #expect(throws: unknown) {
      try author.workflows.submit(changes(for: odd)) { _ in NewQueueItem(kind: "apply") }
    }
    #expect(unknown.description.contains("automatic, plan, approve"))
    struct Broken: Error {}
    #expect(throws: Broken.self) {
      try author.workflows.submit(changes(for: odd), mode: .automatic) { _ in throw Broken() }
    }
    #expect(try office.store.plans.list(.pending).elements.map(\.id) == none.plans.map(\.id))
  }

  @Test(
    "Only those who may decide about the customer decide, by a method or by SQL",
    arguments: [
      (Principal.Kind.staff, true), (.system, true), (.api, true), (.assistant, false),
      (.worker, false), (.importer, false), (.customer, false),
    ])
  func deciders(kind: Principal.Kind, may: Bool) throws {
    let plan = try submit(in: .plan).plans[0]
    let principal = Principal(kind: kind, id: "other")
    let store = office.store.acting(as: principal)
    let refusal = PlanError.mayNotDecide(plan.id, principal: principal)
    if may {
      #expect(try store.plans.approve(plan.id).status == .approved)
    } else {
      #expect(throws: refusal) { try store.plans.approve(plan.id) }
      #expect(throws: refusal) { try store.plans.reject(plan.id, reason: "no") }
      #expect(throws: refusal) {
        try office.store.write { transaction in
          try transaction.execute(
            sql: "UPDATE plans SET status = 'approved', approved_at = 5, approver = ?",
            principal.description)
        }
      }
      #expect(refusal.description.contains("\(kind.rawValue):other may not decide"))
    }
  }

  @Test("A customer decides on its own changes")
  func ownCustomer() throws {
    let plan = try submit(in: .plan).plans[0]
    let id = try #require(plan.customerID)
    let store = office.store.acting(as: Principal(kind: .customer, id: id.description))
    #expect(try store.plans.approve(plan.id).approver?.kind == .customer)
  }

  @Test("An applied change can be rolled back for 90 days from its application, to the microsecond")
  func deadline() throws {
    let items = try (0..<3).map { _ in try applied() }
    let deadline = try #require(items[0].rollbackDeadlineAt)
    #expect(deadline == items[0].finishedAt.map { $0 + .days(90) })
    office.clock.set(to: deadline)
    let undone = try boss.plans.rollBack(items[0].id, reason: "worse")
    #expect(undone.status == .rolledBack && undone.rolledBackAt == deadline)
    #expect(undone.rolledBackBy == Principal(kind: .staff, id: "boss"))
    #expect(undone.inverse == Self.title("old 0"))
    // A rollback that began in time and failed keeps the deadline.
    try boss.plans.beginRollback(items[1].id)
    office.clock.advance(by: .microseconds(1))
    let failed = try boss.plans.markRollbackFailed(items[1].id, error: "site is down")
    #expect(failed.status == .applied && failed.errorMessage == "site is down")
    for id in [items[1].id, items[2].id] {
      #expect(throws: PlanError.rollbackExpired(id, at: deadline)) { try boss.plans.rollBack(id) }
    }
    #expect(try office.findings() == [])
  }

  @Test("Expired inverses are cleared by upkeep, and the records stay")
  func clearing() throws {
    let item = try applied()
    let kept = try applied()
    try boss.plans.rollBack(kept.id)
    office.clock.set(to: try #require(item.rollbackDeadlineAt))
    #expect(try office.store.plans.clearExpiredInverses() == 0)
    office.clock.advance(by: .seconds(1))
    _ = try office.store.upkeep.run(.named(["office.plan_inverses"]))
    let items = try office.store.plans.items(of: item.planID)
    #expect(items.map(\.inverse) == [nil] && items.map(\.status) == [.applied])
    #expect(items.first?.title == "Page 0")
    #expect(try office.findings() == [])
  }

  @Test("The work of a rollback ends it; a failed one leaves the change applied, to be tried again")
  func work() throws {
    let item = try applied()
    for isDone in [false, true] {
      let work = try boss.workflows.rollBack(item.id, reason: "worse") { item in
        NewQueueItem(kind: "undo", payload: item.inverse ?? .emptyObject)
      }
      #expect(try office.store.queue.find(work)?.payload == Self.title("old 0"))
      #expect(throws: PlanError.illegalItemMove(item.id, from: .rollingBack, to: .rollingBack)) {
        try boss.plans.beginRollback(item.id)
      }
      if isDone { try finishWork([work]) } else { try boss.queue.cancel(work, reason: "not today") }
      let now = try #require(try office.store.plans.items(of: item.planID).first)
      #expect(now.status == (isDone ? .rolledBack : .applied))
      #expect(now.errorMessage == (isDone ? nil : "not today"))
      #expect(now.rollbackDeadlineAt == item.rollbackDeadlineAt)
    }
    #expect(try office.store.plans.find(item.planID)?.status == .completed)
    #expect(try office.findings() == [])
  }

  @Test("A change without an inverse, one that was not applied, and one undone already are refused")
  func refusals() throws {
    let bare = try author.workflows.submit(
      NewPlan(
        title: "t", items: [NewPlan.Item(title: "a"), NewPlan.Item(title: "b")],
        customerID: customer(in: .automatic))
    ) { _ in NewQueueItem(kind: "apply") }
    let items = try office.store.plans.items(of: bare.plans[0].id)
    #expect(throws: PlanError.illegalItemMove(items[0].id, from: .approved, to: .rollingBack)) {
      try boss.plans.rollBack(items[0].id)
    }
    // A worker finds out what was there before, while it works.
    try office.store.plans.setInverse(Self.title("found"), of: items[1].id)
    try finishWork(bare.work)
    #expect(throws: PlanError.noInverse(items[0].id)) { try boss.plans.rollBack(items[0].id) }
    #expect(throws: PlanError.illegalItemMove(items[0].id, from: .applied, to: .applied)) {
      try office.store.plans.setInverse(.emptyObject, of: items[0].id)
    }
    #expect(try boss.plans.rollBack(items[1].id).inverse == Self.title("found"))
    #expect(throws: PlanError.illegalItemMove(items[1].id, from: .rolledBack, to: .rollingBack)) {
      try boss.plans.rollBack(items[1].id)
    }
    let worker = office.store.acting(as: Principal(kind: .worker, id: "w"))
    let other = try applied()
    #expect(throws: PlanError.self) { try worker.plans.rollBack(other.id) }
    #expect(try office.findings() == [])
  }

  @Test("A purge erases the changes for a customer with their inverses, and the records stay")
  func purge() throws {
    let item = try applied()
    let customer = try #require(try office.store.plans.find(item.planID)?.customerID)
    _ = try boss.workflows.purgeCustomer(customer)
    let kept = try #require(try office.store.plans.items(of: item.planID).first)
    #expect(kept.status == .applied && kept.rollbackDeadlineAt == item.rollbackDeadlineAt)
    #expect(kept.title == "erased" && kept.inverse == nil && kept.change == .emptyObject)
    #expect(try office.store.plans.find(item.planID)?.title == "erased")
    #expect(throws: PlanError.noInverse(item.id)) { try boss.plans.rollBack(item.id) }
    #expect(try office.findings() == [])
  }

  @Test("A plan that expired is rejected as of the moment at which it expired")
  func expiry() throws {
    var new = changes(for: office.customer)
    let expiry = office.clock.now + .hours(2)
    new.expiresAt = expiry
    let plan = try author.plans.create(new)
    office.clock.advance(by: .days(3))
    #expect(try office.store.plans.rejectExpired() == [plan.id])
    #expect(try office.store.plans.find(plan.id)?.rejectedAt == expiry)
    #expect(try office.store.plans.items(of: plan.id).map(\.decidedAt) == [expiry, expiry])
    let last = try office.store.history.timeline(of: plan.id, kind: .plan).elements.last
    #expect(last?.at == expiry)
    #expect(try office.findings() == [])
  }

  @Test("Clearing inverses reads an index")
  func queryPlan() throws {
    let plan = try office.store.read { transaction in
      try transaction.queryPlan(
        """
        SELECT pk FROM plan_items WHERE inverse IS NOT NULL AND rollback_deadline_at < 5
        ORDER BY rollback_deadline_at LIMIT 5
        """)
    }
    #expect(plan.joined().contains("plan_items_inverse") && !plan.joined().contains("TEMP B-TREE"))
  }
}
