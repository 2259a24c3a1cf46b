import BackofficeTestSupport
import Testing

@testable import BackofficeQueue

@Suite("Rebuilding after another program")
struct ForeignRebuildTests {
  /// Statements of a program that knows nothing of the rules.
  static let statements: [String] = {
    let finished = "finished_at = updated_at + 1000"
    let free = "lease_token = NULL, lease_expires_at = NULL"
    let (items, batches) = ("UPDATE queue_items SET", "UPDATE batches SET")
    var all: [String] = []
    for status in ["completed", "failed", "cancelled"] {
      all.append(
        "\(items) status = '\(status)', \(free), \(finished) WHERE status = 'running'")
      all.append(
        "\(items) status = '\(status)', paused_from = NULL, \(finished) "
          + "WHERE status IN ('pending', 'retrying', 'parked', 'paused')")
    }
    for status in ["pending", "retrying", "parked"] {
      all.append("\(items) status = '\(status)', \(free) WHERE status = 'running'")
      for old in ["completed", "failed"] {
        all.append("\(items) status = '\(status)', finished_at = NULL WHERE status = '\(old)'")
      }
    }
    all.append(
      "\(items) status = 'paused', paused_from = 'pending', \(free) WHERE status = 'running'")
    all.append(
      """
      UPDATE queue_items SET status = 'running', lease_token = randomblob(16),
        lease_expires_at = updated_at + 1000, worker = 'w', claimed_at = updated_at, finished_at = NULL,
        paused_from = NULL WHERE status <> 'running'
      """)
    for column in ["queue", "kind", "unique_key", "limit_key"] {
      all.append("\(items) \(column) = 'other'")
      all.append("\(items) \(column) = 'other' WHERE status = 'running'")
    }
    for column in ["unique_key", "limit_key", "batch_id", "tags", "account"] {
      all.append("\(items) \(column) = NULL")
    }
    all.append(#"\#(items) tags = '["x","x",7,""]'"#)
    all.append(#"\#(items) tags = '{"a":"b"}'"#)
    all.append("\(items) batch_id = (SELECT id FROM batches ORDER BY pk DESC LIMIT 1)")
    for hold in ["dependency", "batch", "key", "kind", "turn", "unique", "deadline"] {
      all.append("\(items) held_by = '\(hold)'")
    }
    all.append("\(items) held_by = NULL, rank_at = NULL")
    all.append("\(items) waits_for = 7, dependants = 3, is_counted = 1 - is_counted")
    all.append("\(items) priority = 1, due_at = due_at + 1, account = 'other'")
    all.append("DELETE FROM queue_items WHERE status = 'running'")
    all.append("DELETE FROM queue_items WHERE finished_at IS NULL")
    all.append("DELETE FROM queue_items")
    all.append("DELETE FROM batches")
    all.append("DELETE FROM queue_unique_keys")
    all.append("UPDATE queue_unique_keys SET is_held = 0")
    all.append("UPDATE queue_unique_keys SET kind = 'other', is_held = 0")
    all.append("UPDATE queue_unique_keys SET states = 0, is_held = 0")
    all.append("DELETE FROM queue_item_tags")
    all.append("INSERT INTO queue_item_tags SELECT 'stray', pk FROM queue_items")
    all.append("DELETE FROM queue_dependencies")
    all.append("UPDATE queue_dependencies SET is_open = 0, parent_failed_at = NULL")
    all.append("DELETE FROM queue_waiting")
    all.append("UPDATE queue_waiting SET items = 99")
    all.append("DELETE FROM queue_controls")
    all.append("UPDATE queue_controls SET max_waiting = NULL, is_fair = 0")
    all.append("DELETE FROM queue_limits")
    all.append("DELETE FROM queue_shares")
    all.append("\(batches) status = 'processing', started_at = created_at, finished_at = NULL")
    all.append("\(batches) status = 'completed', finished_at = created_at")
    all.append("\(batches) status = 'cancelled', finished_at = created_at")
    all.append("\(batches) total_items = total_items + 9, pending_items = pending_items + 9")
    all.append("\(batches) processing_microseconds_sum = 7, processing_count = 3")
    all.append("\(batches) sealed_at = created_at")
    return all
  }()

  /// A store with items in every status that use every feature.
  private static func arrange(_ fixture: QueueFixture) throws {
    try fixture.queues.configure(QueueSettings(maxWaiting: 1000), of: "default")
    try fixture.queues.configure(QueueSettings(isFair: true), of: "fair")
    try fixture.queues.setLimit(QueueLimit(.key, "k", maxRunning: 1))
    try fixture.queues.setLimit(QueueLimit(.kind, "slow", maxRunning: 1))
    let batch = try fixture.batches.create(NewBatch(name: "a")).id
    try fixture.batches.create(NewBatch(name: "b"))
    for status in QueueItem.Status.allCases {
      let kind = status == .paused ? "paused parked" : status.rawValue
      _ = try fixture.bring(kind, to: status, rule: UniqueRule(), key: "k")
      try fixture.sql(
        """
        UPDATE queue_items SET batch_id = x'\(batch.description.filter { $0 != "-" })',
          tags = '["red","blue"]', account = 'ada' WHERE kind = '\(kind)'
        """)
    }
    for _ in 0..<3 {
      try fixture.enqueue { $0.limitKey = "k" }
      try fixture.enqueue { $0.kind = "slow" }
      try fixture.enqueue {
        $0.queue = "fair"
        $0.account = "ada"
      }
    }
    let parent = try fixture.enqueue()
    try fixture.queue.enqueue(NewQueueItem(kind: "child"), after: [parent])
    _ = try fixture.queue.claim(4, from: ["default", "fair"], worker: "w")
  }

  @Test(
    "13.14 a rebuild mends what the check finds after another program", arguments: statements)
  func mended(_ statement: String) throws {
    try TemporaryStore.with { path in
      let fixture = try QueueFixture(location: .file(path))
      try Self.arrange(fixture)
      #expect(try fixture.store.check() == [])
      let foreign = try Database(.file(path))
      do {
        try foreign.write { transaction in _ = try transaction.execute(sql: statement) }
      } catch let error as SQLiteError where ResultCode.constraint ~= error.code {
        // The file itself refuses it.
        return
      }
      try fixture.store.rebuild()
      let left = try fixture.store.check()
      // What only a person can decide says what to do.
      let open = left.filter { !$0.problem.hasSuffix("cancel one of the two") }
      #expect(open == [], "\(statement)")
      #expect(try fixture.store.rebuild() == [:])
    }
  }
}
