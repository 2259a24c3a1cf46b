import Backoffice
import Testing

@Suite("Workflows: carrying out plans, and purging")
struct PlanWorkflowTests {
  let office: Office
  let boss: BackofficeStore

  init() throws {
    office = try Office()
    boss = office.store.acting(as: Principal(kind: .staff, id: "boss"))
  }

  func plan(_ count: Int = 3) throws -> Plan {
    try office.store.plans.create(
      NewPlan(
        title: "Fix it", items: (0..<count).map { NewPlan.Item(title: "Item \($0)") },
        customerID: office.customer))
  }

  func now(_ id: ID<Plan>) throws -> Plan { try #require(try office.store.plans.find(id)) }

  @Test("P16: the decision and the release of the approved items are one commit")
  func carriesOut() throws {
    let made = try plan()
    let items = try office.store.plans.items(of: made.id).map(\.id)
    let verdicts: [ID<PlanItem>: PlanVerdict] = [
      items[0]: .approve, items[1]: .reject(reason: "no"), items[2]: .approve,
    ]
    struct Broken: Error {}
    #expect(throws: Broken.self) {
      try boss.workflows.decide(made.id, verdicts) { _ in throw Broken() }
    }
    #expect(try now(made.id) == made)
    let queued = try boss.workflows.decide(made.id, verdicts, reason: "fine") { item in
      NewQueueItem(kind: "apply", payload: item.change)
    }
    #expect(queued.count == 2)
    #expect(try now(made.id).status == .executing)
    let linked = try office.store.plans.items(of: made.id)
    #expect(linked.map(\.queueItemID) == [queued[0], nil, queued[1]])
    #expect(try office.store.queue.find(queued[0])?.customerID == office.customer)
    for claimed in try office.store.queue.claim(5, worker: "w") {
      try office.store.queue.complete(claimed.lease)
    }
    #expect(try now(made.id).status == .completed)
    #expect(
      try office.store.plans.items(of: made.id).map(\.status) == [.applied, .rejected, .applied])
    #expect(try office.findings() == [])
  }

  @Test("A plan fails if its work is cancelled or fails")
  func workFails() throws {
    let made = try plan(2)
    try boss.plans.approve(made.id)
    let queued = try boss.workflows.carryOut(made.id) { _ in NewQueueItem(kind: "apply") }
    try office.store.queue.cancel(queued[0], reason: "no longer needed")
    let claimed = try #require(try office.store.queue.claim(worker: "w").first)
    try office.store.queue.complete(claimed.lease)
    let ended = try now(made.id)
    #expect(ended.status == .failed)
    #expect(ended.failureReason == "no longer needed")
    #expect(try office.findings() == [])
  }

  @Test("Work that is already queued is refused, and the plan stays undecided")
  func duplicate() throws {
    let made = try plan(2)
    let items = try office.store.plans.items(of: made.id).map(\.id)
    #expect(throws: WorkflowError.self) {
      try boss.workflows.decide(made.id, [items[0]: .approve, items[1]: .approve]) { _ in
        var work = NewQueueItem(kind: "apply")
        work.uniqueKey = "same"
        return work
      }
    }
    #expect(try now(made.id) == made)
    #expect(try office.store.queue.claim(worker: "w").isEmpty)
  }

  @Test("A purge ends open work, erases personal data and keeps the history")
  func purge() throws {
    let store = office.store
    let ann = try office.assistant("ann")
    var work = NewQueueItem(kind: "submit", payload: try JSONText(#"{"name":"Ada"}"#))
    work.customerID = office.customer
    try store.queue.enqueue([work, work, work])
    let leases = try store.queue.claim(2, worker: "w").map(\.lease)
    let parked = try store.workflows.parkForPerson(
      leases[0],
      action: NewAction(.phoneCall, title: "Call Ada", customerID: office.customer))
    let done = try office.action(assistant: ann.id)
    try store.actions.complete(done.id, notes: "Ada was kind", result: JSONText(#"{"a":1}"#))
    let loose = try office.action(assistant: ann.id)
    let open = try plan()
    let purge = try boss.workflows.purgeCustomer(office.customer)
    #expect(purge.cancelledItems == 2)
    #expect(purge.cancelRequestedItems == 1)
    #expect(purge.cancelledActions == 2)
    #expect(purge.rejectedPlans == 1)
    #expect(try now(open.id).status == .rejected)
    for action in [parked, done, loose] {
      let after = try office.now(action.id)
      #expect(after.status.isFinished)
      #expect(after.title == after.kind.rawValue)
      #expect(after.outcome.completionNotes == nil)
      #expect(after.documents.result == .emptyObject)
    }
    let itemID = try #require(parked.queueItemID)
    let item = try #require(try store.queue.find(itemID))
    #expect(item.status == .cancelled)
    #expect(item.payload == .emptyObject)
    #expect(try store.customers.find(office.customer)?.anonymisedAt != nil)
    #expect(try office.now(ann.id).statistics.completedCount == 1)
    #expect(
      try office.history(ID(retyping: parked.id)) == ["pending", "pending>cancelled"])
    #expect(try office.findings() == [])
    let again = try boss.workflows.purgeCustomer(office.customer)
    #expect(again.cancelledItems + again.cancelledActions + again.rejectedPlans == 0)
    let unknown = ID<Customer>(high: 1, low: 1)
    #expect(throws: CustomerError.notFound(unknown)) { try boss.workflows.purgeCustomer(unknown) }
  }
}
