import Testing

@testable import BackofficeQueue

@Suite("What each attempt left behind")
struct AttemptResultTests {
  private func stored(_ fixture: QueueFixture) throws -> [String?] {
    try fixture.store.read { transaction in
      try transaction.fetchAll(sql: "SELECT result FROM queue_attempts ORDER BY item_pk, number") {
        try $0.value(at: 0)
      }
    }
  }

  @Test("Errors, partial results, results, durations and workers of all attempts stay on record")
  func history() throws {
    let fixture = try QueueFixture()
    let id = try fixture.enqueue { $0.maxAttempts = 2 }
    let half = try JSONText(#"{"done":1}"#)
    let whole = try JSONText(#"{"done":2}"#)
    for (worker, result) in [("a", half), ("b", nil)] {
      fixture.clock.advance(by: .days(1))
      let lease = try #require(try fixture.claim(worker: worker, lease: .hours(1))).lease
      fixture.clock.advance(by: .seconds(7))
      let error = ItemFailure(code: "e", message: "no \(worker)", result: result)
      try fixture.queue.fail(lease, error: error)
    }
    #expect(try fixture.item(id).status == .failed)
    #expect(try fixture.queue.redrive(DeadItemFilter()).retried == [id])
    let lease = try #require(try fixture.claim(worker: "c")).lease
    #expect(try fixture.queue.attempts(of: id).last?.duration == nil)
    fixture.clock.advance(by: .seconds(2))
    try fixture.queue.complete(lease, result: whole)
    let attempts = try fixture.queue.attempts(of: id)
    #expect(attempts.map(\.worker) == ["a", "b", "c"])
    #expect(attempts.map(\.outcome) == [.failed, .failed, .completed])
    #expect(attempts.map(\.result) == [half, nil, whole])
    #expect(attempts.map(\.duration) == [.seconds(7), .seconds(7), .seconds(2)])
    #expect(attempts.map(\.errorMessage) == ["no a", "no b", nil])
    #expect(try fixture.item(id).result == whole)
    // The result of the last attempt is written once.
    #expect(try stored(fixture) == [half.text, nil])
    #expect(try fixture.store.check() == [])
  }

  @Test("An attempt without a result has none, even if the item completed")
  func nothing() throws {
    let fixture = try QueueFixture()
    let first = try fixture.running()
    try fixture.queue.snooze(first, for: .seconds(1))
    fixture.clock.advance(by: .seconds(1))
    try fixture.queue.complete(try #require(try fixture.claim()).lease)
    let attempts = try fixture.queue.attempts(of: first.item)
    #expect(attempts.map(\.outcome) == [.completed])
    #expect(attempts.allSatisfy { $0.result == nil })
  }

  @Test("A partial result of several items at once belongs to the attempt of each")
  func several() throws {
    let fixture = try QueueFixture()
    let leases = try (0..<2).map { _ in try fixture.running() }
    let half = try JSONText("[1]")
    try fixture.queue.acknowledge(
      leases, with: [leases[1].item: .failed(ItemFailure(message: "no", result: half))])
    #expect(try fixture.queue.attempts(of: leases[0].item).map(\.result) == [nil])
    #expect(try fixture.queue.attempts(of: leases[1].item).map(\.result) == [half])
  }

  @Test("A result longer than 1 MiB is rejected, and dropped from a failure")
  func tooLong() throws {
    let fixture = try QueueFixture()
    let lease = try fixture.running()
    let most = try JSONText("\"\(String(repeating: "a", count: WorkQueue.largestDocument - 2))\"")
    let more = try JSONText("\"\(String(repeating: "a", count: WorkQueue.largestDocument - 1))\"")
    let refusal = QueueError.invalid(
      field: "result", reason: "is larger than 1 MiB; store it elsewhere and name it here")
    #expect(throws: refusal) { try fixture.queue.complete(lease, result: more) }
    #expect(throws: refusal) { try fixture.queue.complete([(lease: lease, result: more)]) }
    #expect(try fixture.item(lease.item).status == .running)
    try fixture.queue.fail(lease, error: ItemFailure(message: "no", result: more))
    #expect(try fixture.queue.attempts(of: lease.item).map(\.result) == [nil])
    fixture.clock.advance(by: .hours(7))
    try fixture.queue.complete(try #require(try fixture.claim()).lease, result: most)
    #expect(try fixture.item(lease.item).result == most)
  }
}
