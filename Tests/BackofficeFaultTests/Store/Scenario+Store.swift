import Backoffice
import BackofficeAnalytics

extension Scenario {
  /// The transactions of a back office, room by room.
  static let rooms: [Scenario] =
    [
      .store("enqueue") { store, place in
        let batch: ID<Batch> = try store.id("batches")
        for step in 0..<2 {
          try store.batches.enqueue(
            (0..<5).map { NewQueueItem(kind: "new \(step) \($0)") }, into: batch)
          place.acknowledge()
        }
      },
      .store("claim") { store, place in
        for step in 0..<3 {
          _ = try store.queue.claim(2, worker: "worker \(step)")
          place.acknowledge()
        }
      },
      .store("complete") { store, place in
        for lease in try store.leases() {
          try store.queue.complete(lease)
          place.acknowledge()
        }
      },
      .store("fail and heartbeat") { store, place in
        let leases = try store.leases()
        try store.queue.heartbeat(leases[0], extendBy: .seconds(9000))
        place.acknowledge()
        try store.queue.fail(leases[1], error: ItemFailure(message: "no answer"))
        place.acknowledge()
        try store.queue.fail(leases[2], error: ItemFailure(message: "gone"), retry: .never)
        place.acknowledge()
      },
      .store("a customer's status") { store, place in
        let customer: ID<Customer> = try store.id("customers")
        for status in try statuses(from: customer, in: store).prefix(2) {
          try store.customers.changeStatus(of: customer, to: status, reason: "as agreed")
          place.acknowledge()
        }
      },
      .store("a new customer, and one who leaves") { store, place in
        _ = try store.customers.create(
          NewCustomer(fullName: "Grace", email: "grace@example.com", tier: .enterprise))
        place.acknowledge()
        _ = try store.customers.softDelete(store.id("customers", 1), reason: "asked for it")
        place.acknowledge()
      },
      .store("a submission's life") { store, place in
        let submission: ID<Submission> = try store.id("submissions")
        try store.submissions.start(submission)
        place.acknowledge()
        try store.submissions.markSubmitted(submission, externalID: "42")
        place.acknowledge()
        try store.submissions.approve(submission, liveURL: "https://listings.example/42")
        place.acknowledge()
      },
      .store("an action's life") { store, place in
        let action: ID<PendingAction> = try store.id("pending_actions")
        try store.actions.assignAutomatically(action)
        place.acknowledge()
        try store.actions.start(action)
        place.acknowledge()
        try store.actions.complete(action, quality: 5)
        place.acknowledge()
      },
      .store("usage and credits") { store, place in
        let customer: ID<Customer> = try store.id("customers")
        for step in 0..<2 {
          _ = try store.usage.consume(
            UsageEvent(key: "use \(step)", customerID: customer, meter: "calls", quantity: 3),
            limit: 100)
          place.acknowledge()
        }
      },
      .store("rescue") { store, place in
        _ = try store.queue.rescueExpired()
        place.acknowledge()
      },
      .store("an item that waits for a person") { store, place in
        let lease = try store.leases()[0]
        let action = try store.workflows.parkForPerson(
          lease,
          action: NewAction(
            .captchaSolving, title: "Solve it", customerID: store.id("customers")))
        place.acknowledge()
        try store.actions.assignAutomatically(action.id)
        place.acknowledge()
        _ = try store.workflows.completeManually(action.id, quality: 4)
        place.acknowledge()
      },
      .store("purge a customer") { store, place in
        _ = try store.workflows.purgeCustomer(store.id("customers"))
        place.acknowledge()
      },
      .store("refresh snapshots") { store, place in
        let report = try store.analytics.refresh()
        if report.changedRows == 0 { throw WrongSubject() }
        place.acknowledge()
        _ = try store.dashboards.refreshSummary()
        place.acknowledge()
      },
      .store("one transaction over all rooms") { store, place in
        let first: ID<Customer> = try store.id("customers")
        let leases = try store.leases()
        let status = try statuses(from: first, in: store)[0]
        try store.write(reason: "all at once") { transaction in
          let customer = try transaction.customers.create(
            NewCustomer(fullName: "Grace", email: "grace@example.com", tier: .basic))
          let batch = try transaction.batches.create(NewBatch(name: "All", customerID: customer.id))
          try transaction.batches.enqueue([NewQueueItem(kind: "a")], into: batch.id)
          try transaction.customers.changeStatus(of: first, to: status)
          try transaction.queue.complete(leases)
          _ = try transaction.actions.create(
            NewAction(.captchaSolving, title: "Solve it", customerID: customer.id))
        }
        place.acknowledge()
      },
      .rebuild,
    ] + officeSchema

  /// The statuses along which a customer can move, one after the other.
  private static func statuses(
    from customer: ID<Customer>, in store: BackofficeStore
  ) throws -> [CustomerStatus] {
    try store.read { transaction in
      try transaction.fetchAll(
        sql: """
          WITH RECURSIVE path (status, pipeline, depth) AS (
            SELECT status, pipeline, 0 FROM customers WHERE id = ?
            UNION ALL
            SELECT (
              SELECT t.to_status FROM status_transitions t
              WHERE t.pipeline = path.pipeline AND t.from_status = path.status
              ORDER BY t.to_status LIMIT 1), pipeline, depth + 1
            FROM path WHERE depth < 2 AND status IS NOT NULL)
          SELECT status FROM path WHERE depth > 0 AND status IS NOT NULL ORDER BY depth
          """, customer
      ) { try $0.value(at: 0) }
    }
  }

  /// Books that another program spoiled, put right.
  private static var rebuild: Scenario {
    var scenario = Scenario.store(
      "rebuild",
      prepare: { store in
        try fill(store)
        try store.write { transaction in
          try transaction.execute(
            sql:
              "UPDATE batches SET pending_items = pending_items + 5, total_items = total_items + 5")
        }
      },
      { store, place in
        try store.rebuild()
        place.acknowledge()
      })
    scenario.startsDamaged = true
    return scenario
  }
}
