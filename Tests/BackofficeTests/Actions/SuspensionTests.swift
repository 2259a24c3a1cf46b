import Backoffice
import BackofficeTestSupport
import Testing

@Suite("Actions: suspending and resuming")
struct SuspensionTests {
  let office: Office
  let actions: Actions
  let ann: Assistant

  init() throws {
    office = try Office()
    actions = office.store.actions
    ann = try office.assistant("ann", capacity: 1)
  }

  /// An action in an open status.
  func action(_ status: ActionStatus) throws -> PendingAction {
    let id = try office.action(assistant: status == .pending ? nil : ann.id).id
    switch status {
    case .inProgress: try actions.start(id)
    case .blocked: try actions.block(id, reason: "waits")
    case .requiresCustomer: try actions.waitForCustomer(id)
    default: break
    }
    return try office.now(id)
  }

  @Test(
    "An action resumes in its former state, with the time suspended added to its deadline",
    arguments: [
      ActionStatus.pending, .assigned, .inProgress, .blocked, .requiresCustomer,
    ])
  func resumes(from status: ActionStatus) throws {
    let before = try action(status)
    office.clock.advance(by: .minutes(5))
    let suspended = try actions.suspend(before.id, reason: "closed")
    #expect(suspended.status == .suspended)
    #expect(suspended.statusWhenResumed == status)
    #expect(suspended.times.suspendedAt == Office.monday + .minutes(5))
    #expect(suspended.assistantID == before.assistantID)
    #expect(try office.findings() == [])
    office.clock.advance(by: .hours(1000))
    var after = try actions.resume(before.id)
    #expect(after.times.deadlineAt == before.times.deadlineAt.map { $0 + .hours(1000) })
    after.times.deadlineAt = before.times.deadlineAt
    after.updatedAt = before.updatedAt
    #expect(after == before)
    let moves = try office.history(ID(retyping: before.id)).suffix(2)
    #expect(
      Array(moves) == ["\(status.rawValue)>suspended", "suspended>\(status.rawValue)"])
    #expect(try office.findings() == [])
  }

  @Test("A suspended action is not overdue and does not escalate, and does once it is late again")
  func late() throws {
    let id = try action(.assigned).id
    let deadline = try #require(try office.now(id).times.deadlineAt)
    try actions.suspend(id)
    office.clock.set(to: deadline + .hours(1))
    #expect(try actions.overdue().elements.isEmpty)
    #expect(try actions.escalateOverdue().isEmpty)
    #expect(throws: ActionError.notOverdue(id)) {
      try office.store.write { transaction in
        _ = try transaction.execute(
          sql: "UPDATE pending_actions SET escalated_at = ?, escalation_count = 1 WHERE id = ?",
          transaction.now, id)
      }
    }
    let moved = try #require(try actions.resume(id).times.deadlineAt)
    #expect(try actions.overdue().elements.isEmpty)
    office.clock.set(to: moved + .microseconds(1))
    #expect(try actions.escalateOverdue().map(\.id) == [id])
  }

  @Test("An escalated deadline does not escalate a second time after a suspension")
  func escalatedBefore() throws {
    let id = try action(.assigned).id
    office.clock.set(to: try #require(try office.now(id).times.deadlineAt) + .hours(1))
    let escalation = try #require(try actions.escalateOverdue().first).escalation
    try actions.suspend(id)
    office.clock.advance(by: .hours(10))
    #expect(try actions.resume(id).escalation == escalation)
    #expect(try actions.overdue().elements.map(\.id) == [id])
    #expect(try actions.escalateOverdue().isEmpty)
  }

  @Test("A suspended action takes no capacity and resumes only when its assistant has room")
  func capacity() throws {
    let id = try action(.inProgress).id
    try actions.suspend(id)
    #expect(try office.now(ann.id).statistics.activeCount == 0)
    let other = try office.action(assistant: ann.id).id
    #expect(
      throws: ActionError.notEligible(id, assistant: ann.id, reasons: [.atCapacity])
    ) { try actions.resume(id) }
    #expect(try office.now(id).status == .suspended)
    try actions.complete(other)
    #expect(try actions.resume(id).status == .inProgress)
    #expect(try office.now(ann.id).statistics.activeCount == 1)
    #expect(try office.findings() == [])
  }

  @Test("A suspended action is neither assigned, offered nor claimed, and its offer is withdrawn")
  func notGiven() throws {
    let id = try action(.pending).id
    let offer = try #require(try actions.offerPending(for: .minutes(5)).first)
    try actions.suspend(id)
    #expect(throws: ActionError.offerEnded(offer.id, status: .withdrawn)) {
      try actions.accept(offer.id)
    }
    #expect(try actions.assignPending().isEmpty)
    #expect(try actions.offerPending(for: .minutes(5)).isEmpty)
    #expect(throws: ActionError.suspended(id)) { try actions.claim(id, by: ann.id) }
    #expect(throws: ActionError.suspended(id)) { try actions.assign(id, to: ann.id) }
    #expect(throws: ActionError.suspended(id)) { try actions.block(id, reason: "no") }
    #expect(throws: ActionError.illegalMove(id, from: .suspended, to: .completed)) {
      try actions.complete(id)
    }
    #expect(throws: ActionError.illegalMove(id, from: .suspended, to: .suspended)) {
      try actions.suspend(id)
    }
    #expect(try office.findings() == [])
  }

  @Test("Release, cancel and raw SQL end a suspension under the same rule")
  func otherWays() throws {
    let released = try action(.assigned)
    try actions.suspend(released.id)
    office.clock.advance(by: .hours(2))
    try actions.release(released.id)
    let after = try office.now(released.id)
    #expect(after.status == .pending && after.assistantID == nil)
    #expect(after.times.suspendedAt == nil && after.statusWhenResumed == nil)
    #expect(after.times.deadlineAt == released.times.deadlineAt.map { $0 + .hours(2) })

    let cancelled = try action(.pending)
    try actions.suspend(cancelled.id)
    try actions.cancel(cancelled.id)
    #expect(try office.now(cancelled.id).times.suspendedAt == nil)

    let raw = try action(.assigned)
    try actions.suspend(raw.id)
    office.clock.advance(by: .hours(3))
    _ = try office.store.write { transaction in
      try transaction.execute(
        sql: "UPDATE pending_actions SET status = 'assigned' WHERE id = ?", raw.id)
    }
    #expect(
      try office.now(raw.id).times.deadlineAt == raw.times.deadlineAt.map { $0 + .hours(3) })
    #expect(try office.findings() == [])
  }

  @Test("Only the assignee and the team suspend and resume")
  func permissions() throws {
    let id = try action(.assigned).id
    let bob = try office.assistant("bob")
    let stranger = office.store.acting(as: bob.principal)
    #expect(
      throws: ActionError.notPermitted(id, principal: bob.principal, operation: "suspend")
    ) { try stranger.actions.suspend(id) }
    let own = office.store.acting(as: ann.principal)
    try own.actions.suspend(id)
    #expect(
      throws: ActionError.notPermitted(id, principal: bob.principal, operation: "resume")
    ) { try stranger.actions.resume(id) }
    #expect(try own.actions.resume(id).status == .assigned)
    #expect(throws: ActionError.illegalMove(id, from: .assigned, to: .assigned)) {
      try actions.resume(id)
    }
  }
}
