import Backoffice
import Foundation

/// One of several processes that write the same file at once.
///
/// Each round writes by group commit, by a transaction of its own, and by claims; in the end the
/// process works on until nothing is left to claim. It says what was acknowledged.
struct Sharing {
  let store: BackofficeStore
  let worker: String
  let rounds: Int

  init(path: String, worker: String, rounds: Int) throws {
    store = try BackofficeStore.patient(path)
    self.worker = worker
    self.rounds = rounds
    Writing.say("open")
  }

  func run() async throws {
    for round in 0..<rounds {
      try await enqueue(round)
      let customer = try store.customers.create(
        NewCustomer(fullName: "A", email: "c\(round)@worker\(worker).example"))
      Writing.say("customer \(customer.id)")
      _ = try work()
    }
    while try work() > 0 {}
    store.close()
    Writing.say("end")
  }

  /// Writes of four tasks that share commits.
  private func enqueue(_ round: Int) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task in 0..<4 {
        group.addTask {
          let ids = try await store.database.async.write { transaction in
            try transaction.queue.enqueue([NewQueueItem(kind: "kind \(task)")]).map(\.id)
          }
          for id in ids { Writing.say("item \(id)") }
        }
      }
      try await group.waitForAll()
    }
  }

  /// Claims and completes; answers how many items there were.
  private func work() throws -> Int {
    let claimed = try store.queue.claim(3, worker: "worker \(worker)")
    for item in claimed {
      try store.queue.complete(item.lease)
      Writing.say("done \(item.lease.item)")
    }
    return claimed.count
  }

  /// Holds the writer of a file until standard input ends.
  static func hold(_ path: String) throws {
    let store = try BackofficeStore.patient(path)
    try store.write(reason: "holding on") { _ in
      Writing.say("held")
      _ = try FileHandle.standardInput.readToEnd()
    }
    store.close()
  }
}
