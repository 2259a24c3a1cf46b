import Backoffice
import Testing

@Suite("Actions: weighted capacity")
struct CapacityTests {
  let office: Office
  let actions: Actions
  let ann: Assistant

  init() throws {
    office = try Office()
    actions = office.store.actions
    ann = try office.assistant("ann")
  }

  func action(weight: Int, assistant: ID<Assistant>? = nil) throws -> PendingAction {
    var new = NewAction(.captchaSolving, title: "Solve it", customerID: office.customer)
    new.weight = weight
    new.assistantID = assistant
    return try actions.create(new)
  }

  func full(_ id: ID<PendingAction>) -> ActionError {
    .notEligible(id, assistant: ann.id, reasons: [.atCapacity])
  }

  @Test("P11: of actions with weights 60 and 50, a capacity of 100 is offered only one")
  func offers() throws {
    #expect(ann.weightCapacity == 100)
    let heavy = try action(weight: 60)
    let lighter = try action(weight: 50)
    let offers = try actions.offerPending()
    #expect(offers.map(\.actionID) == [heavy.id])
    #expect(try actions.decisions(for: lighter.id).first?.candidates.first?.weight == 60)
    #expect(throws: full(lighter.id)) { try actions.offer(lighter.id, to: ann.id) }
    #expect(try actions.offerAutomatically(lighter.id) == nil)
    // The offered weight counts for every other assignment to the assistant as well.
    #expect(throws: full(lighter.id)) { try actions.assign(lighter.id, to: ann.id) }
    #expect(throws: full(lighter.id)) { try actions.claim(lighter.id, by: ann.id) }
    #expect(try actions.assignAutomatically(lighter.id).chosen == nil)
    #expect(try office.now(ann.id).statistics.offeredWeight == 60)
    #expect(try office.now(ann.id).weightLoad.percent == 60)

    try actions.accept(try #require(offers.first).id)
    #expect(try office.now(ann.id).statistics.activeWeight == 60)
    #expect(try office.now(ann.id).statistics.offeredWeight == 0)
    #expect(throws: full(lighter.id)) { try actions.claim(lighter.id, by: ann.id) }
    let fits = try action(weight: 40)
    #expect(try actions.claim(fits.id, by: ann.id).assistantID == ann.id)
    try actions.complete(heavy.id)
    #expect(try actions.claim(lighter.id, by: ann.id).assistantID == ann.id)
    #expect(try office.now(ann.id).statistics.activeWeight == 90)
    #expect(try office.findings() == [])
    #expect(try office.store.rebuild().isEmpty)
  }

  @Test(
    "P11: no statement exceeds the capacity: creation, SQL, a new weight or a reassignment")
  func everyPath() throws {
    let ben = try office.assistant("ben")
    let held = try action(weight: 60, assistant: ann.id)
    #expect(throws: ActionError.self) { try action(weight: 50, assistant: ann.id) }
    #expect(throws: full(held.id)) { try actions.setWeight(101, of: held.id) }
    let other = try action(weight: 50, assistant: ben.id)
    #expect(throws: full(other.id)) {
      try office.store.write { transaction in
        _ = try transaction.execute(
          sql: "UPDATE pending_actions SET assistant_id = ? WHERE id = ?", ann.id, other.id)
      }
    }
    #expect(throws: ActionError.self) {
      try office.store.write { transaction in
        _ = try transaction.execute(
          sql: """
            INSERT INTO pending_actions (id, kind, title, status, customer_id, assistant_id,
              assigned_at, weight, created_at, updated_at)
            VALUES (randomblob(16), 'phone_call', 'Call', 'assigned', ?, ?, 5, 41, 5, 5)
            """, office.customer, ann.id)
      }
    }
    // Delegating, which releases and reassigns, obeys it as well.
    try actions.release(other.id)
    #expect(throws: full(other.id)) { try actions.assign(other.id, to: ann.id) }
    #expect(try actions.setWeight(40, of: other.id).weight == 40)
    #expect(try actions.assign(other.id, to: ann.id).assistantID == ann.id)
    #expect(try office.now(ann.id).statistics.activeWeight == 100)
    #expect(try office.now(ben.id).statistics.activeWeight == 0)
    #expect(try office.findings() == [])
  }

  @Test("P11: paused work resumes only within the capacity; otherwise it becomes unassigned")
  func goingOn() throws {
    let blocked = try action(weight: 60, assistant: ann.id)
    try actions.start(blocked.id)
    try actions.block(blocked.id, reason: "no phone")
    let asked = try action(weight: 60, assistant: ann.id)
    try actions.waitForCustomer(asked.id)
    let judged = try action(weight: 60, assistant: ann.id)
    try actions.complete(judged.id)
    let busy = try action(weight: 50, assistant: ann.id)
    #expect(try actions.unblock(blocked.id).status == .pending)
    #expect(try actions.customerResponded(asked.id, response: "yes").status == .pending)
    #expect(try actions.refuse(judged.id, notes: "again").status == .pending)
    #expect(try office.now(ann.id).statistics.activeWeight == 50)
    #expect(try office.now(blocked.id).assistantID == nil)
    try actions.complete(busy.id)
    let again = try actions.claim(blocked.id, by: ann.id)
    try actions.block(again.id, reason: "no phone")
    #expect(try actions.unblock(again.id).assistantID == ann.id)
    #expect(try office.findings() == [])
  }

  @Test("P11: only a manual override exceeds the capacity; it is recorded and applies once")
  func insisting() throws {
    let ben = try office.assistant("ben", capacity: 1)
    _ = try action(weight: 60, assistant: ann.id)
    _ = try action(weight: 10, assistant: ben.id)
    let more = try action(weight: 50)
    #expect(try actions.assign(more.id, to: ann.id, overriding: true).isOverCapacity)
    #expect(try office.now(ann.id).statistics.activeWeight == 110)
    #expect(try actions.start(more.id).status == .inProgress)
    try actions.block(more.id, reason: "no phone")
    #expect(try actions.unblock(more.id).assistantID == ann.id)
    #expect(throws: ActionError.self) {
      try office.store.write { transaction in
        _ = try transaction.execute(
          sql: "UPDATE pending_actions SET assistant_id = ? WHERE id = ?", ben.id, more.id)
      }
    }
    #expect(try actions.assign(more.id, to: ben.id, overriding: true).isOverCapacity)
    #expect(try office.now(ann.id).statistics.activeWeight == 60)
    #expect(try !actions.release(more.id).isOverCapacity)
    #expect(throws: ActionError.self) { try actions.claim(more.id, by: ben.id) }
    #expect(try office.findings() == [])
  }

  @Test("P11: the default capacity is ten per task, and lowering it removes no action")
  func changing() throws {
    var new = NewAssistant(
      handle: "cy", name: "Cy", email: "cy@example.com", skills: [.captchaSolving],
      workingHours: .always)
    new.capacity = 30
    let cy = try office.store.assistants.create(new)
    #expect(cy.weightCapacity == 30)
    for _ in 0..<3 { _ = try action(weight: 10, assistant: cy.id) }
    #expect(throws: ActionError.self) { try action(weight: 1, assistant: cy.id) }
    try office.store.assistants.update(cy.id) { $0.capacity = 10 }
    #expect(try office.now(cy.id).statistics.activeWeight == 30)
    let held = try actions.list(.assigned, of: cy.id).elements
    try actions.start(try #require(held.first).id)
    try office.store.assistants.update(cy.id) { $0.capacity = nil }
    #expect(try office.now(cy.id).weightCapacity == 100)
    for capacity in [0, -1, 1_000_000_001] {
      #expect(throws: AssistantError.self) {
        try office.store.assistants.update(cy.id) { $0.capacity = capacity }
      }
    }
    for weight in [0, -5, 1_000_001] {
      #expect(throws: ActionError.self) { try action(weight: weight) }
    }
    #expect(try office.findings() == [])
  }

  @Test("P11: a wrong weight is reported and rebuilt")
  func rebuilding() throws {
    _ = try action(weight: 60, assistant: ann.id)
    _ = try actions.offer(try action(weight: 30).id, to: ann.id)
    try office.store.write { transaction in
      _ = try transaction.execute(
        sql: "UPDATE assistants SET active_weight = 7, offered_weight = 8, offered_count = 3")
    }
    #expect(
      try office.store.check().map(\.problem) == [
        "active_weight is 7, its actions give 60",
        "offered_count is 3, its offers give 1; offered_weight is 8, its offers give 30",
      ])
    #expect(
      try office.store.rebuild() == ["assistants.counters": 1, "assistants.offers": 1])
    #expect(try office.findings() == [])
  }
}
