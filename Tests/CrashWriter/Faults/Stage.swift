import Backoffice
import BackofficeAnalytics
import Foundation

/// A piece of work on a store, and whether opening the store is part of it.
struct Stage {
  let name: String
  var template: Data?
  var opens = false
  /// Whether the work begins with books that are not in order, and mends them.
  var startsDamaged = false
  /// Whether the work takes a step of the schema away.
  var leavesOldSchema = false
  let work: (BackofficeStore) throws -> Void

  struct Undo: Error {}
}

extension Stage {
  /// Each kind of transaction that the library has.
  static func all(_ office: some Office) throws -> [Stage] {
    let filled = try office.template()
    let damaged = try office.template { store in
      _ = try store.write { transaction in
        try transaction.execute(
          sql: "UPDATE batches SET total_items = total_items + 5, pending_items = pending_items + 5"
        )
      }
    }
    return schema(filled) + queue(filled) + rooms(filled) + [
      Stage(name: "rebuild", template: damaged, startsDamaged: true) { store in
        try store.rebuild()
      },
      Stage(name: "back up", template: filled) { [backup = office.backup] store in
        try store.database.backUp(to: backup)
      },
      Stage(name: "read", template: filled) { store in
        _ = try store.read { transaction in
          _ = try transaction.customers.find(email: "c1@example.com")
          return try transaction.fetchAll(sql: "SELECT * FROM queue_items ORDER BY payload") {
            try $0.value(at: 1, as: [UInt8].self)
          }
        }
      },
      Stage(name: "undo", template: filled) { store in
        do {
          try store.write { transaction in
            try transaction.execute(sql: "DELETE FROM queue_items")
            throw Undo()
          }
        } catch is Undo {
          // As meant.
        }
      },
    ]
  }

  private static func schema(_ filled: Data) -> [Stage] {
    [
      Stage(name: "migrate a new file", opens: true) { _ in },
      Stage(name: "open", template: filled, opens: true) { _ in },
      Stage(name: "roll back a step", template: filled, leavesOldSchema: true) { store in
        var configuration = BackofficeStore.Configuration()
        configuration.packs = [AnalyticsPack()]
        let migrator = try configuration.migrator()
        try store.database.maintain { maintenance in _ = try migrator.downByOne(maintenance) }
      },
    ]
  }

  private static func queue(_ filled: Data) -> [Stage] {
    [
      Stage(name: "enqueue", template: filled) { store in
        try store.queue.enqueue((0..<3).map { NewQueueItem(kind: "new \($0)") })
      },
      Stage(name: "claim", template: filled) { store in
        _ = try store.queue.claim(2, worker: "other")
      },
      Stage(name: "complete", template: filled) { store in
        try store.write { transaction in
          let leases = try transaction.fetchAll(
            sql: "SELECT id, lease_token FROM queue_items WHERE status = 'running' ORDER BY pk"
          ) { Lease(item: try $0.value(at: 0), token: try $0.value(at: 1)) }
          try transaction.queue.complete(leases)
        }
      },
      Stage(name: "batch", template: filled) { store in
        try store.write { transaction in
          let batch = try transaction.batches.create(NewBatch(name: "New"))
          try transaction.batches.enqueue([NewQueueItem(kind: "a")], into: batch.id)
        }
      },
    ]
  }

  private static func rooms(_ filled: Data) -> [Stage] {
    [
      Stage(name: "status change", template: filled) { store in
        try store.write { transaction in
          let next = try transaction.fetchOne(
            sql: """
              SELECT c.id, t.to_status FROM customers c JOIN status_transitions t
              ON t.pipeline = c.pipeline AND t.from_status = c.status ORDER BY c.pk LIMIT 1
              """
          ) {
            (
              try $0.value(at: 0, as: ID<Customer>.self),
              try $0.value(at: 1, as: CustomerStatus.self)
            )
          }
          guard let (customer, status) = next else { return }
          _ = try transaction.customers.changeStatus(of: customer, to: status)
        }
      },
      Stage(name: "snapshot refresh", template: filled) { store in
        _ = try store.analytics.refresh()
      },
      Stage(name: "new customer", template: filled) { store in
        _ = try store.customers.create(NewCustomer(fullName: "New", email: "new@example.com"))
      },
    ]
  }
}
