import Testing

@testable import BackofficeQueue

@Suite("Items that wait for others")
struct DependencyTests {
  private let error = ItemFailure(message: "no")

  private func complete(_ fixture: QueueFixture, _ id: ID<QueueItem>) throws {
    let claimed = try fixture.queue.claim(10, worker: "w")
    for item in claimed {
      if item.item.id == id {
        try fixture.queue.complete(item.lease)
      } else {
        try fixture.queue.release(item.lease)
      }
    }
    #expect(claimed.contains { $0.item.id == id })
  }

  private func fail(_ fixture: QueueFixture, _ id: ID<QueueItem>) throws {
    for item in try fixture.queue.claim(10, worker: "w") {
      if item.item.id == id {
        try fixture.queue.fail(item.lease, error: error, retry: .never)
      } else {
        try fixture.queue.release(item.lease)
      }
    }
    #expect(try fixture.item(id).status == .failed)
  }

  @Test("An item waits for all its parents and is released in the commit that completes the last")
  func fanIn() throws {
    let fixture = try QueueFixture()
    let parents = try (0..<3).map { _ in try fixture.enqueue() }
    let child = try fixture.queue.enqueue(NewQueueItem(kind: "join"), after: parents).id
    #expect(try fixture.item(child).heldBy == .dependency)
    fixture.clock.advance(by: .minutes(1))
    let leases = try fixture.queue.claim(10, worker: "w").map(\.lease)
    #expect(leases.count == 3)
    try fixture.queue.complete(leases[0])
    try fixture.queue.complete(leases[1])
    #expect(try fixture.claim() == nil)
    #expect(
      try fixture.queue.dependencies(of: child).filter(\.isOpen).map(\.parent) == [parents[2]])
    struct Undo: Error {}
    #expect(throws: Undo.self) {
      try fixture.store.write { transaction in
        try transaction.queue.complete(leases[2])
        #expect(try transaction.queue.claim(worker: "w").map(\.item.id) == [child])
        throw Undo()
      }
    }
    #expect(try fixture.claim() == nil)
    try fixture.queue.complete(leases[2])
    let claimed = try #require(try fixture.claim())
    #expect(claimed.item.id == child)
    // It waited for others, not for a worker.
    #expect(claimed.item.times.waitMicroseconds == 0)
    #expect(try fixture.store.check() == [])
  }

  @Test("A flow fans out and in, and every item runs after its parents")
  func flow() throws {
    let fixture = try QueueFixture()
    var flow = QueueFlow()
    flow.add("publish", NewQueueItem(kind: "publish"), after: ["a", "b", "c"])
    flow.add("fetch", NewQueueItem(kind: "fetch"))
    for name in ["a", "b", "c"] { flow.add(name, NewQueueItem(kind: name), after: ["fetch"]) }
    let ids = try fixture.queue.enqueue(flow)
    #expect(ids.count == 5)
    #expect(try fixture.queue.dependants(of: #require(ids["fetch"])).count == 3)
    var order: [String] = []
    while let claimed = try fixture.claim() {
      order.append(claimed.item.kind)
      try fixture.queue.complete(claimed.lease)
    }
    #expect(order == ["fetch", "a", "b", "c", "publish"])
    #expect(try fixture.store.check() == [])
  }

  @Test("G10 a flow with one conflicting item is not enqueued")
  func conflictingFlow() throws {
    let fixture = try QueueFixture()
    let there = try fixture.enqueue { $0.uniqueKey = "k" }
    var flow = QueueFlow()
    flow.add("first", NewQueueItem(kind: "first"))
    var second = NewQueueItem(kind: "work")
    second.uniqueKey = "k"
    flow.add("second", second, after: ["first"])
    #expect(throws: DependencyError.duplicateWork(step: "second", of: there)) {
      try fixture.queue.enqueue(flow)
    }
    #expect(try fixture.queues.depth() == 1)
    #expect(try fixture.store.check() == [])
  }

  @Test("A cyclic dependency or an unknown parent is rejected when it is added")
  func refused() throws {
    let fixture = try QueueFixture()
    var flow = QueueFlow()
    flow.add("a", NewQueueItem(kind: "a"), after: ["c"])
    flow.add("b", NewQueueItem(kind: "b"), after: ["a"])
    flow.add("c", NewQueueItem(kind: "c"), after: ["b", "d"])
    flow.add("d", NewQueueItem(kind: "d"))
    flow.add("e", NewQueueItem(kind: "e"), after: ["a"])
    #expect(throws: DependencyError.cyclicFlow(["a", "c", "b"])) {
      try fixture.queue.enqueue(flow)
    }
    flow.steps = []
    flow.add("a", NewQueueItem(kind: "a"), after: ["x"])
    #expect(throws: DependencyError.unknownStep("x", in: "a")) { try fixture.queue.enqueue(flow) }
    flow.add("a", NewQueueItem(kind: "a"))
    #expect(throws: DependencyError.duplicateStep("a")) { try fixture.queue.enqueue(flow) }
    #expect(throws: DependencyError.noSuchParent(.zero)) {
      try fixture.queue.enqueue(NewQueueItem(kind: "a"), after: [.zero])
    }
    #expect(try fixture.queues.depth() == 0)
    let a = try fixture.enqueue()
    let b = try fixture.queue.enqueue(NewQueueItem(kind: "b"), after: [a]).id
    let c = try fixture.queue.enqueue(NewQueueItem(kind: "c"), after: [b]).id
    #expect(throws: DependencyError.cycle([a, b, c])) {
      try fixture.queue.addDependency(of: a, on: c)
    }
    #expect(throws: DependencyError.cycle([a])) { try fixture.queue.addDependency(of: a, on: a) }
    let text = DependencyError.cycle([a, b]).description
    #expect(text.contains("\(a)") && text.contains("\(b)"))
    let lease = try #require(try fixture.claim()).lease
    #expect(throws: DependencyError.notWaiting(a, .running)) {
      try fixture.queue.addDependency(of: a, on: c)
    }
    try fixture.queue.complete(lease)
    #expect(throws: QueueError.noSuchItem(.zero)) {
      try fixture.queue.addDependency(of: .zero, on: a)
    }
    #expect(try fixture.store.check() == [])
  }

  @Test("What happens when a parent fails is declared: fail, cancel, proceed or stay blocked")
  func policies() throws {
    let fixture = try QueueFixture()
    let parent = try fixture.enqueue()
    var children: [QueueDependency.Policy: ID<QueueItem>] = [:]
    for policy in QueueDependency.Policy.allCases {
      children[policy] = try fixture.queue.enqueue(
        NewQueueItem(kind: "child"), after: [parent], ifParentFails: policy
      ).id
    }
    let grandchild = try fixture.queue.enqueue(
      NewQueueItem(kind: "child"), after: [try #require(children[.fail])], ifParentFails: .cancel
    ).id
    try fail(fixture, parent)
    let failed = try fixture.item(try #require(children[.fail]))
    #expect(failed.status == .failed)
    #expect(failed.errorCode == "dependency_failed")
    #expect(failed.errorMessage?.contains("\(parent)") == true)
    #expect(try fixture.item(try #require(children[.cancel])).status == .cancelled)
    #expect(try fixture.item(grandchild).status == .cancelled)
    #expect(try fixture.claim()?.item.id == children[.proceed])
    #expect(try fixture.item(try #require(children[.block])).heldBy == .dependency)
    #expect(try fixture.store.check() == [])
  }

  @Test(
    "G09 the child of a failed parent stays blocked and is listed; retried and done, it goes on")
  func blocked() throws {
    let fixture = try QueueFixture()
    let parent = try fixture.enqueue()
    let child = try fixture.queue.enqueue(
      NewQueueItem(kind: "child"), after: [parent], ifParentFails: .block
    ).id
    try fail(fixture, parent)
    #expect(try fixture.claim() == nil)
    #expect(try fixture.queue.blockedByFailure().map(\.item) == [child])
    // Retention keeps a parent that an item waits for.
    fixture.clock.advance(by: .days(90))
    #expect(try fixture.queues.purgeFinished().items == 0)
    try fixture.queue.retry(parent)
    #expect(try fixture.queue.blockedByFailure().isEmpty)
    try fixture.queue.cancel(parent)
    #expect(try fixture.queue.blockedByFailure().count == 1)
    try fixture.queue.retry(parent)
    try complete(fixture, parent)
    #expect(try fixture.claim()?.item.id == child)
    #expect(try fixture.store.check() == [])
    let late = try fixture.enqueue()
    let other = try fixture.queue.enqueue(NewQueueItem(kind: "c"), after: [late]).id
    try fixture.queue.removeDependency(of: other, on: late)
    #expect(try fixture.item(other).heldBy == nil)
    #expect(try fixture.store.check() == [])
  }

  @Test("The policy applies immediately to a parent that has already finished")
  func endedBefore() throws {
    let fixture = try QueueFixture()
    let good = try fixture.enqueue()
    try complete(fixture, good)
    let bad = try fixture.enqueue()
    try fail(fixture, bad)
    func child(_ parents: [ID<QueueItem>], _ policy: QueueDependency.Policy) throws -> QueueItem {
      try fixture.item(
        fixture.queue.enqueue(NewQueueItem(kind: "c"), after: parents, ifParentFails: policy).id)
    }
    let free = try child([good], .fail)
    #expect(free.heldBy == nil)
    #expect(free.status == .pending)
    #expect(try child([good, bad], .fail).status == .failed)
    #expect(try child([bad], .cancel).status == .cancelled)
    #expect(try child([bad], .proceed).heldBy == nil)
    #expect(try child([bad], .block).heldBy == .dependency)
    #expect(try fixture.queue.blockedByFailure().count == 1)
    #expect(try fixture.store.check() == [])
  }

  @Test("A failure propagates through a chain longer than rules nest, and a long chain runs")
  func chain() throws {
    let fixture = try QueueFixture()
    var flow = QueueFlow()
    for index in 0..<300 {
      flow.add(
        "\(index)", NewQueueItem(kind: "link"), after: index == 0 ? [] : ["\(index - 1)"])
    }
    let ids = try fixture.queue.enqueue(flow)
    try fail(fixture, try #require(ids["0"]))
    #expect(try fixture.item(try #require(ids["299"])).status == .failed)
    #expect(try fixture.queues.depth() == 0)
    #expect(try fixture.store.check() == [])
  }

  @Test("Raw SQL and deletion of a parent affect its dependants, and their hold cannot be removed")
  func rawSQL() throws {
    let fixture = try QueueFixture()
    let parents = try (0..<5).map { _ in try fixture.enqueue() }
    let policies: [QueueDependency.Policy] = [.fail, .block, .proceed, .cancel, .fail]
    let children = try zip(parents, policies).map { parent, policy in
      try fixture.queue.enqueue(
        NewQueueItem(kind: "c"), after: [parent], ifParentFails: policy
      ).id
    }
    try fixture.sql("UPDATE queue_items SET held_by = NULL WHERE kind = 'c'")
    #expect(try children.allSatisfy { try fixture.item($0).heldBy == .dependency })
    try fixture.store.write { transaction in
      for parent in parents.prefix(4) {
        try transaction.execute(sql: "DELETE FROM queue_items WHERE id = ?", parent)
      }
      try transaction.execute(
        sql: "UPDATE queue_items SET status = 'failed', finished_at = 5 WHERE id = ?", parents[4])
    }
    #expect(
      try children.map { try fixture.item($0).status } == [
        .failed, .cancelled, .pending, .cancelled, .failed,
      ])
    #expect(try fixture.claim()?.item.id == children[2])
    #expect(try fixture.store.check() == [])
    try fixture.sql("UPDATE queue_items SET waits_for = 3, dependants = 2")
    #expect(try fixture.store.check().contains { $0.check == "queue_items.dependencies" })
    try fixture.store.rebuild()
    #expect(try fixture.store.check() == [])
  }
}
