import Backoffice
import BackofficeAnalytics
import Testing

@Suite("Dashboards over time")
struct DashboardDaysTests {
  @Test("A day of submissions is counted once, by currency, and a quality of 10 fits")
  func submissionDays() throws {
    let office = try Office(at: "2026-06-01T23:30:00Z")
    let ada = try office.customer("ada")
    let store = office.store
    let id = try store.submissions.create(
      NewSubmission(customer: ada, directory: office.directory("one.example"))
    ).id
    let other = try store.submissions.create(
      NewSubmission(customer: ada, directory: office.directory("two.example"))
    ).id
    office.clock.advance(by: .hours(1))
    let range = (try day("2026-06-01"))...(try day("2026-06-02"))
    let analytics = store.analytics
    #expect(try analytics.refreshSubmissionDays(in: range) == 2)
    #expect(try analytics.refreshSubmissionDays(in: range) == 0)
    try store.submissions.start(id)
    try store.submissions.markSubmitted(id)
    office.clock.advance(by: .hours(6))
    try store.submissions.approve(id)
    try store.write { transaction in
      try transaction.execute(
        sql: """
          UPDATE submissions SET quality_score = 10, cost_minor = 5, compliance_status = 'compliant'
          WHERE id = ?
          """, id)
    }
    #expect(try analytics.refreshSubmissionDays(in: range) == 1)
    let rows = try analytics.submissionDays(in: range)
    #expect(rows.map(\.day.description) == ["2026-06-01", "2026-06-01"])
    let row = try #require(rows.first { $0.approved == 1 })
    #expect(row.averageQuality == 10 && row.averageApprovalTime == .hours(6))
    #expect(row.approvalRate.percent == 100 && row.complianceRate.percent == 100)
    #expect(row.automationSuccessRate.percent == 100 && row.errorRate.percent == 0)
    #expect(row.averageCost == Money(minorUnits: 5, currency: .usd))
    let pending = try #require(rows.first { $0.approved == 0 })
    #expect(pending.pending == 1 && pending.approvalRate.percent == nil)
    #expect(pending.averageQuality == nil)
    try store.write { transaction in
      try transaction.execute(sql: "DELETE FROM submissions WHERE id = ?", other)
    }
    #expect(try analytics.refreshSubmissionDays(in: range) == 1)
    #expect(try analytics.submissionDays(in: range).count == 1)
    #expect(throws: AnalyticsError.self) { try analytics.refreshSubmissionDays(in: .min ... .max) }
  }

  @Test("The queue is listed by item and by hour")
  func queue() throws {
    let office = try Office(at: "2026-06-01T09:50:00Z")
    let store = office.store
    for _ in 0..<3 { _ = try store.queue.enqueue(NewQueueItem(kind: "old")) }
    office.clock.advance(by: .hours(20))
    for _ in 0..<4 { _ = try store.queue.enqueue(NewQueueItem(kind: "new")) }
    office.clock.advance(by: .minutes(4))
    let claimed = try store.queue.claim(1, kinds: ["new"], worker: "w")
    office.clock.advance(by: .minutes(8))
    for item in claimed { try store.queue.complete(item.lease) }
    let hours = try store.dashboards.queueHours()
    #expect(hours.map(\.status) == ["completed", "pending", "pending"])
    #expect(hours.map(\.count) == [1, 3, 3])
    #expect(hours[0].averageProcessingTime == .minutes(8))
    #expect(hours[0].averageWaitTime == .minutes(4))
    #expect(hours[1].averageWaitTime == nil)
    #expect(hours[2].hour == Timestamp("2026-06-01T09:00:00Z"))
    office.clock.advance(by: .hours(5))
    #expect(try store.dashboards.queueHours().map(\.count) == [1, 3])
    let page = try store.dashboards.queues(limit: 4)
    #expect(page.elements.map(\.kind) == ["new", "new", "new", "new"])
    let rest = try store.dashboards.queues(after: page.next)
    #expect(rest.elements.map(\.kind) == ["old", "old", "old"])
    #expect(try store.dashboards.queues(status: "completed").elements.count == 1)
  }

  @Test("Health counts rows, and those added and changed in a day")
  func health() throws {
    let office = try Office(at: "2026-06-01T09:00:00Z")
    let ada = try office.customer("ada")
    office.clock.advance(by: .days(2))
    _ = try office.customer("bob")
    try office.store.customers.changeStatus(of: ada, to: "replied_to_customer")
    let rows = try office.store.dashboards.health()
    #expect(rows.map(\.table) == rows.map(\.table).sorted())
    let customers = try #require(rows.first { $0.table == "customers" })
    #expect(customers.rows == 2 && customers.addedLastDay == 1 && customers.updatedLastDay == 1)
    #expect(customers.lastInsertAt == office.clock.now)
    let batches = try #require(rows.first { $0.table == "batches" })
    #expect(batches.rows == 0 && batches.lastInsertAt == nil)
  }

  @Test("Measurements are stored, listed, summarised and removed")
  func metrics() throws {
    let office = try Office(at: "2026-06-01T09:00:00Z")
    let analytics = office.store.analytics
    let start = office.clock.now
    for value in [1.0, 4, 7] {
      try analytics.record([
        SystemMetric(type: "queue", name: "queue.depth", value: value),
        SystemMetric(type: "queue", name: "other", value: value),
      ])
      office.clock.advance(by: .minutes(1))
    }
    let page = try analytics.metrics(named: "queue.depth", limit: 2)
    #expect(page.elements.map(\.value) == [7, 4])
    let rest = try analytics.metrics(named: "queue.depth", before: page.next)
    #expect(rest.elements.map(\.value) == [1])
    let summary = try analytics.metricSummary(
      named: "queue.depth", in: start..<office.clock.now)
    #expect(summary?.count == 3 && summary?.mean == 4)
    #expect(summary?.minimum == 1 && summary?.maximum == 7)
    for metric in [
      SystemMetric(type: "", name: "a", value: 1), SystemMetric(type: "a", name: "", value: 1),
      SystemMetric(type: "a", name: "b", value: .nan),
      SystemMetric(type: "a", name: "b", value: .infinity),
    ] {
      #expect(throws: AnalyticsError.invalidMetric(name: metric.name)) {
        try analytics.record([metric])
      }
    }
    #expect(try analytics.removeMetrics(before: start + .seconds(90)) == 4)
    #expect(try analytics.metrics(named: "queue.depth").elements.count == 1)
  }

  @Test("Changes of customers by repositories appear in the snapshots")
  func endToEnd() throws {
    let office = try Office(at: "2026-05-01T09:00:00Z")
    let store = office.store
    let seller = try store.staff.create(name: "Sue", phone: "4915100000001")
    let ada = try office.customer("ada")
    let bob = try office.customer("bob")
    try store.customers.assignOwner(of: ada, to: seller.id)
    office.clock.advance(by: .days(1))
    for status in ["replied_to_customer", "order_placed", "product_delivered", "business_done"] {
      try store.customers.changeStatus(of: ada, to: CustomerStatus(rawValue: status))
    }
    try store.customers.softDelete(bob)
    office.clock.advance(by: .days(1))
    try store.customers.restore(bob)
    office.clock.advance(by: .days(1))
    try store.analytics.refresh()
    let range = (try day("2026-05-01"))...(try day("2026-05-03"))
    let days = try store.analytics.snapshots(.daily, in: range).map(\.figures)
    #expect(days.map(\.total) == [2, 1, 2])
    #expect(days.map(\.new) == [2, 0, 0])
    #expect(days.map(\.converted) == [0, 1, 1])
    #expect(days[1].averageCycleTime == .days(1))
    let own = try store.analytics.snapshots(.daily, of: .of(seller.id), in: range)
    #expect(own.map(\.figures.converted) == [0, 1, 1])
    #expect(try store.analytics.leaderboard().first?.name == "Sue")
    #expect(try store.check().isEmpty)
  }
}
