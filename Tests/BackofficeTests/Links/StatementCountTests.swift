import Backoffice
import BackofficeTesting
import Synchronization
import Testing

/// Counts what the storage reports, which is every statement but `BEGIN` and `COMMIT`.
@Suite("How many statements an item takes")
struct StatementCountTests {
  private let test: TestStore
  private let statements: Statements

  init() throws {
    let statements = Statements()
    self.statements = statements
    test = try TestStore { configuration in
      configuration.database.slowStatement = .zero
      configuration.database.onEvent = { event in
        if case .slowStatement(let sql, _) = event { statements.add(sql) }
      }
    }
  }

  private func count<Result>(
    atMost most: Int, _ work: () throws -> Result, at location: SourceLocation = #_sourceLocation
  ) rethrows -> Result {
    statements.clear()
    let result = try work()
    let found = statements.all
    #expect(found.count <= most, "\(found.joined(separator: "\n"))", sourceLocation: location)
    return result
  }

  private func claim() throws -> Lease {
    try #require(try test.store.queue.claim(worker: "worker").first).lease
  }

  @Test("A plain item is enqueued by one statement and completed by one")
  func plainItem() throws {
    // What the first item of a kind reads is kept in memory from then on.
    try test.store.queue.enqueue(NewQueueItem(kind: "plain"))
    try test.store.queue.complete(claim())
    try count(atMost: 1) { _ = try test.store.queue.enqueue(NewQueueItem(kind: "plain")) }
    let lease = try count(atMost: 5) { try claim() }
    try count(atMost: 1) { try test.store.queue.complete(lease) }
    #expect(try test.store.queues.statistics().kept.completed == 2)
  }

  @Test(
    "An item with customer, credits and batch is completed by at most 16 statements",
    arguments: [(false, false, 7), (false, true, 11), (true, false, 12), (true, true, 16)])
  func paidItem(isMetered: Bool, endsBatch: Bool, most: Int) throws {
    let customer = try test.store.customers.create(
      NewCustomer(fullName: "Ada", email: "ada@example.com", tier: .pro))
    if isMetered { try test.store.usage.countCompletions(of: "submit", as: .submissions) }
    var item = NewQueueItem(kind: "submit")
    item.customerID = customer.id
    item.credits = 2
    item.batchID = try test.store.batches.create(
      NewBatch(name: "spring", customerID: customer.id)
    ).id
    try test.store.queue.enqueue([item, item])
    try count(atMost: 10) { _ = try test.store.queue.enqueue(item) }
    // The first one begins the batch and the periods of the meter.
    try test.store.queue.complete(claim())
    if endsBatch { try test.store.queue.complete(claim()) }
    let lease = try count(atMost: 7) { try claim() }
    try count(atMost: most) { try test.store.queue.complete(lease) }

    let done = endsBatch ? 3 : 2
    #expect(try test.store.credits.balance(of: customer.id).spent == 2 * done)
    let events = try test.store.usage.events(of: customer.id, meter: .submissions).elements
    #expect(events.count == (isMetered ? done : 0))
    let batch = try test.store.batches.find(try #require(item.batchID))
    #expect(batch?.status == (endsBatch ? .completed : .processing))
    #expect(try test.store.check() == [])
  }
}

/// The texts of the statements that ran.
private final class Statements: Sendable {
  private let texts = Mutex<[String]>([])

  func add(_ sql: String) { texts.withLock { $0.append(sql) } }

  func clear() { texts.withLock { $0 = [] } }

  var all: [String] { texts.withLock { $0 } }
}
