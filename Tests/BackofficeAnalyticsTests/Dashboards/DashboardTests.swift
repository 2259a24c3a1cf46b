import Backoffice
import BackofficeAnalytics
import Testing

@Suite("Dashboards")
struct DashboardTests {
  @Test("A customer's trial, usage and renewal are reported in whole days and percent")
  func customers() throws {
    let office = try Office(at: "2026-06-01T09:00:00Z")
    let ada = try office.customer("ada")
    let bob = try office.customer("bob", tier: nil)
    let now = office.clock.now
    try office.store.write { transaction in
      try transaction.execute(
        sql: """
          UPDATE subscriptions SET status = 'trialing', trial_starts_at = ?1, trial_ends_at = ?2,
            period_start_at = ?1, period_end_at = ?3 WHERE customer_id = ?4
          """, now, now + .days(3) + .hours(5), now + .hours(30), ada)
    }
    let row = try #require(try office.store.dashboards.customers(of: ada))
    #expect(row.trialDaysRemaining == 3)
    #expect(row.daysUntilRenewal == 1)
    #expect(row.usage?.numerator == 0)
    #expect(row.statusLabel == "Customer called")
    office.clock.advance(by: .days(5) + .hours(12))
    let later = try #require(try office.store.dashboards.customers(of: ada))
    #expect(later.trialDaysRemaining == -2)
    #expect(later.daysUntilRenewal == 0)
    let without = try #require(try office.store.dashboards.customers(of: bob))
    #expect(without.tier == nil && without.usage == nil)
    #expect(without.trialDaysRemaining == nil && without.daysUntilRenewal == nil)
    let page = try office.store.dashboards.customers(limit: 1)
    #expect(page.elements.map(\.fullName) == ["bob"])
    let next = try office.store.dashboards.customers(after: page.next, limit: 1)
    #expect(next.elements.map(\.fullName) == ["ada"] && next.next == nil)
    try office.store.customers.softDelete(bob)
    #expect(try office.store.dashboards.customers().elements.count == 1)
    #expect(try office.store.dashboards.customers(of: bob) == nil)
  }

  @Test("A failed action is not overdue, and urgency adds to the score of open ones")
  func actions() throws {
    let office = try Office(at: "2026-06-01T09:00:00Z")
    let ada = try office.customer("ada")
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
    try actions.fail(failed, error: "no answer")
    let busy = try add("busy", 5, .minutes(10))
    try actions.assign(busy, to: assistant.id, overriding: true)
    office.clock.advance(by: .minutes(95) + .seconds(30))
    let rows = try office.store.dashboards.actionCenter()
    #expect(rows.map(\.title) == ["late", "near", "far", "busy"])
    #expect(rows.map(\.priorityScore) == [110, 90, 80, 70])
    #expect(rows.map(\.isOverdue) == [true, false, false, true])
    #expect(rows.map(\.minutesUntilDeadline) == [-65, 54, 1704, -85])
    let all = try office.store.dashboards.actions().elements
    let gone = try #require(all.first { $0.title == "failed" })
    #expect(!gone.isOverdue && gone.priorityScore == 100)
    let load = try #require(try office.store.dashboards.assistantWorkload().elements.first)
    #expect(load.assigned == 1 && load.inProgress == 0 && load.overdue == 1)
    #expect(load.workload.percent == 10)
    #expect(load.successRate.percent == 0)
    #expect(load.averageQuality == nil)
  }

  @Test("Submissions and directories report overdue decisions, rates and exact counts")
  func submissions() throws {
    let office = try Office(at: "2026-06-01T09:00:00Z")
    let ada = try office.customer("ada")
    let bob = try office.customer("bob")
    let one = try office.directory("one.example", days: 2)
    _ = try office.directory("two.example")
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
    let rows = try store.dashboards.submissionPerformance().elements
    #expect(rows.map(\.status) == ["submitted", "approved"])
    #expect(rows.map(\.isOverdue) == [true, false])
    #expect(rows.map(\.hoursSinceSubmission) == [49, 59])
    #expect(rows.map(\.approvalTime) == [nil, .hours(10)])
    let directories = try store.dashboards.directoryPerformance().elements
    #expect(directories.map(\.name) == ["one.example", "two.example"])
    let first = directories[0].submissions
    #expect(first.count == 2 && first.delivered == 2 && first.approved == 1 && first.waiting == 1)
    #expect(first.deliveryRate.percent == 100 && first.approvalRate.percent == 100)
    #expect(first.counterparts == 2 && first.lastThirtyDays == 2)
    let second = directories[1].submissions
    #expect(second.count == 0 && second.deliveryRate.percent == nil)
    #expect(second.lastSubmissionAt == nil && second.costs.isEmpty)
  }

  @Test("Counts are not multiplied by other rows of a customer")
  func noMultiplication() throws {
    let office = try Office(at: "2026-06-01T09:00:00Z")
    let ada = try office.customer("ada", tier: .enterprise)
    let store = office.store
    let one = try office.directory("one.example")
    let id = try store.submissions.create(NewSubmission(customer: ada, directory: one)).id
    try store.write { transaction in
      try transaction.execute(
        sql: "UPDATE submissions SET credits_consumed = 2, cost_minor = 100 WHERE id = ?", id)
    }
    for number in 0..<3 {
      try store.actions.create(NewAction(.phoneCall, title: "a\(number)", customerID: ada))
      _ = try store.queue.enqueue(NewQueueItem(kind: "test"))
    }
    let row = try #require(try store.dashboards.customerSummary().elements.first)
    #expect(row.submissions.count == 1 && row.submissions.creditsConsumed == 2)
    #expect(row.submissions.costs == [Money(minorUnits: 100, currency: .usd)])
    #expect(try store.dashboards.summary() == nil)
    let summary = try #require(try store.dashboards.refreshSummary())
    #expect(summary.customers == 1 && summary.topTierCustomers == 1)
    #expect(summary.submissions == 1 && summary.creditsConsumed == 2)
    #expect(summary.costs == [Money(minorUnits: 100, currency: .usd)])
    #expect(summary.actions == 3 && summary.openActions == 3 && summary.unassignedActions == 3)
    #expect(summary.overdueActions == 0)
    #expect(summary.queueItems == 3 && summary.pendingQueueItems == 3)
    #expect(summary.submissionsLastDay == 1 && summary.averageApprovalTime == nil)
    #expect(try store.dashboards.summary() == summary)
    office.clock.advance(by: .days(2))
    let later = try #require(try store.dashboards.refreshSummary())
    #expect(later.submissionsLastDay == 0 && later.submissionsLastWeek == 1)
    #expect(later.overdueActions == 3)
    #expect(try office.count("SELECT count(*) FROM dashboard_summary") == 1)
  }
}
