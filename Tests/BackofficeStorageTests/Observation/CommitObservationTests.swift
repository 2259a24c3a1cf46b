import BackofficeStorage
import Synchronization
import Testing

@Suite("Observation of commits")
struct CommitObservationTests {
  @Test("An observer is notified of committed tables only, and may use the store")
  func observe() throws {
    let database = try Database.items()
    let heard = Mutex<[Set<String>]>([])
    let counts = Mutex<[Int]>([])
    let observation = database.observeCommits { tables in
      heard.withLock { $0.append(tables) }
      let count = try? database.items().count
      counts.withLock { $0.append(count ?? -1) }
    }
    try database.write { transaction in
      try transaction.insert(Item(id: transaction.makeID(), name: "a", amount: 1))
    }
    struct Undo: Error {}
    #expect(throws: Undo.self) {
      try database.write { transaction in
        try transaction.log("never")
        throw Undo()
      }
    }
    try database.write { _ in }
    observation.cancel()
    try database.write { try $0.log("unheard") }
    #expect(heard.withLock { $0 } == [["items"]])
    #expect(counts.withLock { $0 } == [1])
  }
}
