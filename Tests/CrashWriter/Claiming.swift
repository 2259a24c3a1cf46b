import Backoffice

/// Claims and completes with several tasks until nothing is left.
///
/// Says `took <item> <token>` for each item, before it is completed.
struct Claiming {
  let store: BackofficeStore
  let tasks: Int

  init(path: String, tasks: Int) throws {
    store = try BackofficeStore.patient(path)
    self.tasks = tasks
  }

  func run() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task in 0..<tasks {
        group.addTask { try await claim(.seeded(UInt64(task))) }
      }
      try await group.waitForAll()
    }
  }

  private func claim(_ random: RandomSource) async throws {
    while true {
      let limit = 1 + random.next(below: 5)
      let claimed = try await store.database.async.write { transaction in
        try transaction.queue.claim(limit, worker: "claimer", lease: .seconds(600))
      }
      if claimed.isEmpty { return }
      for item in claimed { say("took \(item.lease.item) \(item.lease.token)") }
      try await store.database.async.write { transaction in
        try transaction.queue.complete(claimed.map(\.lease))
      }
    }
  }
}
