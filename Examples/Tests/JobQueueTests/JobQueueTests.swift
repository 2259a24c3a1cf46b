import BackofficeQueue
import Testing

@testable import JobQueue

@Suite("The program on the queue alone")
struct JobQueueTests {
  @Test("It runs and ends")
  func program() async throws { try await JobQueue.main() }

  @Test("Its worker completes every item, and the store has no table but the queue's")
  func items() async throws {
    let store = try BackofficeStore(.memory, packs: [])
    try await JobQueue.sendInvoices(1...20, with: store)
    let statistics = try store.queues.statistics()
    #expect(statistics.kept.completed == 20)
    #expect(try store.check() == [])
    let others = try store.read { transaction in
      try transaction.fetchAll(
        sql: "SELECT name FROM sqlite_schema WHERE name IN ('customers', 'staff', 'status_history')"
      ) { try $0.value(at: 0, as: String.self) }
    }
    #expect(others == [])
    store.close()
  }
}
