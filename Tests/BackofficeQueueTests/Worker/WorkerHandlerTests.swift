import BackofficeQueue
import BackofficeQueueTesting
import Synchronization
import Testing

private struct Double: Job, Equatable {
  static let kind = "double"
  struct Answer: Codable, Sendable, Equatable { let value: Int }
  typealias Result = Answer
  var number: Int
}

private struct Note: Job, Equatable {
  static let kind = "note"
  var text: String
  func prepare(_ item: inout NewQueueItem) {
    item.uniqueKey = text
    item.priority = 2
  }
}

@Suite("Handlers of a worker", .timeLimit(.minutes(10)))
struct WorkerHandlerTests {
  @Test("A job is enqueued as a value, and its result is read as a value")
  func typed() async throws {
    let office = try WorkerFixture()
    let worker = try office.worker { handlers in
      handlers.on(Double.self) { job, _ in Double.Answer(value: job.number * 2) }
    }
    let id = try office.queue.enqueue(Double(number: 21)).id
    try await office.running(worker) { await office.events.waitForEnds(1) }
    let item = try office.item(id)
    #expect(try item.job(Double.self) == Double(number: 21))
    #expect(try item.result(of: Double.self) == Double.Answer(value: 42))
    #expect(throws: JobError.otherKind(item: id, found: "double", expected: "note")) {
      try item.job(Note.self)
    }
  }

  @Test("A kind prepares its items, and the caller can override it")
  func prepares() throws {
    let office = try WorkerFixture()
    let first = try office.queue.enqueue(Note(text: "a"))
    #expect(try office.item(first.id).priority == 2)
    #expect(try office.queue.enqueue(Note(text: "a")) == .duplicate(of: first.id))
    let second = try office.queue.enqueue(Note(text: "b")) { $0.priority = 5 }
    #expect(try office.item(second.id).priority == 5)
    let many = try office.queue.enqueue([Note(text: "b"), Note(text: "c")])
    #expect(many.map(\.isNew) == [false, true])
  }

  @Test("An item whose payload does not decode fails with the reason, and the worker continues")
  func undecodable() async throws {
    let office = try WorkerFixture()
    let worker = try office.worker { handlers in
      handlers.on(Double.self) { job, _ in Double.Answer(value: job.number) }
    }
    let bad = try office.queue.enqueue(
      NewQueueItem(kind: "double", payload: JSONText(encoding: ["number": "twenty"]))
    ).id
    let empty = try office.queue.enqueue(NewQueueItem(kind: "double")).id
    let good = try office.queue.enqueue(Double(number: 1)).id
    try await office.running(worker) { await office.events.waitForEnds(3) }
    for (id, word) in [(bad, "not of type Int at number"), (empty, "number is missing")] {
      let item = try office.item(id)
      #expect(item.status == .failed)
      #expect(item.errorCode == JobError.undecodable)
      #expect(item.errorMessage?.contains(word) == true, "\(item.errorMessage ?? "")")
    }
    #expect(try office.item(good).status == .completed)
  }

  @Test("A09: items of unknown kinds are left for others, or go to the handler of the rest")
  func unknownKinds() async throws {
    let office = try WorkerFixture()
    try office.enqueue(2)
    let other = try office.queue.enqueue(NewQueueItem(kind: "other")).id
    let picky = try office.worker { $0.on(kind: "work") { _ in nil } }
    try await office.running(picky) { await office.events.waitForEnds(2) }
    #expect(try office.item(other).status == .pending)
    let all = try office.worker { $0.onOtherKinds { _ in nil } }
    try await office.running(all) { await office.events.waitForEnds(3) }
    #expect(try office.item(other).status == .completed)
  }

  @Test("C01, C09: any error of a handler is recorded with the attempt, and the worker continues")
  func throwing() async throws {
    struct Strange: Error, CustomStringConvertible { let description = "strange \u{0} things" }
    let office = try WorkerFixture()
    let turn = Mutex(0)
    let worker = try office.worker(concurrency: 1) { handlers in
      handlers.on(kind: "work") { _ in
        let turn = turn.withLock { turn in
          turn += 1
          return turn
        }
        switch turn {
        case 1: throw Strange()
        case 2: throw ItemFailure(code: "captcha", message: "a captcha")
        case 3: throw CancellationError()
        default: return nil
        }
      }
    }
    let ids = try office.enqueue(4)
    try await office.running(worker) { await office.events.waitForEnds(4) }
    let items = try ids.map(office.item)
    #expect(items.map(\.status) == [.retrying, .retrying, .retrying, .completed])
    #expect(items.map(\.errorCode) == [nil, "captcha", "cancelled", nil])
    #expect(items[0].errorMessage?.hasPrefix("strange") == true)
    let delay = items[0].dueAt - office.clock.now
    #expect(delay >= .seconds(300) && delay <= .seconds(330))
    #expect(items[0].attempts.charged == 1)
  }

  @Test("C02, C05: a handler chooses to retry, discard, snooze, hand back or cancel")
  func choosing() async throws {
    let office = try WorkerFixture()
    let worker = try office.worker(concurrency: 1) { handlers in
      handlers.on(kind: "work") { context in
        switch context.item.priority {
        case 1: throw JobFailure.retry(after: .seconds(7))
        case 2: throw JobFailure.discard(reason: "no such page", code: "gone")
        case 3: throw JobRequest.snooze(for: .hours(1))
        default: throw JobRequest.cancelled(reason: "no longer wanted")
        }
      }
    }
    let ids = try (1...4).map { priority in
      try office.enqueue { $0.priority = priority }[0]
    }
    try await office.running(worker) { await office.events.waitForEnds(4) }
    let items = try ids.map(office.item)
    #expect(items.map(\.status) == [.retrying, .failed, .pending, .cancelled])
    #expect(items[0].dueAt == office.clock.now + .seconds(7))
    #expect(items[1].errorCode == "gone")
    #expect(items[2].dueAt == office.clock.now + .hours(1))
    #expect(items.map(\.attempts.charged) == [1, 1, 0, 1])
  }

  @Test("A handler parks its item together with other writes in one commit, and frees its slot")
  func parking() async throws {
    let office = try WorkerFixture()
    let worker = try office.worker(concurrency: 1) { handlers in
      handlers.on(kind: "work") { context in
        throw JobRequest.park { _, transaction in
          try transaction.queue.enqueue(NewQueueItem(kind: "letter"))
        }
      }
    }
    let id = try office.enqueue()[0]
    try await office.running(worker) {
      await office.events.waitForEnds(1)
      let item = try office.item(id)
      #expect(item.status == .parked)
      #expect(item.attempts.charged == 0)
      #expect(try office.queue.list(.kind("letter")).elements.count == 1)
    }
  }

  @Test("Middleware wraps every handler, first added outermost, and its errors are recorded")
  func middleware() async throws {
    let office = try WorkerFixture()
    let lines = Mutex<[String]>([])
    @Sendable func say(_ line: String) { lines.withLock { $0.append(line) } }
    let worker = try office.worker(concurrency: 1) { handlers in
      handlers.use(.logging { line in say(line.hasSuffix("begins") ? "log (" : "log )") })
      handlers.use(
        JobMiddleware { context, next in
          say("outer (")
          defer { say("outer )") }
          let result = try await next(context)
          if context.item.priority == 5 { throw ItemFailure(code: "hook", message: "the hook") }
          return result
        })
      handlers.on(kind: "work") { _ in
        say("work")
        return nil
      }
    }
    let good = try office.enqueue()[0]
    let bad = try office.enqueue { $0.priority = 5 }[0]
    try await office.running(worker) { await office.events.waitForEnds(2) }
    let once = ["log (", "outer (", "work", "outer )", "log )"]
    #expect(lines.withLock { $0 } == once + once)
    #expect(try office.item(good).status == .completed)
    // C10: the work was done, and still the failure of the hook is what is recorded.
    #expect(try office.item(bad).errorCode == "hook")
  }

  @Test("H02: completing alongside other writes is one commit, or nothing")
  func alongside() async throws {
    struct Refusal: Error {}
    let office = try WorkerFixture()
    let worker = try office.worker(concurrency: 1) { handlers in
      handlers.on(kind: "work") { context in
        try await context.complete(result: .emptyArray) { transaction in
          try transaction.queue.enqueue(NewQueueItem(kind: "side"))
          if context.item.priority == 5 { throw Refusal() }
        }
        // This is not read again.
        throw Refusal()
      }
    }
    let good = try office.enqueue()[0]
    let bad = try office.enqueue { $0.priority = 5 }[0]
    try await office.running(worker) { await office.events.waitForEnds(2) }
    #expect(try office.item(good).status == .completed)
    #expect(try office.item(good).result == .emptyArray)
    #expect(try office.item(bad).status == .retrying)
    #expect(try office.queue.list(.kind("side")).elements.count == 1)
  }

  @Test("Progress reaches the store while the handler runs")
  func progress() async throws {
    let office = try WorkerFixture()
    let door = Door()
    let worker = try office.worker { handlers in
      handlers.on(kind: "work") { context in
        context.report(percent: 10, step: "login")
        context.report(percent: 40)
        await door.pass()
        return nil
      }
    }
    let id = try office.enqueue()[0]
    try await office.running(worker) {
      try await eventually { try office.item(id).progress.percent == 40 }
      #expect(try office.item(id).progress.step == "login")
      door.open()
      await office.events.waitForEnds(1)
    }
    #expect(try office.item(id).progress.percent == 100)
  }
}
