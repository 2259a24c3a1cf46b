import Backoffice
import Foundation

/// Uses the queue at random, as several processes do at once, until it is killed.
///
/// Each line is a command that was acknowledged:
/// - `item <id>`: an item was enqueued.
/// - `batch <id>`: a batch was created.
/// - `took <id> <token>`: an item was claimed.
/// - `done <id> <token>`: it was completed.
/// - `cmd <name>`: anything else.
///
/// Leases are so short that processes take items from each other while both live.
final class QueueModel {
  private let store: BackofficeStore
  private let random: RandomSource
  private var leases: [Lease] = []
  private var items: [ID<QueueItem>] = []
  private var batches: [ID<Batch>] = []

  init(path: String, seed: UInt64) throws {
    var configuration = BackofficeStore.Configuration()
    configuration.database.busyTimeout = .seconds(20)
    store = try BackofficeStore(.file(path), configuration: configuration)
    random = .seeded(seed)
    // The oracle looks at every attempt.
    var policy = ItemPolicy()
    policy.keepsAllAttempts = true
    try store.queues.declare((0..<3).map { KindPolicy("kind \($0)", policy) })
    say("cmd open")
  }

  func run() throws {
    while true {
      do {
        try step()
      } catch is QueueError {
        // A refusal is an answer: another process was faster.
        say("cmd refused")
      }
    }
  }

  private func step() throws {
    switch random.next(below: 100) {
    case 0..<22: try enqueue()
    case 22..<46: try claim()
    case 46..<62: try complete()
    case 62..<68: try completeSeveral()
    case 68..<74: try fail()
    case 74..<90: try tend()
    case 90..<95: try steer()
    default: try keepHouse()
    }
  }

  private func enqueue() throws {
    var new = (0...random.next(below: 3)).map { _ in
      var item = NewQueueItem(kind: "kind \(random.next(below: 3))")
      item.priority = 1 + random.next(below: 5)
      item.retryDelaySeconds = 0
      item.maxRescues = 1 + random.next(below: 5)
      if random.next(below: 4) == 0 { item.uniqueKey = "key \(random.next(below: 20))" }
      if random.next(below: 6) == 0 { item.runLimitSeconds = 1 }
      if random.next(below: 6) == 0 {
        item.dueAt = StoreClock.system.now() + .milliseconds(random.next(below: 300))
      }
      return item
    }
    if random.next(below: 3) == 0, let batch = pick(batches) {
      for index in new.indices { new[index].batchID = batch }
    }
    for result in try store.queue.enqueue(new) {
      if result.isNew { items.append(result.id) }
      say("item \(result.id)")
    }
  }

  private func claim() throws {
    let claimed = try store.queue.claim(
      1 + random.next(below: 4), worker: "model \(getpid())",
      lease: .milliseconds(20 + random.next(below: 300)))
    for item in claimed {
      leases.append(item.lease)
      say("took \(item.lease.item) \(item.lease.token)")
    }
    if claimed.isEmpty { say("cmd claim") }
  }

  private func complete() throws {
    guard let lease = takeLease() else { return try claim() }
    try store.queue.complete(lease, result: .emptyArray)
    say("done \(lease.item) \(lease.token)")
  }

  private func completeSeveral() throws {
    let some = (0..<3).compactMap { _ in takeLease() }
    guard !some.isEmpty else { return try enqueue() }
    try store.queue.complete(some)
    for lease in some { say("done \(lease.item) \(lease.token)") }
  }

  private func fail() throws {
    guard let lease = takeLease() else { return try claim() }
    let policies: [RetryPolicy] = [.automatically, .never, .after(.zero)]
    try store.queue.fail(
      lease, error: ItemFailure(code: "model", message: "it failed"),
      retry: policies[random.next(below: policies.count)])
    say("cmd fail")
  }

  private func tend() throws {
    guard let lease = pick(leases) else { return try claim() }
    switch random.next(below: 4) {
    case 0:
      try store.queue.heartbeat(lease, extendBy: .milliseconds(200))
      say("cmd heartbeat")
    case 1:
      try store.queue.progress(lease, percent: random.next(below: 101), step: "a step")
      say("cmd progress")
    case 2:
      leases.removeAll { $0 == lease }
      try store.queue.snooze(lease, for: .milliseconds(random.next(below: 100)))
      say("cmd snooze")
    default:
      leases.removeAll { $0 == lease }
      try store.queue.release(lease)
      say("cmd release")
    }
  }

  private func steer() throws {
    if batches.count < 3 || random.next(below: 10) == 0 {
      var new = NewBatch(name: "batch")
      new.maxConcurrentItems = 1 + random.next(below: 4)
      let batch = try store.batches.create(new)
      batches.append(batch.id)
      say("batch \(batch.id)")
      return
    }
    if let batch = pick(batches) {
      switch random.next(below: 4) {
      case 0: try store.batches.pause(batch)
      case 1: try store.batches.resume(batch)
      case 2: try store.batches.retryFailed(batch)
      default: try store.batches.limitConcurrency(of: batch, to: 1 + random.next(below: 5))
      }
    }
    say("cmd steer")
  }

  private func keepHouse() throws {
    switch random.next(below: 6) {
    case 0:
      if let id = pick(items) { _ = try store.queue.cancel(id, reason: "the model") }
    case 1:
      if let id = pick(items) { try store.queue.reprioritise(id, to: 1 + random.next(below: 5)) }
    case 2:
      if let id = pick(items) { try store.queue.retry(id) }
    case 3: _ = try store.queue.expireOverdue()
    default: _ = try store.queue.rescueExpired()
    }
    say("cmd house")
  }

  private func pick<Element>(_ list: [Element]) -> Element? {
    list.isEmpty ? nil : list[random.next(below: list.count)]
  }

  private func takeLease() -> Lease? {
    leases.isEmpty ? nil : leases.remove(at: random.next(below: leases.count))
  }
}
