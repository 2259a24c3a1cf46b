import Testing

@testable import BackofficeQueue

@Suite("Lists and counts are complete")
struct CompleteListTests {
  @Test("13.10 limits, kinds and queues are listed in full, or page by page")
  func lists() throws {
    let fixture = try QueueFixture()
    let names = (0..<1500).map { "n\($0 + 1000)" }
    try fixture.store.write { transaction in
      for name in names {
        try transaction.queues.setLimit(QueueLimit(.key, name, maxRunning: 1))
        try transaction.queues.configure(QueueSettings(isFair: true), of: name)
      }
      try transaction.queues.declare(names.map { KindPolicy($0) })
    }
    let queues = fixture.queues
    #expect(try queues.limits().map(\.name) == names)
    #expect(try queues.kinds().map(\.kind) == names)
    #expect(try queues.names() == names)
    let page = Array(names[10...11])
    let last = QueueLimit(.key, names[9])
    #expect(try queues.limits(after: last, count: 2).map(\.name) == page)
    #expect(try queues.kinds(after: names[9], limit: 2).map(\.kind) == page)
    #expect(try queues.names(after: names[9], limit: 2) == page)
  }

  @Test("13.10 statistics count every item, and so does a limit of waiting items")
  func counts() throws {
    let fixture = try QueueFixture()
    try fixture.sql(
      """
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000)
      INSERT INTO queue_items (id, kind, due_at, created_at, updated_at)
      SELECT randomblob(16), 'work', \(QueueFixture.start.microseconds), 0, 0 FROM n
      """)
    let found = try fixture.queues.statistics()
    #expect(found.ready == 12_000 && found.depth == 12_000 && found.priorities[2].depth == 12_000)
    #expect(try fixture.queues.depth() == 12_000)
    try fixture.queues.configure(QueueSettings(maxWaiting: 12_001))
    try fixture.enqueue()
    #expect(throws: QueueError.queueFull("default", limit: 12_001)) { try fixture.enqueue() }
    _ = try fixture.claim()
    try fixture.enqueue()
    #expect(try fixture.store.check() == [])
  }

  @Test("13.10 items of a status are listed by an index, in pages, in one queue or all")
  func byStatus() throws {
    let fixture = try QueueFixture()
    var items: [QueueItem.Status: [ID<QueueItem>]] = [:]
    for queue in ["default", "other"] {
      for status in QueueItem.Status.allCases {
        for number in 0..<3 {
          let state = try fixture.bring(
            "\(status) \(number) \(queue)", to: status, rule: UniqueRule(), key: "k")
          if queue == "other" {
            try fixture.sql(
              "UPDATE queue_items SET queue = 'other' WHERE kind = '\(status) \(number) \(queue)'")
          }
          items[status, default: []].append(state.id)
        }
      }
    }
    for status in QueueItem.Status.allCases {
      let newest = Array(try #require(items[status]).reversed())
      #expect(try fixture.queue.list(status).elements.map(\.id) == newest, "\(status)")
      let others = try fixture.queue.list(status, in: "other").elements
      #expect(others.map(\.id) == Array(newest.prefix(3)))
      var found: [ID<QueueItem>] = []
      var cursor: PageCursor?
      repeat {
        let page = try fixture.queue.list(status, after: cursor, limit: 2)
        found += page.elements.map(\.id)
        cursor = page.next
      } while cursor != nil
      #expect(found == newest, "\(status)")
      let plan = try fixture.store.read { transaction in
        let statement = try #require(WorkQueue.byStatus[status])
        return try transaction.fetchAll(
          sql: "EXPLAIN QUERY PLAN " + statement.sql, String?.none, Int64.max, 10
        ) { try $0.value(at: 3, as: String.self) }
      }
      let scans = plan.filter { $0.hasPrefix("SCAN i") || $0.hasPrefix("SCAN queue_items") }
      #expect(scans == [])
    }
  }
}
