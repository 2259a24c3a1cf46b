import Backoffice
import BackofficeTesting
import Testing

@Suite("Workflows: an item that waits for a person together with other items")
struct WaitingForPersonFlowTests {
  let office: Office
  let ann: Assistant

  init() throws {
    office = try Office()
    ann = try office.assistant("ann")
  }

  var store: BackofficeStore { office.store }

  private func park(_ lease: Lease) throws -> PendingAction {
    try store.workflows.parkForPerson(
      lease, action: NewAction(.captchaSolving, title: "Solve it", customerID: office.customer))
  }

  private func lease() throws -> Lease {
    try #require(try store.queue.claim(worker: "w").first).lease
  }

  @Test("Items that depend on a parked item wait for the person and share its outcome")
  func dependants() throws {
    for isDone in [true, false] {
      let parent = try store.queue.enqueue(NewQueueItem(kind: "submit")).id
      let child = try store.queue.enqueue(NewQueueItem(kind: "report"), after: [parent]).id
      let action = try park(try lease())
      #expect(try store.queue.claim(worker: "w").isEmpty)
      try store.actions.assign(action.id, to: ann.id)
      if isDone {
        try store.workflows.completeManually(action.id)
        #expect(try lease().item == child)
      } else {
        try store.actions.fail(action.id, error: "no answer")
        #expect(try store.queue.find(parent)?.status == .failed)
        #expect(try store.queue.find(child)?.errorCode == "dependency_failed")
      }
    }
    #expect(try office.findings() == [])
  }

  @Test("A parked item frees its batch's place, and the batch waits for the person")
  func batch() throws {
    var new = NewBatch(name: "b", customerID: office.customer)
    new.maxConcurrentItems = 1
    new.callbacks[.finish] = BatchCallback(kind: "after")
    let batch = try store.batches.create(
      new, items: [NewQueueItem(kind: "submit"), NewQueueItem(kind: "submit")]
    ).id
    let action = try park(try lease())
    try store.queue.complete(try lease())
    #expect(try store.batches.find(batch)?.status == .processing)
    #expect(try store.batches.find(batch)?.counters.waiting == 1)
    #expect(try store.queue.claim(worker: "w").isEmpty)
    try store.actions.cancel(action.id)
    let found = try #require(try store.batches.find(batch))
    #expect(found.status == .completed)
    #expect(found.counters.cancelled == 1)
    #expect(try store.queue.claim(worker: "w").map(\.item.kind) == ["after"])
    #expect(try office.findings() == [])
  }

  @Test("P15: the deadline of a parked item cancels its action, and so does deleting the item")
  func ends() throws {
    var new = NewQueueItem(kind: "submit")
    new.deadlineAt = Office.monday + .hours(1)
    try store.queue.enqueue(new)
    let late = try park(try lease())
    // Neither the lease nor the run limit has a clock while the item is parked.
    office.clock.advance(by: .minutes(59))
    #expect(try store.queue.rescueExpired().count == 0)
    office.clock.advance(by: .minutes(1))
    #expect(try store.queue.expireOverdue().failed.count == 1)
    #expect(try office.now(late.id).status == .cancelled)
    try store.queue.enqueue(NewQueueItem(kind: "submit"))
    let gone = try park(try lease())
    try store.queue.delete(try #require(gone.queueItemID))
    #expect(try office.now(gone.id).status == .cancelled)
    #expect(try office.findings() == [])
  }

  @Test("A handler parks its item for a person and resumes it when the person has finished")
  func handler() async throws {
    let test = try TestStore()
    let customer = try test.sampleCustomers(1)[0].id
    let directory = try test.sampleDirectories(1)[0].id
    let person = try test.store.assistants.create(
      NewAssistant(
        handle: "ann", name: "Ann", email: "ann@example.com", skills: [.captchaSolving],
        workingHours: .always))
    var item = NewQueueItem(kind: "submit")
    item.customerID = customer
    item.directoryID = directory
    let id = try test.store.queue.enqueue(item).id
    var handlers = JobHandlers()
    handlers.on(kind: "submit") { context in
      guard context.item.attempts.claims > 1 else {
        throw JobRequest.park(
          NewAction(.captchaSolving, title: "Solve the captcha", customerID: customer))
      }
      return nil
    }
    #expect(try await test.drain(handlers) == DrainReport(putOff: 1))
    let action = try #require(try test.store.actions.open().elements.first)
    #expect(action.queueItemID == id && action.directoryID == directory)
    try test.store.actions.assign(action.id, to: person.id)
    try test.store.actions.start(action.id)
    try test.store.actions.complete(action.id)
    #expect(try await test.drain(handlers) == DrainReport(completed: 1))
    #expect(try test.store.queue.find(id)?.status == .completed)
    #expect(try test.store.check() == [])
  }

  @Test("If the handler's action is refused, the attempt fails with the reason")
  func refusedHandler() async throws {
    let test = try TestStore()
    let customer = try test.sampleCustomers(1)[0].id
    var item = NewQueueItem(kind: "submit")
    item.customerID = customer
    let id = try test.store.queue.enqueue(item).id
    var handlers = JobHandlers()
    handlers.on(kind: "submit") { _ in
      throw JobRequest.park(NewAction(.captchaSolving, title: "", customerID: customer))
    }
    #expect(try await test.drain(handlers).attempts == 1)
    #expect(try test.store.queue.find(id)?.status == .retrying)
    #expect(try test.store.actions.open().elements.isEmpty)
    #expect(try test.store.check() == [])
  }
}
