import Backoffice
import BackofficeTestSupport
import Testing

@Suite("Actions: escalation")
struct EscalationTests {
  let office: Office
  let actions: Actions
  let ann: Assistant

  init() throws {
    office = try Office()
    actions = office.store.actions
    ann = try office.assistant("ann")
  }

  func log(_ id: ID<PendingAction>) throws -> [AuditEntry] {
    try office.store.audit.entries(of: id, kind: .action).elements
  }

  @Test("P14: a passed deadline escalates once, raises the priority and is recorded")
  func once() throws {
    let action = try office.action(assistant: ann.id)
    let deadline = try #require(action.times.deadlineAt)
    office.clock.set(to: deadline)
    #expect(try actions.escalateOverdue().isEmpty)
    office.clock.advance(by: .microseconds(1))
    let escalated = try #require(try actions.escalateOverdue().first)
    #expect(escalated.id == action.id)
    #expect(escalated.priority == 2)
    #expect(escalated.assistantID == ann.id)
    #expect(escalated.times.deadlineAt == deadline)
    #expect(escalated.escalation.escalatedAt == deadline + .microseconds(1))
    #expect(escalated.escalation.count == 1)
    office.clock.advance(by: .hours(100))
    #expect(try actions.escalateOverdue().isEmpty)
    let entry = try #require(try log(action.id).first)
    #expect(try log(action.id).count == 1)
    #expect(entry.action == "action.escalated")
    #expect(entry.changedFields == ["priority"])
    #expect(entry.metadata.text.contains("\(deadline)"))
    #expect(try actions.overdue().elements.map(\.id) == [action.id])
    #expect(try office.findings() == [])
  }

  @Test("P14: completed, failed and cancelled actions never escalate")
  func ended() throws {
    let ends: [(ID<PendingAction>) throws -> Void] = [
      { try actions.complete($0) }, { try actions.fail($0, error: "no") },
      { try actions.cancel($0) },
    ]
    for end in ends { try end(try office.action(assistant: ann.id).id) }
    let gone = try office.action()
    _ = try office.store.write { transaction in
      try transaction.execute(sql: "DELETE FROM pending_actions WHERE id = ?", gone.id)
    }
    let purged = try office.action()
    try office.store.workflows.purgeCustomer(office.customer)
    office.clock.advance(by: .hours(1000))
    #expect(try actions.escalateOverdue().isEmpty)
    #expect(try office.store.audit.entries(action: "action.escalated").elements.isEmpty)
    #expect(throws: ActionError.notOverdue(purged.id)) {
      try office.store.write { transaction in
        _ = try transaction.execute(
          sql: """
            UPDATE pending_actions SET escalated_at = ?, escalation_count = 1 WHERE id = ?
            """, transaction.now, purged.id)
      }
    }
    #expect(try office.findings() == [])
  }

  @Test("P14: a new deadline rearms the escalation, by method and by SQL; a new priority does not")
  func rearmed() throws {
    let action = try office.action()
    office.clock.advance(by: .hours(25))
    #expect(try actions.escalateOverdue().count == 1)
    try actions.setPriority(5, of: action.id)
    try actions.assign(action.id, to: ann.id)
    try actions.complete(action.id)
    try actions.refuse(action.id, notes: "again")
    #expect(try actions.escalateOverdue().isEmpty)
    let moved = try actions.setDeadline(office.clock.now + .hours(1), of: action.id)
    #expect(moved.times.deadlineAt == office.clock.now + .hours(1))
    #expect(moved.escalation.escalatedAt == nil)
    #expect(try office.now(action.id) == moved)
    #expect(try actions.escalateOverdue().isEmpty)
    office.clock.advance(by: .hours(2))
    #expect(try actions.escalateOverdue().map(\.escalation.count) == [2])
    _ = try office.store.write { transaction in
      try transaction.execute(
        sql: "UPDATE pending_actions SET deadline_at = deadline_at + 1 WHERE id = ?", action.id)
    }
    #expect(try actions.escalateOverdue().map(\.escalation.count) == [3])
    #expect(try log(action.id).count == 3)
    #expect(throws: ActionError.notOverdue(action.id)) {
      try office.store.write { transaction in
        _ = try transaction.execute(
          sql: """
            UPDATE pending_actions SET deadline_at = ?1 + 1, escalated_at = NULL WHERE id = ?2
            """, transaction.now, action.id)
        _ = try transaction.execute(
          sql: "UPDATE pending_actions SET escalated_at = ?1 WHERE id = ?2", transaction.now,
          action.id)
      }
    }
    #expect(try office.findings() == [])
  }

  @Test("P14: it may be reassigned to an eligible assistant, and stays if there is none")
  func handover() throws {
    let ben = try office.assistant("ben", capacity: 1)
    let waiting = try office.action(assistant: ann.id)
    let begun = try office.action(assistant: ann.id)
    try actions.start(begun.id)
    let asked = try office.action(assistant: ann.id)
    try actions.waitForCustomer(asked.id)
    office.clock.advance(by: .hours(25))
    let handover = ActionEscalation(raisesPriorityBy: 0, handover: .always)
    let after = try actions.escalateOverdue(handover)
    #expect(after.map(\.id) == [waiting.id, begun.id, asked.id])
    #expect(after.map(\.assistantID) == [ben.id, ann.id, ann.id])
    #expect(after.map(\.status) == [.assigned, .inProgress, .requiresCustomer])
    #expect(after.map(\.priority) == [3, 3, 3])
    let decision = try #require(try actions.decisions(for: waiting.id).first)
    #expect(decision.chosen == ben.id)
    #expect(decision.reason == "the deadline has passed")
    #expect(decision.candidates.last?.exclusions == [.excluded])
    // A started action is reassigned only on request; an unassigned one is assigned.
    try actions.complete(waiting.id)
    let free = try office.action(priority: 1)
    try actions.setDeadline(office.clock.now, of: begun.id)
    office.clock.advance(by: .hours(2))
    let next = try actions.escalateOverdue(ActionEscalation(handover: .unstarted))
    #expect(next.map(\.id) == [begun.id, free.id])
    #expect(next.map(\.assistantID) == [ann.id, ben.id])
    #expect(next.map(\.priority) == [2, 1])
    #expect(try office.findings() == [])
  }

  @Test("P14: sweeps are bounded, refuse an invalid raise and are not permitted to assistants")
  func bounds() throws {
    for _ in 0..<5 { _ = try office.action() }
    office.clock.advance(by: .hours(25))
    #expect(try actions.escalateOverdue(limit: 2).count == 2)
    for rise in [-1, 5] {
      #expect(throws: ActionError.self) {
        try actions.escalateOverdue(ActionEscalation(raisesPriorityBy: rise))
      }
    }
    #expect(throws: ActionError.self) {
      try office.store.acting(as: ann.principal).actions.escalateOverdue()
    }
    #expect(try actions.escalateOverdue().count == 3)
    #expect(try office.findings() == [])
  }

  @Test("P14: several processes that sweep escalate each deadline once")
  func processes() async throws {
    try await TemporaryStore.withAsync { path in
      let clock = ManualClock(Office.monday)
      var configuration = BackofficeStore.Configuration()
      configuration.database.clock = clock.clock
      let stores = try (0..<3).map { _ in
        try BackofficeStore(.file(path), configuration: configuration)
      }
      let store = stores[0]
      let customer = try Office.customer("ada", in: store)
      for _ in 0..<20 {
        _ = try store.actions.create(
          NewAction(.captchaSolving, title: "Solve it", customerID: customer))
      }
      clock.advance(by: .hours(25))
      let escalated = try await withThrowingTaskGroup(of: Int.self) { group in
        for store in stores {
          group.addTask {
            try (0..<8).reduce(0) { total, _ in
              total + (try store.actions.escalateOverdue(limit: 3).count)
            }
          }
        }
        return try await group.reduce(0, +)
      }
      #expect(escalated == 20)
      #expect(
        try store.audit.entries(action: "action.escalated", limit: 100).elements.count == 20)
      #expect(try store.actions.list(.pending).elements.allSatisfy { $0.escalation.count == 1 })
      #expect(try store.check() == [])
      for store in stores { store.close() }
    }
  }
}
