import Backoffice
import BackofficeStorage
import Foundation
import Synchronization

extension Bench {
  static func newItem() throws -> NewQueueItem {
    NewQueueItem(kind: "submit", payload: try JSONText(Fixtures.payloadText))
  }

  func enqueue(isFull: Bool) throws -> Outcome {
    let item = try Self.newItem()
    let waiting = options.rows
    let extra = postgres.map { [$0.enqueueing(options.operations(1000))] } ?? []
    return try compare(
      Comparison(
        number: 5, title: "enqueue, one per transaction, \(isFull ? "FULL" : "NORMAL")",
        conditions: "\(isFull ? "FULL" : "NORMAL"), batch 1, \(waiting) waiting", goal: 1.15,
        base: fixtures.queue(waiting), isFull: isFull, operations: options.operations(2000)),
      extra: isFull ? extra : []
    ) { store in { _ in try store.queue.enqueue(item) } }
  }

  func claimOneByOne() throws -> Outcome {
    let waiting = options.rows
    let extra = postgres.map { [$0.claiming(options.operations(500))] } ?? []
    return try compare(
      Comparison(
        number: 6, title: "claim and complete one by one",
        conditions: "NORMAL, batch 1, \(waiting) waiting", goal: 1.2,
        base: fixtures.queue(waiting), operations: options.operations(2000)),
      extra: extra
    ) { store in
      { _ in
        for claimed in try store.queue.claim(worker: "worker 1") {
          try store.queue.complete(claimed.lease)
        }
      }
    }
  }

  func claimByHundreds() throws -> Outcome {
    let waiting = options.rows
    return try compare(
      Comparison(
        number: 7, title: "claim and complete by hundreds",
        conditions: "NORMAL, batch 100, \(waiting) waiting", goal: 1.2,
        base: fixtures.queue(waiting), operations: options.isQuick ? 10 : 50, perOperation: 100)
    ) { store in
      { _ in
        let claimed = try store.queue.claim(100, worker: "worker 1")
        try store.queue.complete(claimed.map(\.lease))
      }
    }
  }

  /// 64 tasks, each waiting for its item to be durable before it enqueues the next.
  func groupCommit() throws -> Outcome {
    let item = try Self.newItem()
    let waiting = options.rows
    let base = try fixtures.queue(waiting)
    let single = options.operations(1000)
    let tasks = 64
    let each = max(5, options.operations(100))
    let total = single * (options.rounds + 1)
    let recordingPath = try scratch.copy(base, for: "tape")
    let tape = try Tape.record(
      total, open: { try Self.open(recordingPath) },
      operation: { store, _ in try store.queue.enqueue(item) })
    let limit = try Limit(scratch.copy(base, for: "limit"), isFull: true)
    try limit.prepare(tape)
    try limit.run(tape, 0..<single)
    let store = try Self.open(scratch.copy(base, for: "ours"), isFull: true)
    let sides =
      [
        Side(name: Side.limit) { round in
          let first = single * (round + 1)
          return try Measuring.nanoseconds { try limit.run(tape, first..<first + single) }
            / Double(single)
        },
        Side(name: Side.ours) { _ in
          try Self.concurrently(tasks: tasks, each: each) {
            try await store.database.async.write { transaction in
              _ = try transaction.queue.enqueue(item)
            }
          }
        },
      ] + (try postgres.map { [try $0.enqueueing(options.operations(800), clients: 8)] } ?? [])
    var outcome = Outcome(
      number: 8, title: "enqueue from 64 tasks, each durable before it returns",
      conditions: "FULL, 64 tasks, \(waiting) waiting; limit one by one",
      unit: "µs", fileMiB: Scratch.mebibytes(base), goal: "throughput >= 5x limit one by one")
    outcome.take(try Measuring.interleaved(sides, options))
    if let ratio = outcome.oursToLimit {
      outcome.isMet = 1 / ratio.median >= 5
      outcome.notes.append("throughput \(Report.number(1 / ratio.median))x the limit's one by one")
    }
    store.close()
    scratch.removeWork()
    return outcome
  }

  static func concurrently(
    tasks: Int, each: Int, _ body: @escaping @Sendable () async throws -> Void
  ) throws -> Double {
    let done = DispatchSemaphore(value: 0)
    let failures = Failures()
    let time = Measuring.nanoseconds {
      Task.detached {
        await withTaskGroup(of: Void.self) { group in
          for _ in 0..<tasks {
            group.addTask {
              do {
                for _ in 0..<each { try await body() }
              } catch {
                failures.add(error)
              }
            }
          }
        }
        done.signal()
      }
      done.wait()
    }
    if let error = failures.first { throw error }
    return time / Double(tasks * each)
  }

  /// Claims with and without future work of the highest priority in front.
  func claimBehindFuture() throws -> Outcome {
    let waiting = min(options.rows, 100_000)
    let future = waiting
    let without = try fixtures.file("claims-\(waiting)") { path in
      try Fixtures.addItems(waiting, priority: "3", to: try Limit(path))
    }
    let with = try fixtures.file("claims-\(waiting)-future-\(future)") { path in
      let limit = try Limit(path)
      try Fixtures.addItems(waiting, priority: "3", to: limit)
      // Ten years ahead.
      try Fixtures.addItems(
        future, priority: "1", dueIn: 315_360_000_000_000, kind: 3, to: limit)
    }
    let count = options.operations(1000)
    func side(_ name: String, _ base: String) throws -> (Side, BackofficeStore) {
      let store = try Self.open(scratch.copy(base, for: name))
      func run(_ count: Int) throws {
        for _ in 0..<count { _ = try store.queue.claim(worker: "worker 1") }
      }
      try run(count / 5)
      return (
        Side(name: name) { _ in
          try Measuring.nanoseconds { try run(count) } / Double(count)
        }, store
      )
    }
    let (ours, first) = try side(Side.ours, with)
    let (plain, second) = try side("without", without)
    var outcome = Outcome(
      number: 10, title: "claim behind future priority-1 items",
      conditions: "NORMAL, batch 1, \(waiting) waiting, \(future) in the future", unit: "µs",
      fileMiB: Scratch.mebibytes(with), goal: "<= 1.2x without them")
    let figures = try Measuring.interleaved([ours, plain], options)
    outcome.take(figures)
    if let ratio = outcome.peersToOurs["without"] {
      outcome.isMet = 1 / ratio.median <= 1.2
      outcome.notes.append("\(Report.number(1 / ratio.median))x the same claims without them")
      outcome.peersToOurs = [:]
    }
    first.close()
    second.close()
    scratch.removeWork()
    return outcome
  }
}

/// The errors of tasks.
final class Failures: Sendable {
  private let errors = Mutex<[any Error]>([])

  func add(_ error: any Error) { errors.withLock { $0.append(error) } }

  var first: (any Error)? { errors.withLock { $0.first } }
}
