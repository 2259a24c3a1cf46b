import Backoffice
import BackofficeAnalytics
import Testing

@Suite("Dashboards")
struct DashboardTests {
  func customer(
    _ office: Office, _ name: String, tier: SubscriptionTier? = .basic
  ) throws -> ID<Customer> {
    try office.store.customers.create(
      NewCustomer(fullName: name, email: "\(name)@example.com", tier: tier)
    ).id
  }

  func directory(_ office: Office, _ host: String, days: Int = 3) throws -> ID<Directory> {
    try office.store.directories.create(
      NewDirectory(name: host, website: "https://\(host)", expectedApprovalDays: days)
    ).id
  }

  @Test("A customer's trial, usage and renewal are told in whole days and percent")
  func customers() throws {
    let office = try Office(at: "2026-06-01T09:00:00Z")
    let ada = try customer(office, "ada")
    let bob = try customer(office, "bob", tier: nil)
    let now = office.clock.now
    try office.store.write { transaction in
      try transaction.execute(
        sql: """
          UPDATE subscriptions SET status = 'trialing', trial_starts_at = ?1, trial_ends_at = ?2,
            period_start_at = ?1, period_end_at = ?3 WHERE customer_id = ?4
          """, now, now + .days(3) + .hours(5), now + .hours(30), ada)
    }
    let row = try #require(try office.store.analytics.customerDashboard(of: ada))
    #expect(row.trialDaysRemaining == 3)
    #expect(row.daysUntilRenewal == 1)
    #expect(row.usage?.numerator == 0)
    #expect(row.statusLabel == "Customer called")
    office.clock.advance(by: .days(5) + .hours(12))
    let later = try #require(try office.store.analytics.customerDashboard(of: ada))
    #expect(later.trialDaysRemaining == -2)
    #expect(later.daysUntilRenewal == 0)
    let without = try #require(try office.store.analytics.customerDashboard(of: bob))
    #expect(without.tier == nil && without.usage == nil)
    #expect(without.trialDaysRemaining == nil && without.daysUntilRenewal == nil)
    let page = try office.store.analytics.customerDashboard(limit: 1)
    #expect(page.elements.map(\.fullName) == ["bob"])
    let next = try office.store.analytics.customerDashboard(after: page.next, limit: 1)
    #expect(next.elements.map(\.fullName) == ["ada"] && next.next == nil)
    try office.store.customers.softDelete(bob)
    #expect(try office.store.analytics.customerDashboard().elements.count == 1)
    #expect(try office.store.analytics.customerDashboard(of: bob) == nil)
  }

  @Test("A failed action is not overdue, and urgency adds to the score of open ones")
  func actions() throws {
    let office = try Office(at: "2026-06-01T09:00:00Z")
    let ada = try customer(office, "ada")
    let now = office.clock.now
    let actions = office.store.actions
    func add(_ title: String, _ priority: Int, _ deadline: Duration) throws -> ID<PendingAction> {
      try actions.create(
        NewAction(
          .phoneCall, title: title, customerID: ada, priority: priority,
          deadlineAt: now + deadline)
      ).id
    }
    _ = try add("late", 3, .minutes(30))
    _ = try add("near", 3, .minutes(150))
    _ = try add("far", 2, .hours(30))
    let failed = try add("failed", 1, .minutes(20))
    let assistant = try office.store.assistants.create(
      NewAssistant(handle: "va1", name: "Vi", email: "vi@example.com", skills: [.phoneCall]))
    try actions.assign(failed, to: assistant.id, overriding: true)
    try actions.start(failed)
    try actions.fail(failed, error: "nobody answered")
    let busy = try add("busy", 5, .minutes(10))
    try actions.assign(busy, to: assistant.id, overriding: true)
    office.clock.advance(by: .minutes(95) + .seconds(30))
    let rows = try office.store.analytics.actionCenter()
    #expect(rows.map(\.title) == ["late", "near", "far", "busy"])
    #expect(rows.map(\.priorityScore) == [110, 90, 80, 70])
    #expect(rows.map(\.isOverdue) == [true, false, false, true])
    #expect(rows.map(\.minutesUntilDeadline) == [-65, 54, 1704, -85])
    let all = try office.store.analytics.actions().elements
    let gone = try #require(all.first { $0.title == "failed" })
    #expect(!gone.isOverdue && gone.priorityScore == 100)
    let load = try #require(try office.store.analytics.assistantWorkload().elements.first)
    #expect(load.assigned == 1 && load.inProgress == 0 && load.overdue == 1)
    #expect(load.workload.percent == 10)
    #expect(load.successRate.percent == 0)
    #expect(load.averageQuality == nil)
  }

  @Test("Submissions and directories: overdue, rates, and no row without submissions counts as one")
  func submissions() throws {
    let office = try Office(at: "2026-06-01T09:00:00Z")
    let ada = try customer(office, "ada")
    let bob = try customer(office, "bob")
    let one = try directory(office, "one.example", days: 2)
    _ = try directory(office, "two.example")
    let store = office.store
    for (customer, outcome) in [(ada, "approve"), (bob, "wait")] {
      let id = try store.submissions.create(
        NewSubmission(customer: customer, directory: one)
      ).id
      try store.submissions.start(id)
      try store.submissions.markSubmitted(id)
      if outcome == "approve" {
        office.clock.advance(by: .hours(10))
        try store.submissions.approve(id)
      }
    }
    office.clock.advance(by: .hours(49))
    let rows = try store.analytics.submissionPerformance().elements
    #expect(rows.map(\.status) == ["submitted", "approved"])
    #expect(rows.map(\.isOverdue) == [true, false])
    #expect(rows.map(\.hoursSinceSubmission) == [49, 59])
    #expect(rows.map(\.approvalTime) == [nil, .hours(10)])
    let directories = try store.analytics.directoryPerformance().elements
    #expect(directories.map(\.name) == ["one.example", "two.example"])
    let first = directories[0].submissions
    #expect(first.count == 2 && first.delivered == 2 && first.approved == 1 && first.waiting == 1)
    #expect(first.deliveryRate.percent == 100 && first.approvalRate.percent == 100)
    #expect(first.counterparts == 2 && first.lastThirtyDays == 2)
    let second = directories[1].submissions
    #expect(second.count == 0 && second.deliveryRate.percent == nil)
    #expect(second.lastSubmissionAt == nil && second.costs.isEmpty)
  }

  @Test("Nothing is multiplied by what a customer has besides")
  func noMultiplication() throws {
    let office = try Office(at: "2026-06-01T09:00:00Z")
    let ada = try customer(office, "ada", tier: .enterprise)
    let store = office.store
    let one = try directory(office, "one.example")
    let id = try store.submissions.create(NewSubmission(customer: ada, directory: one)).id
    try store.write { transaction in
      try transaction.execute(
        sql: "UPDATE submissions SET credits_consumed = 2, cost_minor = 100 WHERE id = ?", id)
    }
    for number in 0..<3 {
      try store.actions.create(NewAction(.phoneCall, title: "a\(number)", customerID: ada))
      _ = try store.queue.enqueue(NewQueueItem(kind: "test"))
    }
    let row = try #require(try store.analytics.customerSummary().elements.first)
    #expect(row.submissions.count == 1 && row.submissions.creditsConsumed == 2)
    #expect(row.submissions.costs == [Money(minorUnits: 100, currency: .usd)])
    #expect(try store.analytics.dashboardSummary() == nil)
    let summary = try #require(try store.analytics.refreshDashboardSummary())
    #expect(summary.customers == 1 && summary.enterpriseCustomers == 1)
    #expect(summary.submissions == 1 && summary.creditsConsumed == 2)
    #expect(summary.costs == [Money(minorUnits: 100, currency: .usd)])
    #expect(summary.actions == 3 && summary.openActions == 3 && summary.unassignedActions == 3)
    #expect(summary.overdueActions == 0)
    #expect(summary.queueItems == 3 && summary.pendingQueueItems == 3)
    #expect(summary.submissionsLastDay == 1 && summary.averageApprovalTime == nil)
    #expect(try store.analytics.dashboardSummary() == summary)
    office.clock.advance(by: .days(2))
    let later = try #require(try store.analytics.refreshDashboardSummary())
    #expect(later.submissionsLastDay == 0 && later.submissionsLastWeek == 1)
    #expect(later.overdueActions == 3)
    #expect(try office.count("SELECT count(*) FROM dashboard_summary") == 1)
  }

  @Test("A day of submissions is counted once, by currency, and a quality of 10 fits")
  func submissionDays() throws {
    let office = try Office(at: "2026-06-01T23:30:00Z")
    let ada = try customer(office, "ada")
    let store = office.store
    let id = try store.submissions.create(
      NewSubmission(customer: ada, directory: directory(office, "one.example"))
    ).id
    let other = try store.submissions.create(
      NewSubmission(customer: ada, directory: directory(office, "two.example"))
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

  @Test("The queue is told item by item and hour by hour")
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
    let hours = try store.analytics.queueAnalytics()
    #expect(hours.map(\.status) == ["completed", "pending", "pending"])
    #expect(hours.map(\.count) == [1, 3, 3])
    #expect(hours[0].averageProcessingTime == .minutes(8))
    #expect(hours[0].averageWaitTime == .minutes(4))
    #expect(hours[1].averageWaitTime == nil)
    #expect(hours[2].hour == Timestamp("2026-06-01T09:00:00Z"))
    office.clock.advance(by: .hours(5))
    #expect(try store.analytics.queueAnalytics().map(\.count) == [1, 3])
    let page = try store.analytics.queueDashboard(limit: 4)
    #expect(page.elements.map(\.kind) == ["new", "new", "new", "new"])
    let rest = try store.analytics.queueDashboard(after: page.next)
    #expect(rest.elements.map(\.kind) == ["old", "old", "old"])
    #expect(try store.analytics.queueDashboard(status: "completed").elements.count == 1)
  }

  @Test("Health counts rows, and what came and changed in a day")
  func health() throws {
    let office = try Office(at: "2026-06-01T09:00:00Z")
    let ada = try customer(office, "ada")
    office.clock.advance(by: .days(2))
    _ = try customer(office, "bob")
    try office.store.customers.changeStatus(of: ada, to: "replied_to_customer")
    let rows = try office.store.analytics.health()
    #expect(rows.map(\.table) == rows.map(\.table).sorted())
    let customers = try #require(rows.first { $0.table == "customers" })
    #expect(customers.rows == 2 && customers.addedLastDay == 1 && customers.updatedLastDay == 1)
    #expect(customers.lastInsertAt == office.clock.now)
    let batches = try #require(rows.first { $0.table == "batches" })
    #expect(batches.rows == 0 && batches.lastInsertAt == nil)
  }

  @Test("Measurements are kept, listed, summed up and removed")
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

  @Test("What repositories do to customers comes out in the snapshots")
  func endToEnd() throws {
    let office = try Office(at: "2026-05-01T09:00:00Z")
    let store = office.store
    let seller = try store.staff.create(name: "Sue", phone: "4915100000001")
    let ada = try customer(office, "ada")
    let bob = try customer(office, "bob")
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
