import BackofficeTestSupport
import Testing

@testable import BackofficeQueue

@Suite("Items that another program changed without the rules")
struct ForeignItemTests {
  /// A store in a file, and the same file for a program that knows nothing of the rules.
  private struct Both {
    let fixture: QueueFixture
    let foreign: Database

    init(_ path: String) throws {
      fixture = try QueueFixture(location: .file(path))
      foreign = try Database(.file(path))
    }

    func sql(_ text: String) throws {
      try foreign.write { transaction in _ = try transaction.execute(sql: text) }
    }

    /// Items as the other program writes them, due at once.
    func insert(_ count: Int, columns: String = "", values: String = "") throws {
      let now = QueueFixture.start.microseconds
      for _ in 0..<count {
        try sql(
          """
          INSERT INTO queue_items (id, kind, due_at, created_at, updated_at\(columns))
          VALUES (randomblob(16), 'work', \(now), \(now), \(now)\(values))
          """)
      }
    }

    func count(_ condition: String) throws -> Int {
      try foreign.read { transaction in
        try transaction.fetchOne(sql: "SELECT count(*) FROM queue_items WHERE \(condition)") {
          try $0.value(at: 0)
        } ?? 0
      }
    }

    var checks: Set<String> { get throws { Set(try fixture.store.check().map(\.check)) } }
  }

  private func with(_ body: (Both) throws -> Void) throws {
    try TemporaryStore.with { path in try body(Both(path)) }
  }

  private static func blob<Entity>(_ id: ID<Entity>) -> String {
    "x'\(id.description.filter { $0 != "-" })'"
  }

  @Test("Items inserted without the rules are claimed, completed, failed, cancelled and deleted")
  func inserted() throws {
    try with { both in
      let queue = both.fixture.queue
      try both.insert(6)
      let claimed = try queue.claim(6, worker: "w").map(\.lease)
      #expect(claimed.count == 6)
      try queue.complete(claimed[0])
      try queue.complete([claimed[1]])
      try queue.fail(claimed[2], error: ItemFailure(message: "no"))
      try queue.fail(claimed[3], error: ItemFailure(message: "no"), retry: .never)
      try queue.cancelled(claimed[4])
      try queue.snooze(claimed[5], for: .hours(1))
      #expect(try queue.cancel(claimed[5].item) == .cancelled)
      try queue.delete(claimed[3].item)
      #expect(try both.count("status = 'completed'") == 2)
      both.fixture.clock.advance(by: .days(40))
      #expect(try both.fixture.queues.purgeFinished().items == 4)
      #expect(try queue.claim(worker: "w").map(\.item.id) == [claimed[2].item])
      #expect(try both.fixture.store.check() == [])
      #expect(try both.fixture.queues.depth() == 0)
    }
  }

  @Test("Statistics count items inserted without the rules at once")
  func counted() throws {
    try with { both in
      try both.insert(3)
      let lease = try #require(try both.fixture.claim()).lease
      try both.fixture.queue.complete(lease)
      #expect(try both.fixture.store.check() == [])
      #expect(try both.fixture.store.queues.depth() == 2)
    }
  }

  @Test("The queue continues after items are deleted or finished without the rules")
  func deleted() throws {
    try with { both in
      for _ in 0..<4 { try both.fixture.enqueue() }
      try both.sql("DELETE FROM queue_items WHERE pk = 1")
      try both.sql("UPDATE queue_items SET status = 'cancelled', finished_at = 1 WHERE pk = 2")
      let claimed = try both.fixture.queue.claim(5, worker: "w")
      #expect(claimed.count == 2)
      for item in claimed { try both.fixture.queue.complete(item.lease) }
      #expect(try both.fixture.store.check() == [])
    }
  }

  @Test("A batch with uncounted items finishes with the last item, and enqueues its callbacks once")
  func batch() throws {
    try with { both in
      let fixture = both.fixture
      var new = NewBatch(name: "b")
      new.callbacks[.finish] = BatchCallback(kind: "done")
      let batch = try fixture.batches.create(new)
      try fixture.enqueue { $0.batchID = batch.id }
      try both.insert(2, columns: ", batch_id", values: ", \(Self.blob(batch.id))")
      func finish() throws {
        let claimed = try fixture.queue.claim(kinds: ["work"], worker: "w")
        try fixture.queue.complete(try #require(claimed.first).lease)
      }
      try finish()
      #expect(try fixture.batch(batch.id).status == .processing)
      #expect(try fixture.batch(batch.id).counters.total == 3)
      #expect(try fixture.queue.claim(kinds: ["done"], worker: "w").isEmpty)
      try finish()
      #expect(try fixture.batch(batch.id).status == .processing)
      try finish()
      #expect(try fixture.batch(batch.id).status == .completed)
      #expect(try fixture.batch(batch.id).counters.completed == 3)
      #expect(try fixture.queue.claim(5, kinds: ["done"], worker: "w").count == 1)
      #expect(try both.checks == [])
    }
  }

  @Test("Counters of a batch that would fall below zero are counted again")
  func batchBelowZero() throws {
    try with { both in
      let fixture = both.fixture
      let batch = try fixture.batches.create(NewBatch(name: "b"))
      try both.insert(3, columns: ", batch_id", values: ", \(Self.blob(batch.id))")
      let lease = try #require(try fixture.claim()).lease
      var counters = try fixture.batch(batch.id).counters
      #expect(counters.total == 3)
      #expect(counters.pending == 2)
      #expect(counters.running == 1)
      try fixture.queue.fail(lease, error: ItemFailure(message: "no"), retry: .never)
      counters = try fixture.batch(batch.id).counters
      #expect(counters.failed == 1)
      #expect(try fixture.batch(batch.id).status == .processing)
      #expect(try both.checks == [])
    }
  }

  @Test("An edge inserted without the rules does not stop its parent's end")
  func dependencies() throws {
    try with { both in
      let fixture = both.fixture
      let parent = try fixture.enqueue()
      let child = try fixture.queue.enqueue(NewQueueItem(kind: "join"), after: [parent]).id
      let other = try fixture.enqueue { $0.kind = "other" }
      let alone = try fixture.enqueue { $0.kind = "alone" }
      for (item, on) in [(other, parent), (child, alone)] {
        try both.sql(
          """
          INSERT INTO queue_dependencies (item_id, parent_id, created_at)
          VALUES (\(Self.blob(item)), \(Self.blob(on)), 1)
          """)
      }
      for kind in ["alone", "work"] {
        let claimed = try fixture.queue.claim(kinds: [kind], worker: "w")
        try fixture.queue.complete(try #require(claimed.first).lease)
      }
      #expect(try both.checks == ["queue_items.dependencies"])
      try fixture.store.rebuild()
      #expect(try fixture.store.check() == [])
      #expect(try fixture.queue.claim(5, worker: "w").map(\.item.id) == [child, other])
    }
  }

  @Test("An item whose number of claims was reset can be claimed, with the next number")
  func claims() throws {
    try with { both in
      let lease = try both.fixture.running()
      try both.fixture.queue.release(lease)
      try both.sql("UPDATE queue_items SET claims = 0")
      let again = try #require(try both.fixture.claim()).lease
      try both.fixture.queue.complete(again)
      let attempts = try both.fixture.queue.attempts(of: lease.item)
      #expect(attempts.map(\.number) == [1])
      #expect(attempts.map(\.outcome) == [.completed])
      #expect(try both.fixture.store.check() == [])
    }
  }
}
