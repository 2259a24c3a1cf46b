import Backoffice
import BackofficeAnalytics
import Foundation

/// A small store that is put under faults, wherever its files are.
protocol Office: AnyObject {
  var path: String { get }
  /// Makes the time and the random numbers of the preparation others than those of the work.
  var isPreparing: Bool { get set }
  /// Says in the settings where the files are.
  func adapt(_ configuration: inout Database.Configuration)
  /// Takes the bytes of the file, or has none, and removes all else.
  func load(_ bytes: Data?)
  /// The bytes of the file.
  func contents() -> Data
}

extension Office {
  /// Where a backup goes.
  var backup: String { path + ".copy" }

  func open() throws -> BackofficeStore {
    var configuration = BackofficeStore.Configuration()
    // The work happens two days after its preparation: there is something to sum up.
    let days = isPreparing ? 0 : 2
    configuration.database.clock =
      ManualClock(Timestamp(microseconds: 1_767_603_600_000_000) + .seconds(days * 86_400)).clock
    // What a disk keeps is not the question here.
    configuration.database.durability = .normal
    configuration.database.random = .seeded(isPreparing ? 1 : 2)
    configuration.database.statementCacheCapacity = 4
    adapt(&configuration.database)
    configuration.packs = [AnalyticsPack()]
    return try BackofficeStore(.file(path), configuration: configuration)
  }

  /// The file of a small office at work.
  func template(
    _ further: (BackofficeStore) throws -> Void = { _ in }
  ) throws -> Data {
    load(nil)
    isPreparing = true
    defer { isPreparing = false }
    let store = try open()
    for index in 0..<4 {
      let customer = try store.customers.create(
        NewCustomer(fullName: "C", email: "c\(index)@example.com"))
      let batch = try store.batches.create(NewBatch(name: "B", customerID: customer.id))
      try store.batches.enqueue((0..<4).map { NewQueueItem(kind: "k \($0)") }, into: batch.id)
    }
    // Two that run, for work on what runs.
    _ = try store.queue.claim(2, worker: "worker", lease: .seconds(400_000))
    try further(store)
    store.close()
    return contents()
  }
}
