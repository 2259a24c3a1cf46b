import Backoffice
import Foundation

/// Writes for ever, and says on standard output what was acknowledged, a line a fact.
///
/// - `customer <id>`: a customer was created.
/// - `item <id>`: an item was enqueued.
/// - `claimed <id> <token>`: it was claimed.
/// - `done <id>`: it was completed.
struct Writing {
  let store: BackofficeStore
  let seed: UInt64

  init(path: String, seed: UInt64) throws {
    store = try BackofficeStore(.file(path))
    self.seed = seed
    Self.say("open")
  }

  /// One write of a short line to a pipe is never torn.
  static func say(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
  }

  func run() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task in 0..<3 {
        group.addTask { try await writeInGroups(.seeded(seed &* 4 &+ UInt64(task))) }
      }
      group.addTask { try writeAlone(.seeded(seed &* 4 &+ 3)) }
      try await group.waitForAll()
    }
  }

  /// Commits that several tasks share.
  private func writeInGroups(_ random: RandomSource) async throws {
    while true {
      let count = 1 + random.next(below: 3)
      let ids = try await store.database.async.write { transaction in
        let results = try transaction.queue.enqueue(
          (0..<count).map { NewQueueItem(kind: "kind \($0)") })
        return results.map(\.id)
      }
      for id in ids { Self.say("item \(id)") }
    }
  }

  /// Commits of its own.
  private func writeAlone(_ random: RandomSource) throws {
    while true {
      switch random.next(below: 3) {
      case 0:
        let email = "c\(UInt64.random(in: 0 ... .max))@example.com"
        let customer = try store.customers.create(NewCustomer(fullName: "A", email: email))
        Self.say("customer \(customer.id)")
      case 1:
        for claimed in try store.queue.claim(2, worker: "worker") {
          Self.say("claimed \(claimed.lease.item) \(claimed.lease.token)")
        }
      default:
        guard let claimed = try store.queue.claim(worker: "worker").first else { continue }
        try store.queue.complete(claimed.lease)
        Self.say("done \(claimed.lease.item)")
      }
    }
  }
}
