import Backoffice
import BackofficeTesting

extension WholeStoreHistory {
  /// Work for a random customer, with credits.
  func work() throws -> NewQueueItem {
    var new = NewQueueItem(kind: "submit")
    new.customerID = below(6) == 0 ? nil : try customer()
    new.credits = new.customerID == nil ? 0 : below(5)
    new.priority = 1 + below(5)
    new.directoryID = below(2) == 0 ? nil : try any(world.directories)
    new.batchID = below(3) == 0 ? nil : try? recent(world.batches, 5)
    new.maxAttempts = 1 + below(4)
    new.maxRescues = below(3)
    new.uniqueKey = below(4) == 0 ? "key \(below(50))" : nil
    if below(4) == 0 { new.dueAt = now + .seconds(below(9000)) }
    if below(6) == 0 { new.deadlineAt = now + .hours(24 + below(48)) }
    return new
  }

  func note(_ results: [EnqueueResult]) {
    world.items += results.filter(\.isNew).map(\.id)
  }

  static let queueOperations: [Operation] = [
    Operation("queue.enqueue", 14) { history, transaction in
      history.note([try transaction.queue.enqueue(try history.work())])
    },
    Operation("queue.enqueueMany", 3) { history, transaction in
      history.note(
        try transaction.queue.enqueue((0..<(1 + history.below(6))).map { _ in try history.work() }))
    },
    Operation("batches.create", 4) { history, transaction in
      var new = NewBatch(
        name: "b\(history.world.serial)",
        customerID: history.below(3) == 0 ? nil : try history.customer())
      new.maxConcurrentItems = 1 + history.below(4)
      new.stopOnError = history.below(4) == 0
      new.intake = history.below(3) == 0 ? .untilSealed : .untilFinished
      for event in BatchCallback.Event.allCases where history.below(2) == 0 {
        new.callbacks[event] = BatchCallback(kind: "on_\(event.rawValue)")
      }
      history.world.batches.append(try transaction.batches.create(new).id)
    },
    Operation("batches.enqueue", 4) { history, transaction in
      let batch = try history.batch("finished_at IS NULL AND sealed_at IS NULL", transaction)
      let items = try (0..<(1 + history.below(8))).map { _ in
        var item = try history.work()
        item.batchID = nil
        return item
      }
      history.note(try transaction.batches.enqueue(items, into: batch))
    },
    Operation("batches.pause", 3) { history, transaction in
      try transaction.batches.pause(
        try history.batch("status IN ('pending', 'processing')", transaction))
    },
    Operation("batches.resume", 3) { history, transaction in
      try transaction.batches.resume(try history.batch("status = 'paused'", transaction))
    },
    Operation("batches.cancel", 1) { history, transaction in
      try transaction.batches.cancel(try history.batch("finished_at IS NULL", transaction))
    },
    Operation("batches.retryFailed", 2) { history, transaction in
      _ = try transaction.batches.retryFailed(try history.batch("failed_items > 0", transaction))
    },
    Operation("queue.cancel", 2) { history, transaction in
      try transaction.queue.cancel(try history.item("finished_at IS NULL", transaction))
    },
    Operation("queue.pause", 3) { history, transaction in
      try transaction.queue.pause(
        try history.item("status IN ('pending', 'retrying')", transaction))
    },
    Operation("queue.resume", 4) { history, transaction in
      try transaction.queue.resume(try history.item("status = 'paused'", transaction))
    },
    Operation("queue.retry", 4) { history, transaction in
      try transaction.queue.retry(
        try history.item("status IN ('failed', 'cancelled')", transaction))
    },
    Operation("queue.reprioritise", 1) { history, transaction in
      try transaction.queue.reprioritise(
        try history.item("status = 'pending'", transaction), to: 1 + history.below(5))
    },
    Operation("queue.reschedule", 2) { history, transaction in
      try transaction.queue.reschedule(
        try history.item("status IN ('pending', 'retrying')", transaction),
        to: history.now + .seconds(history.below(900)))
    },
    Operation("queue.rescue", 3) { _, transaction in
      _ = try transaction.queue.rescueExpired()
      _ = try transaction.queue.expireOverdue()
    },
    Operation("queue.purge", 1) { _, transaction in
      _ = try transaction.queues.purgeFinished(olderThan: .days(20), limit: 10)
    },
  ]

  static let workerOperations: [Operation] = [
    Operation("queue.claim", 14) { history, transaction in
      let claimed = try transaction.queue.claim(
        1 + history.below(4), worker: "w\(history.below(3))",
        lease: .seconds(600 + history.below(20_000)))
      guard !claimed.isEmpty else { throw Idle() }
      history.world.leases += claimed.map(\.lease)
    },
    Operation("queue.complete", 10) { history, transaction in
      try transaction.queue.complete(try history.lease(transaction))
    },
    Operation("queue.fail", 5) { history, transaction in
      let policies: [RetryPolicy] = [.automatically, .automatically, .after(.seconds(60)), .never]
      _ = try transaction.queue.fail(
        try history.lease(transaction), error: ItemFailure(message: "no"),
        retry: policies[history.below(policies.count)])
    },
    Operation("queue.snooze", 2) { history, transaction in
      _ = try transaction.queue.snooze(
        try history.lease(transaction), for: .seconds(600))
    },
    Operation("queue.release", 2) { history, transaction in
      _ = try transaction.queue.release(try history.lease(transaction))
    },
    Operation("queue.progress", 2) { history, transaction in
      _ = try transaction.queue.progress(
        try history.lease(transaction), percent: history.below(100), step: "step")
    },
    Operation("queue.cancelled", 2) { history, transaction in
      try transaction.queue.cancelled(try history.lease(transaction))
    },
    Operation("workflows.park", 6) { history, transaction in
      let lease = try history.lease(transaction)
      let kinds = ActionKindDefinition.directoryChores.map(\.name)
      let customer = try transaction.queue.find(lease.item)?.customerID
      let action = try transaction.workflows.parkForPerson(
        lease,
        action: NewAction(
          kinds[history.below(kinds.count)], title: "Help",
          customerID: try customer ?? history.customer()))
      history.world.actions.append(action.id)
    },
    Operation("workflows.completeManually", 3) { history, transaction in
      try transaction.workflows.completeManually(
        try history.action(
          """
          finished_at IS NULL AND assistant_id IS NOT NULL AND queue_item_id IN (
            SELECT id FROM queue_items WHERE status = 'parked')
          """, transaction))
    },
  ]
}
