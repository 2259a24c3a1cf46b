import Backoffice
import BackofficeTesting

extension WholeStoreHistory {
  private func policy() -> QueueDependency.Policy {
    QueueDependency.Policy.allCases[below(QueueDependency.Policy.allCases.count)]
  }

  /// Work that waits for other work, and what is done to queues from outside.
  static let flowOperations: [Operation] = [
    Operation("queue.enqueueAfter", 5) { history, transaction in
      let parents = try (0..<(1 + history.below(3))).map { _ in
        try history.item("finished_at IS NULL", transaction)
      }
      history.note([
        try transaction.queue.enqueue(
          try history.work(), after: parents, ifParentFails: history.policy())
      ])
    },
    Operation("queue.enqueueFlow", 2) { history, transaction in
      var flow = QueueFlow()
      for index in 0..<(2 + history.below(5)) {
        var item = try history.work()
        item.batchID = nil
        flow.add(
          "\(index)", item,
          after: (0..<index).filter { _ in history.below(2) == 0 }.map { "\($0)" },
          ifParentFails: history.policy())
      }
      history.world.items += try transaction.queue.enqueue(flow).values.sorted()
    },
    Operation("queue.addDependency", 3) { history, transaction in
      try transaction.queue.addDependency(
        of: try history.item("status IN ('pending', 'retrying')", transaction),
        on: try history.item("finished_at IS NULL", transaction), ifParentFails: history.policy())
    },
    Operation("queue.removeDependency", 1) { history, transaction in
      let item = try history.item("waits_for > 0", transaction)
      let open = try transaction.queue.dependencies(of: item)
      try transaction.queue.removeDependency(of: item, on: try history.any(open).parent)
    },
    Operation("batches.seal", 2) { history, transaction in
      try transaction.batches.seal(try history.batch("sealed_at IS NULL", transaction))
    },
    Operation("queue.delete", 1) { history, transaction in
      try transaction.queue.delete(try history.item("status <> 'running'", transaction))
    },
    Operation("queue.redrive", 1) { history, transaction in
      _ = try transaction.queue.redrive(DeadItemFilter(), limit: 1 + history.below(5))
    },
    Operation("queue.move", 1) { history, transaction in
      try transaction.queue.move(
        try history.item("status IN ('pending', 'retrying')", transaction),
        to: history.below(3) == 0 ? "other" : "default")
    },
  ]
}
