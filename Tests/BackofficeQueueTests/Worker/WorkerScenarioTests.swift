import BackofficeQueue
import BackofficeQueueTesting
import Synchronization
import Testing

/// An error that leads back to itself.
private final class Looping: Error {
  private let cause = Mutex<Looping?>(nil)
  func close() { cause.withLock { $0 = self } }
}

/// An error inside an error inside an error.
private indirect enum Nested: Error {
  case end(String)
  case within(Nested, Looping)
}

private struct Elements: Job, Equatable {
  static let kind = "elements"
  var elements: [Int]
}

@Suite("Further scenarios of workers", .timeLimit(.minutes(10)))
struct WorkerScenarioTests {
  @Test("A13 with several workers the items of a serial key never overlap, and keep their order")
  func serial() async throws {
    let office = try WorkerFixture()
    try office.queues.setLimit(QueueLimit(.key, "line", maxRunning: 1))
    let state = Mutex((running: 0, most: 0, order: [ID<QueueItem>]()))
    func worker(_ name: String) throws -> Worker {
      try office.worker(name) { handlers in
        handlers.on(kind: "work") { context in
          state.withLock { state in
            state.running += 1
            state.most = max(state.most, state.running)
            state.order.append(context.item.id)
          }
          for _ in 0..<20 { await Task.yield() }
          state.withLock { $0.running -= 1 }
          return nil
        }
      }
    }
    let ids = try office.enqueue(12) { $0.limitKey = "line" }
    let second = try worker("second")
    try await office.running(try worker("first")) {
      try await office.running(second) { await office.events.waitForEnds(12) }
    }
    #expect(state.withLock { $0.most } == 1)
    #expect(state.withLock { $0.order } == ids)
  }

  @Test("C10 if a hook throws after a failure, the failure is recorded and the worker continues")
  func failingHook() async throws {
    struct HookError: Error, CustomStringConvertible { let description = "the hook broke" }
    let office = try WorkerFixture()
    let worker = try office.worker(concurrency: 1) { handlers in
      handlers.use(
        JobMiddleware { context, next in
          do {
            return try await next(context)
          } catch {
            throw HookError()
          }
        })
      handlers.on(kind: "work") { _ in throw ItemFailure(code: "down", message: "no answer") }
      handlers.on(kind: "good") { _ in nil }
    }
    let ids = try office.enqueue(2)
    let last = try office.enqueue { $0.maxAttempts = 1 }[0]
    let good = try office.enqueue { $0.kind = "good" }[0]
    try await office.running(worker) { await office.events.waitForEnds(4) }
    for id in ids {
      let item = try office.item(id)
      #expect(item.status == .retrying)
      #expect(item.errorMessage == "the hook broke")
      #expect(try office.queue.attempts(of: id).map(\.outcome) == [.failed])
    }
    #expect(try office.item(last).status == .failed)
    #expect(try office.item(good).status == .completed)
  }

  @Test("C11 nested, cyclic and endless errors are stored as short text")
  func strangeErrors() async throws {
    let office = try WorkerFixture()
    let worker = try office.worker(concurrency: 1) { handlers in
      handlers.on(kind: "work") { context in
        let loop = Looping()
        loop.close()
        switch context.item.priority {
        case 1: throw loop
        case 2:
          throw (0..<100).reduce(Nested.end("\"'\u{0}\n{")) { inner, _ in .within(inner, loop) }
        default: throw ItemFailure(code: "long", message: String(repeating: "é", count: 100_000))
        }
      }
    }
    let ids = try (1...3).map { priority in try office.enqueue { $0.priority = priority }[0] }
    try await office.running(worker) { await office.events.waitForEnds(3) }
    for id in ids {
      let item = try office.item(id)
      #expect(item.status == .retrying)
      let message = try #require(item.errorMessage)
      #expect(!message.isEmpty && message.utf8.count <= 8192)
      #expect(try office.queue.attempts(of: id).map(\.outcome) == [.failed])
    }
    #expect(try office.item(ids[0]).errorMessage?.contains("Looping") == true)
    #expect(try office.item(ids[1]).errorMessage?.hasPrefix("within") == true)
  }

  @Test("C15 items of a chunk are settled one by one; omitted ones fail, those that left stay")
  func chunk() throws {
    let office = try WorkerFixture()
    let ids = try office.enqueue(7)
    let leases = try office.queue.claim(7, worker: "w").map(\.lease)
    try office.queue.complete(leases[5])
    try office.queue.cancel(ids[6])
    try office.queue.cancelled(leases[6])
    let gone = try [office.item(ids[5]), office.item(ids[6])]
    office.clock.advance(by: .seconds(1))
    let result = try JSONText("[1]")
    let outcomes = try office.queue.acknowledge(
      leases,
      with: [
        ids[0]: .completed(result: result),
        ids[1]: .failed(ItemFailure(code: "gone", message: "no such page"), retry: .never),
        ids[2]: .snoozed(for: .hours(1)), ids[3]: .handedBack,
        ids[5]: .failed(ItemFailure(message: "late")), ids[6]: .completed(),
      ])
    #expect(outcomes[0...3] == [.completed, .failed, .snoozed, .handedBack])
    #expect(
      outcomes[5...] == [
        .leaseLost(.leaseLost(item: ids[5], reason: .notRunning(.completed))),
        .leaseLost(.leaseLost(item: ids[6], reason: .notRunning(.cancelled))),
      ])
    #expect(try office.item(ids[0]).result == result)
    #expect(try office.item(ids[1]).errorCode == "gone")
    #expect(try office.item(ids[3]).attempts.charged == 0)
    let omitted = try office.item(ids[4])
    #expect(omitted.status == .retrying)
    #expect(omitted.errorCode == WorkQueue.unanswered)
    #expect(try [office.item(ids[5]), office.item(ids[6])] == gone)
    let stranger = try office.enqueue()[0]
    #expect(throws: QueueError.self) {
      try office.queue.acknowledge([], with: [stranger: .completed()])
    }
    #expect(try office.store.check() == [])
  }

  @Test("C16 only the failed elements of a payload are retried")
  func remaining() async throws {
    let office = try WorkerFixture()
    let seen = Mutex<[[Int]]>([])
    let worker = try office.worker { handlers in
      handlers.on(Elements.self) { job, context in
        seen.withLock { $0.append(job.elements) }
        guard context.attempt == 1 else { return }
        let failed = Elements(elements: job.elements.filter { $0 > 2 })
        throw JobFailure.partly(
          remaining: try JSONText(encoding: failed), reason: "the site was away")
      }
    }
    let id = try office.queue.enqueue(Elements(elements: [1, 2, 3, 4])) { $0.retryDelaySeconds = 0 }
      .id
    try await office.running(worker) { await office.events.waitForEnds(2) }
    #expect(seen.withLock { $0 } == [[1, 2, 3, 4], [3, 4]])
    #expect(try office.item(id).status == .completed)
    #expect(try office.queue.attempts(of: id).map(\.outcome) == [.failed, .completed])
    // A worker that lost the item does not change it.
    let other = try office.enqueue()[0]
    let lease = try #require(try office.queue.claim(kinds: ["work"], worker: "w").first).lease
    try office.queue.release(lease)
    let before = try office.item(other)
    #expect(throws: QueueError.leaseLost(item: other, reason: .notRunning(.pending))) {
      try office.queue.fail(lease, error: ItemFailure(message: "late"), remaining: .emptyArray)
    }
    #expect(try office.item(other) == before)
  }
}
