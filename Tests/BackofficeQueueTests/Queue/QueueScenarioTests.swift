import BackofficeTestSupport
import Testing

@testable import BackofficeQueue

@Suite("Further scenarios of claims and leases")
struct QueueScenarioTests {
  private struct Number: Job {
    static let kind = "number"
    var number: Int
  }

  @Test("A03 programs that claim in different ways run no item twice, nor while the way changes")
  func strategies() async throws {
    try await TemporaryStore.withAsync { path in
      let old = try BackofficeStore(.file(path), packs: [])
      let new = try BackofficeStore(.file(path), packs: [])
      try old.queue.enqueue(
        (0..<300).map { NewQueueItem(kind: $0.isMultiple(of: 2) ? "even" : "odd") })
      let claimed = try await withThrowingTaskGroup(of: [ID<QueueItem>].self) { group in
        group.addTask {
          var mine: [ID<QueueItem>] = []
          while true {
            let items = try old.queue.claim(4, worker: "any kind")
            if items.isEmpty { return mine }
            mine += items.map(\.item.id)
            try old.queue.complete(items.map(\.lease))
          }
        }
        group.addTask {
          var mine: [ID<QueueItem>] = []
          for round in 0... {
            if round == 5 { try new.queues.configure(QueueSettings(isFair: true)) }
            let items = try new.queue.claim(3, kinds: ["odd", "even"], worker: "known kinds")
            if items.isEmpty { break }
            mine += items.map(\.item.id)
            try new.queue.complete(items.map(\.lease))
          }
          return mine
        }
        group.addTask {
          var mine: [ID<QueueItem>] = []
          var held: [(lease: Lease, result: JSONText?)] = []
          while true {
            let items = try new.queue.complete(held, thenClaim: 5, worker: "in one commit")
            if items.isEmpty { return mine }
            mine += items.map(\.item.id)
            held = items.map { ($0.lease, nil) }
          }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      #expect(claimed.count == 300)
      #expect(Set(claimed).count == 300)
      #expect(try old.queues.statistics().unfinished == 0)
      #expect(try old.check() == [])
      old.close()
      new.close()
    }
  }

  @Test("A10 items with a paused key are skipped, and the others run")
  func forbidden() throws {
    let fixture = try QueueFixture()
    let keys = ["mail/ada", nil, "mail/bob", "fax", nil]
    let ids = try keys.map { key in try fixture.enqueue { $0.limitKey = key } }
    try fixture.queues.pause(limitKey: "mail/ada")
    try fixture.queues.pause(limitKey: "fax")
    let claimed = try fixture.queue.claim(10, worker: "w").map(\.item.id)
    #expect(claimed == [ids[1], ids[2], ids[4]])
    try fixture.queues.resume(limitKey: "fax")
    #expect(try fixture.queue.claim(10, worker: "w").map(\.item.id) == [ids[3]])
    #expect(try fixture.store.check() == [])
  }

  @Test(
    "A14 a line in strict order stands still behind a failed head, and who is blocked is listed")
  func strictOrder() throws {
    let fixture = try QueueFixture()
    var line: [ID<QueueItem>] = []
    for _ in 0..<4 {
      let item = NewQueueItem(kind: "work")
      line.append(
        try fixture.queue.enqueue(item, after: Array(line.suffix(1)), ifParentFails: .block).id)
    }
    let first = try #require(try fixture.claim())
    #expect(first.item.id == line[0])
    try fixture.queue.fail(
      first.lease, error: ItemFailure(message: "no"), retry: .after(.seconds(60)))
    // The head waits for its next attempt, and no other item passes it.
    #expect(try fixture.claim() == nil)
    #expect(try fixture.queue.dependants(of: line[0]).map(\.item) == [line[1]])
    fixture.clock.advance(by: .seconds(60))
    let again = try #require(try fixture.claim())
    #expect(again.item.id == line[0])
    try fixture.queue.fail(again.lease, error: ItemFailure(message: "no"), retry: .never)
    #expect(try fixture.claim() == nil)
    #expect(try fixture.queue.blockedByFailure().map(\.item) == [line[1]])
    try fixture.queue.retry(line[0])
    try fixture.queue.complete(try #require(try fixture.claim()).lease)
    // A head that is given up: taken out of the line, then deleted.
    let second = try #require(try fixture.claim())
    #expect(second.item.id == line[1])
    try fixture.queue.fail(second.lease, error: ItemFailure(message: "no"), retry: .never)
    #expect(try fixture.queue.blockedByFailure().map(\.item) == [line[2]])
    try fixture.queue.removeDependency(of: line[2], on: line[1])
    try fixture.queue.delete(line[1])
    for id in line.suffix(2) {
      let claimed = try #require(try fixture.claim())
      #expect(claimed.item.id == id)
      #expect(try fixture.claim() == nil)
      try fixture.queue.complete(claimed.lease)
    }
    #expect(try fixture.store.check() == [])
  }

  @Test("B05 of three items only the one with an expired lease and attempts left is retried")
  func window() throws {
    let fixture = try QueueFixture()
    func running(_ attempts: Int) throws -> ID<QueueItem> {
      try fixture.enqueue { $0.maxAttempts = attempts }
      return try #require(try fixture.claim(lease: .seconds(5))).item.id
    }
    let lost = try running(3)
    let exhausted = try running(1)
    fixture.clock.advance(by: .seconds(4))
    let young = try running(3)
    fixture.clock.advance(by: .seconds(3))
    let report = try fixture.queue.rescueExpired()
    #expect(report.retrying == [lost])
    #expect(report.failed == [exhausted])
    #expect(report.count == 2)
    #expect(try fixture.item(young).status == .running)
    #expect(try fixture.item(young).attempts.rescues == 0)
    #expect(try fixture.store.check() == [])
  }

  @Test(
    "B09 rescue never reads the payload: an item that cannot be decoded or opened is retried, then fails"
  )
  func undecodable() throws {
    let fixture = try QueueFixture()
    let ids = try (0..<2).map { _ in
      try fixture.queue.enqueue(Number(number: 1)) {
        $0.maxAttempts = 2
        $0.retryDelaySeconds = 0
      }.id
    }
    try fixture.sql("UPDATE queue_items SET payload = '{\"number\": []}' WHERE pk = 1")
    try fixture.sql("UPDATE queue_items SET payload = x'046c6f7374ff' WHERE pk = 2")
    for round in 1...2 {
      let claimed = try fixture.queue.claim(2, worker: "w").map(\.item)
      #expect(claimed.map(\.id) == ids)
      for item in claimed { #expect(throws: (any Error).self) { try item.job(Number.self) } }
      fixture.clock.advance(by: .seconds(30))
      let report = try fixture.queue.rescueExpired()
      #expect((round == 1 ? report.retrying : report.failed) == ids)
    }
    #expect(try ids.map { try fixture.item($0).errorCode } == ["lease_expired", "lease_expired"])
    #expect(try fixture.store.check() == [])
  }

  @Test("B13 a hand-back after the claim was lost hands nothing out a second time")
  func staleRelease() throws {
    let fixture = try QueueFixture()
    let old = try fixture.running { $0.retryDelaySeconds = 0 }
    let other = try fixture.running()
    fixture.clock.advance(by: .seconds(20))
    try fixture.queue.heartbeat(other)
    fixture.clock.advance(by: .seconds(11))
    try fixture.queue.rescueExpired()
    let new = try #require(try fixture.claim(worker: "second"))
    #expect(new.item.id == old.item)
    let before = try fixture.item(old.item)
    let lost = QueueError.leaseLost(item: old.item, reason: .claimedAgain)
    #expect(throws: lost) { try fixture.queue.release(old) }
    #expect(throws: lost) { try fixture.queue.release([other, old]) }
    #expect(try fixture.item(old.item) == before)
    #expect(try fixture.claim(worker: "third") == nil)
    try fixture.queue.complete([new.lease, other])
    #expect(try fixture.queue.attempts(of: old.item).count == 2)
    #expect(try fixture.store.check() == [])
  }

  @Test("B18 a heartbeat for an item that is not running throws and changes nothing")
  func idleHeartbeat() throws {
    let fixture = try QueueFixture()
    let ends: [(QueueItem.Status, (Lease) throws -> Void)] = [
      (.completed, { try fixture.queue.complete($0) }),
      (.pending, { try fixture.queue.release($0) }),
      (.retrying, { try fixture.queue.fail($0, error: ItemFailure(message: "no")) }),
      (.failed, { try fixture.queue.fail($0, error: ItemFailure(message: "no"), retry: .never) }),
      (.cancelled, { try fixture.queue.cancelled($0) }),
    ]
    for (status, end) in ends {
      let lease = try fixture.running { $0.priority = 1 }
      try end(lease)
      let before = try fixture.item(lease.item)
      #expect(before.status == status)
      fixture.clock.advance(by: .seconds(1))
      let refusal = QueueError.leaseLost(item: lease.item, reason: .notRunning(status))
      #expect(throws: refusal) { try fixture.queue.heartbeat(lease) }
      #expect(throws: refusal) { try fixture.queue.heartbeat([lease]) }
      #expect(throws: refusal) { try fixture.queue.progress(lease, percent: 1) }
      #expect(refusal.description.contains(status.rawValue))
      #expect(try fixture.item(lease.item) == before)
      if status == .pending { try fixture.queue.cancel(lease.item) }
    }
  }
}
