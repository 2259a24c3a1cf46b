import Backoffice
import Testing

@Suite("Workflows: an item that waits for a person")
struct WaitingForPersonTests {
  let office: Office
  let ann: Assistant

  init() throws {
    office = try Office()
    ann = try office.assistant("ann")
  }

  var store: BackofficeStore { office.store }

  func running() throws -> Lease {
    var new = NewQueueItem(kind: "submit")
    new.customerID = office.customer
    try store.queue.enqueue(new)
    return try #require(try store.queue.claim(worker: "w1").first).lease
  }

  func parked() throws -> PendingAction {
    try store.workflows.parkForPerson(
      try running(),
      action: NewAction(
        .captchaSolving, title: "Solve it", customerID: office.customer, priority: 1))
  }

  func item(_ action: PendingAction) throws -> QueueItem {
    let id = try #require(action.queueItemID)
    return try #require(try store.queue.find(id))
  }

  @Test("Parking frees the worker, ends the lease, charges no attempt and opens one action")
  func parks() throws {
    let lease = try running()
    let action = try store.workflows.parkForPerson(
      lease, action: NewAction(.captchaSolving, title: "Solve", customerID: office.customer))
    let item = try item(action)
    #expect(action.queueItemID == lease.item)
    #expect(item.status == .parked)
    #expect(throws: QueueError.self) { try store.queue.complete(lease) }
    #expect(throws: QueueError.self) {
      try store.workflows.parkForPerson(
        lease, action: NewAction(.captchaSolving, title: "Again", customerID: office.customer))
    }
    office.clock.advance(by: .hours(2))
    #expect(try store.queue.claim(worker: "w2").isEmpty)
    #expect(try office.findings() == [])
  }

  @Test("An action that cannot be created leaves the item running")
  func refusedAction() throws {
    let lease = try running()
    #expect(throws: ActionError.self) {
      try store.workflows.parkForPerson(
        lease, action: NewAction(.captchaSolving, title: "", customerID: office.customer))
    }
    #expect(try store.queue.find(lease.item)?.status == .running)
    try store.queue.complete(lease)
  }

  @Test("Completing the action resumes the item in the same commit and provides the result")
  func resumes() throws {
    let action = try parked()
    try store.actions.assignPending()
    #expect(throws: CancellationError.self) {
      try store.write { transaction in
        _ = try transaction.actions.complete(action.id)
        #expect(try transaction.queue.find(item(action).id)?.status == .pending)
        throw CancellationError()
      }
    }
    #expect(try item(action).status == .parked)
    try store.acting(as: ann.principal).actions.complete(
      action.id, quality: 5, result: JSONText(#"{"captcha":"x7"}"#))
    let again = try #require(try store.queue.claim(worker: "w2").first)
    #expect(again.item.id == action.queueItemID)
    let latest = try #require(try store.actions.latest(forQueueItem: again.item.id))
    #expect(latest.documents.result.text == #"{"captcha":"x7"}"#)
    // Another round of the same item.
    try store.workflows.parkForPerson(
      again.lease,
      action: NewAction(.phoneCall, title: "Call", customerID: office.customer))
    #expect(try store.actions.latest(forQueueItem: again.item.id)?.kind == .phoneCall)
    #expect(try office.findings() == [])
  }

  @Test("An action that fails permanently fails the item; one that is retried keeps it waiting")
  func fails() throws {
    let action = try parked()
    try store.actions.assign(action.id, to: ann.id)
    try store.actions.fail(action.id, error: "no answer", retryAfter: .minutes(5))
    #expect(try item(action).status == .parked)
    try store.actions.fail(action.id, error: "never")
    let failed = try item(action)
    #expect(failed.status == .failed)
    #expect(try office.now(action.id).status == .failed)
    #expect(try office.findings() == [])
  }

  @Test("Cancelling the action cancels the item")
  func actionCancelled() throws {
    let action = try parked()
    try store.actions.cancel(action.id, reason: "not needed")
    #expect(try item(action).status == .cancelled)
    #expect(try office.findings() == [])
  }

  @Test("P15: cancelling the item cancels its open action in the same commit")
  func itemCancelled() throws {
    let action = try parked()
    try store.actions.assign(action.id, to: ann.id)
    try store.queue.cancel(try #require(action.queueItemID), reason: "customer left")
    let cancelled = try office.now(action.id)
    #expect(cancelled.status == .cancelled)
    #expect(cancelled.times.finishedAt == Office.monday)
    #expect(try office.now(ann.id).statistics.activeCount == 0)
    #expect(try office.findings() == [])
  }

  @Test("Raw SQL on either side updates the other, and deleting an action does not strand its item")
  func rawSQL() throws {
    let first = try parked()
    let second = try parked()
    let third = try parked()
    try store.write { transaction in
      _ = try transaction.execute(
        sql: "UPDATE pending_actions SET status = 'cancelled', finished_at = 5 WHERE id = ?",
        first.id)
      _ = try transaction.execute(
        sql: "UPDATE queue_items SET status = 'failed', finished_at = 5 WHERE id = ?",
        second.queueItemID)
      _ = try transaction.execute(
        sql: "DELETE FROM pending_actions WHERE id = ?", third.id)
    }
    #expect(try item(first).status == .cancelled)
    #expect(try office.now(second.id).status == .cancelled)
    #expect(try item(second).status == .failed)
    #expect(try item(third).status == .cancelled)
    #expect(try office.findings() == [])
  }

  @Test("A second open action for the same item is refused, and so is reopening an old one")
  func oneAtATime() throws {
    let action = try parked()
    let id = try #require(action.queueItemID)
    var second = NewAction(.phoneCall, title: "Call", customerID: office.customer)
    second.queueItemID = id
    #expect(throws: ActionError.itemHasOpenAction(item: id, action: action.id)) {
      try store.actions.create(second)
    }
    try store.actions.assign(action.id, to: ann.id)
    try store.actions.complete(action.id)
    let lease = try #require(try store.queue.claim(worker: "w").first).lease
    let next = try store.workflows.parkForPerson(lease, action: second)
    #expect(throws: ActionError.itemHasOpenAction(item: id, action: next.id)) {
      try store.actions.reopen(action.id)
    }
    #expect(throws: ActionError.itemHasOpenAction(item: id, action: next.id)) {
      try store.actions.refuse(action.id, notes: "again")
    }
    #expect(try office.now(action.id).status == .completed)
    #expect(try office.findings() == [])
  }

  @Test("Work done entirely by a person completes the item, but only an item that waits")
  func byHand() throws {
    let action = try parked()
    try store.actions.assign(action.id, to: ann.id)
    let stranger = try office.assistant("ben")
    #expect(throws: ActionError.self) {
      try store.acting(as: stranger.principal).workflows.completeManually(action.id)
    }
    let done = try store.acting(as: ann.principal).workflows.completeManually(
      action.id, quality: 4, result: JSONText(#"{"listed":true}"#))
    #expect(done.status == .completed)
    #expect(try item(action).status == .completed)
    let loose = try office.action(assistant: ann.id)
    #expect(throws: WorkflowError.nothingWaits(for: loose.id)) {
      try store.workflows.completeManually(loose.id)
    }
    #expect(WorkflowError.nothingWaits(for: loose.id).description.contains("\(loose.id)"))
    #expect(try office.findings() == [])
  }

  @Test("The check reports an item that waits for an ended action, but not one without an action")
  func found() throws {
    let lease = try running()
    var new = NewAction(.captchaSolving, title: "Solve it", customerID: office.customer)
    new.queueItemID = lease.item
    try store.actions.cancel(try store.actions.create(new).id)
    try store.queue.park(lease)
    let findings = try office.findings()
    #expect(findings.count == 1)
    #expect(findings.first?.contains("workflows.waiting_items") == true)
    try store.queue.unpark(lease.item)
    office.clock.advance(by: .minutes(1))
    try store.queue.park(try #require(try store.queue.claim(worker: "w1").first).lease)
    #expect(try office.findings() == [])
  }

  @Test("An item whose action is linked to something else is cancelled")
  func untied() throws {
    let action = try parked()
    try store.write { transaction in
      _ = try transaction.execute(
        sql: "UPDATE pending_actions SET queue_item_id = NULL WHERE id = ?", action.id)
    }
    #expect(try item(action).status == .cancelled)
    #expect(try office.findings() == [])
  }

  @Test("A REPLACE of the action keeps the item waiting; a REPLACE of the item cancels the action")
  func replaced() throws {
    let first = try parked()
    let second = try parked()
    try store.write { transaction in
      _ = try transaction.execute(
        sql: "REPLACE INTO pending_actions SELECT * FROM pending_actions WHERE id = ?", first.id)
      _ = try transaction.execute(
        sql: "REPLACE INTO queue_items SELECT * FROM queue_items WHERE id = ?",
        second.queueItemID)
    }
    #expect(try office.now(first.id).status == .pending)
    #expect(try item(first).status == .parked)
    #expect(try item(second).status == .cancelled)
    #expect(try office.findings() == [])
  }
}
