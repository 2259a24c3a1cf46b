import Testing

@testable import BackofficeQueue

@Suite("Statistics of queues")
struct QueueStatisticsTests {
  @Test("Statistics report the depth, ages, throughput, failures and latencies of a queue")
  func figures() throws {
    let fixture = try QueueFixture()
    for priority in [1, 3, 3, 5] { try fixture.enqueue { $0.priority = priority } }
    try fixture.enqueue {
      $0.queue = "other"
      $0.kind = "far"
    }
    try fixture.enqueue { $0.dueAt = QueueFixture.start + .days(1) }
    fixture.clock.advance(by: .seconds(10))
    let claimed = try fixture.queue.claim(3, worker: "w")
    fixture.clock.advance(by: .seconds(2))
    try fixture.queue.complete(claimed[0].lease)
    try fixture.queue.fail(claimed[1].lease, error: ItemFailure(message: "no"), retry: .never)
    let found = try fixture.queues.statistics(window: .hours(1))
    #expect(found.pending == 2)
    #expect(found.running == 1)
    #expect(found.ready == 1)
    #expect(found.depth == 2)
    #expect(found.kept.completed == 1)
    #expect(found.kept.failed == 1)
    #expect(found.unfinishedByKind == ["work": 3])
    #expect(found.priorities.map(\.depth) == [0, 0, 1, 0, 1])
    #expect(found.priorities[4].oldestReadyAge == .seconds(12))
    #expect(found.oldestReadyAge == .seconds(12))
    #expect(found.recent.completed == 1)
    #expect(found.recent.failureRate.percent == 50)
    #expect(found.recent.meanProcessing == .seconds(2))
    #expect(found.recent.meanWait == .seconds(10))
    #expect(found.recent.since <= found.at - .hours(1))
    let perMinute = found.recent.throughputPerMinute
    #expect(perMinute > 0.03 && perMinute < 0.034)
    #expect(try fixture.queues.names() == ["default", "other"])
    #expect(try fixture.queues.depth("other") == 1)
    #expect(try fixture.queues.depth("nobody") == 0)
    #expect(try fixture.queues.statistics(kind: "far").recent.completed == 0)
    #expect(try fixture.store.check() == [])
  }

  @Test(
    "What was finished stays known when its items are purged, and an old slot is put into longer ones"
  )
  func outlives() throws {
    let fixture = try QueueFixture()
    for _ in 0..<30 {
      fixture.clock.advance(by: .minutes(10))
      try fixture.queue.complete(try fixture.running())
    }
    fixture.clock.advance(by: .days(3))
    try fixture.queues.purgeFinished(olderThan: .days(1))
    while try fixture.queues.purgeFinished(olderThan: .days(1)).count > 0 {}
    #expect(try fixture.queues.statistics().kept.completed == 0)
    #expect(try fixture.queues.statistics(window: .days(7)).recent.completed == 30)
    func slots() throws -> Int {
      try fixture.store.read { transaction in
        try transaction.fetchOne(sql: "SELECT count(DISTINCT slot_at) FROM queue_measures") {
          try $0.value(at: 0)
        } ?? 0
      }
    }
    #expect(try slots() == 6)
    fixture.clock.advance(by: .days(61))
    while try fixture.queues.purgeFinished(olderThan: .days(1)).count > 0 {}
    #expect(try slots() == 1)
    #expect(try fixture.queues.statistics(window: .days(100)).recent.completed == 30)
    fixture.clock.advance(by: .days(800))
    while try fixture.queues.purgeFinished(olderThan: .days(1)).count > 0 {}
    #expect(try slots() == 0)
  }

  @Test("A percentile is off by at most an eighth for any times")
  func percentiles() {
    let random = RandomSource.seeded(5)
    for _ in 0..<50 {
      var histogram = LatencyHistogram()
      var times: [Int64] = []
      for _ in 0..<(1 + random.next(below: 300)) {
        let time = Int64(random.next(below: 1 << (1 + random.next(below: 40))))
        times.append(time)
        histogram.add(.microseconds(time))
      }
      times.sort()
      #expect(histogram.mean == .microseconds(times.reduce(0, +) / Int64(times.count)))
      for share in [0, 0.01, 0.5, 0.95, 0.99, 1] {
        let rank = max(1, Int((Double(times.count) * share).rounded(.up)))
        let exact = Double(times[rank - 1])
        let found = Double(histogram.percentile(share)?.microseconds ?? -1)
        #expect(abs(found - exact) <= exact * 0.125, "\(share): \(found) for \(exact)")
      }
    }
    #expect(LatencyHistogram().p99 == nil)
    #expect(LatencyHistogram.bucket(.max) < 256)
    #expect(LatencyHistogram.bucket(-5) == 0)
  }

  @Test("Alerts report a deep queue, a failing queue and a queue with long waits")
  func alerts() throws {
    let fixture = try QueueFixture()
    #expect(try fixture.queues.alerts().isEmpty)
    try fixture.queue.enqueue((0..<1001).map { _ in NewQueueItem(kind: "work") })
    #expect(
      try fixture.queues.alerts() == [.depth(queue: "default", depth: 1001, limit: 1000)])
    for index in 0..<40 {
      let lease = try #require(try fixture.claim()).lease
      if index.isMultiple(of: 13) {
        try fixture.queue.fail(lease, error: ItemFailure(message: "no"), retry: .never)
      } else {
        try fixture.queue.complete(lease)
      }
    }
    let alerts = try fixture.queues.alerts()
    #expect(
      alerts == [
        .failureRate(
          queue: "default", rate: Ratio(numerator: 4, denominator: 40), limitPercent: 5)
      ])
    #expect(
      alerts[0].description == "queue default: 10.00 % of the finished items failed, more than 5 %")
    fixture.clock.advance(by: .hours(2))
    var limits = QueueAlertLimits()
    limits.oldestReadyAge = .hours(1)
    #expect(
      try fixture.queues.alerts(queues: ["default", "none"], limits: limits) == [
        .oldestReady(queue: "default", age: .hours(2), limit: .hours(1))
      ])
  }

  @Test("After moves, deletes and raw SQL statistics count the items that are there")
  func kept() throws {
    let fixture = try QueueFixture()
    let ids = try (0..<6).map { index in try fixture.enqueue { $0.priority = 1 + index % 3 } }
    try fixture.queue.move(ids[0], to: "slow")
    try fixture.queue.reprioritise(ids[1], to: 5)
    try fixture.queue.pause(ids[2])
    try fixture.queue.delete(ids[3])
    try fixture.sql("UPDATE queue_items SET kind = 'other' WHERE pk = 5")
    let lease = try #require(try fixture.claim()).lease
    try fixture.queue.fail(lease, error: ItemFailure(message: "no"))
    #expect(try fixture.queues.statistics().retrying == 1)
    #expect(try fixture.queues.depth() == 3)
    #expect(try fixture.queues.depth("slow") == 1)
    #expect(try fixture.store.check() == [])
  }
}
