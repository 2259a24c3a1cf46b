import Backoffice
import BackofficeTesting
import Foundation
import Testing

@testable import BackofficeStorage

@Suite("The office as a pack")
struct OfficePackTests {
  @Test("A file with only the queue becomes an office, with a history of its batches")
  func added() throws {
    let path = FileManager.default.temporaryDirectory
      .appending(path: "office-\(UUID().uuidString).sqlite").path
    defer {
      for suffix in ["", "-wal", "-shm"] {
        try? FileManager.default.removeItem(atPath: path + suffix)
      }
    }
    let queue = try TestStore(packs: [], location: .file(path))
    let batch = try queue.store.batches.create(NewBatch(name: "b"))
    try queue.store.batches.enqueue([NewQueueItem(kind: "a")], into: batch.id)
    try queue.store.queue.enqueue(NewQueueItem(kind: "b"))
    #expect(try queue.store.check() == [])
    queue.store.close()
    let office = try TestStore(location: .file(path))
    defer { office.store.close() }
    #expect(try office.store.check() == [])
    let history = try office.store.history.timeline(of: batch.id, kind: .batch).elements
    #expect(history.map(\.to) == ["pending"])
    try office.sampleCustomers(2)
    #expect(try office.drain().completed == 2)
    #expect(try office.store.history.timeline(of: batch.id, kind: .batch).elements.count > 1)
    #expect(try office.store.check() == [])
  }

  @Test("An item without account and batch runs no rule of the office")
  func plainItems() throws {
    let office = try TestStore().store.triggers
    let queue = Set(try TestStore(packs: []).store.triggers.map(\.name))
    let added = office.filter { $0.table == "queue_items" && !queue.contains($0.name) }
    #expect(added.count >= 5)
    for trigger in added {
      #expect(!mayHold(.all(trigger.conditions)), "\(trigger.name) runs for a plain item")
    }
  }

  /// Whether a condition can be true of a plain, unparked item in an office without actions and
  /// plans.
  private func mayHold(_ condition: ChangeCondition) -> Bool {
    switch condition {
    case .holds(let column):
      !["account", "cost", "batch_id", "subject_id", "subject_kind"].contains(column)
    case .isOn: false
    case .becomes(_, let words): words != ["parked"]
    case .was, .changes, .moves, .not: true
    case .all(let conditions): conditions.allSatisfy(mayHold)
    case .any(let conditions): conditions.contains(where: mayHold)
    }
  }

  private struct Visit: CustomerCompanion {
    var isRefused = false

    struct Refused: Error {}

    func create(
      for customer: ID<Customer>, _ transaction: borrowing WriteTransaction
    ) throws {
      if isRefused { throw Refused() }
      var item = NewQueueItem(kind: "visit")
      item.customerID = customer
      try transaction.queue.enqueue(item)
    }
  }

  @Test("A program can create a companion with each customer, or none")
  func companions() throws {
    let test = try TestStore()
    var new = NewCustomer(fullName: "Ada", email: "ada@example.com", tier: nil)
    new.companions[Visit.self] = Visit()
    let ada = try test.store.customers.create(new)
    #expect(try test.store.queue.claim(worker: "w").map(\.item.customerID) == [ada.id])
    #expect(try test.store.subscriptions.find(of: ada.id) == nil)
    var other = NewCustomer(fullName: "Grace", email: "grace@example.com", tier: .basic)
    other.companions[Visit.self] = Visit(isRefused: true)
    #expect(throws: Visit.Refused.self) { try test.store.customers.create(other) }
    #expect(try test.store.customers.find(email: "grace@example.com") == nil)
    #expect(other.tier == .basic)
    other.companions[Visit.self] = nil
    let grace = try test.store.customers.create(other)
    #expect(try test.store.subscriptions.find(of: grace.id)?.tier == .basic)
    #expect(try test.store.check() == [])
  }
}
