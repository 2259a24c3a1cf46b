import Backoffice
import BackofficeAnalytics
import BackofficeHistories
import BackofficeTestSupport
import BackofficeTesting
import Testing

@Suite("Analytics after random histories of the whole store")
struct WholeStoreAnalyticsTests {
  @Test(
    "Snapshots refreshed whenever agree with history, and every dashboard can be read",
    arguments: [(11, "Europe/Paris"), (12, "UTC")] as [(UInt64, String)])
  func history(seed: UInt64, zone: String) throws {
    let history = try WholeStoreHistory(seed: seed, zone: try #require(Zone(zone))) {
      $0.packs = [AnalyticsPack()]
    }
    let analytics = history.test.store.analytics
    let dashboards = history.test.store.dashboards
    var written = 0
    for round in 1...10 {
      try history.run(200)
      if round % 2 == 0 { written += try analytics.refresh().changedRows }
      #expect(try history.problems() == [], "seed \(seed), after \(round * 200) operations")
      _ = try dashboards.refreshSummary()
    }
    #expect(written > 0)
    #expect(history.done.values.reduce(0, +) > 900, "seed \(seed)")
    #expect(try !dashboards.customers().elements.isEmpty)
    #expect(try !dashboards.customerSummary().elements.isEmpty)
    #expect(try !dashboards.queues().elements.isEmpty)
    _ = try dashboards.queueHours()
    #expect(try !dashboards.assistantWorkload().elements.isEmpty)
    #expect(try !dashboards.submissionPerformance().elements.isEmpty)
    #expect(try !dashboards.directoryPerformance().elements.isEmpty)
    #expect(try !dashboards.health().isEmpty)
    _ = try dashboards.actionCenter()
    #expect(try history.test.store.check() == [])
  }

  @Test(
    "Every statement of the analytics of a busy office finds its rows by an index, and sorts nothing"
  )
  func plans() throws {
    let history = try WholeStoreHistory(seed: 13, zone: .utc) { $0.packs = [AnalyticsPack()] }
    let store = history.test.store
    for _ in 1...5 {
      try history.run(200)
      try store.analytics.refresh()
    }
    try store.dashboards.refreshSummary()
    _ = try store.dashboards.customers()
    _ = try store.dashboards.customerSummary()
    _ = try store.dashboards.queues()
    _ = try store.dashboards.actions()
    _ = try store.dashboards.assistantWorkload()
    _ = try store.dashboards.submissionPerformance()
    _ = try store.dashboards.directoryPerformance()
    let report = try StatementPlans.report(
      on: store.database,
      small: [
        "store_settings", "store_upkeep", "queue_limits", "completion_meters", "action_kinds",
        "usage_meters",
        "assistants",
        "analytics_dirty", "status_definitions", "a", "v", "step",
      ],
      ties: ["lease_expires_at, pk", "finished_at, pk"],
      // A recount, the parents of one item, the team, the statuses of a pipeline, and the tiers.
      whole: [
        "INSERT INTO dashboard_summary", "SELECT \"item_id\", \"parent_id\"",
        "SELECT s.pk, v.completed_count", "SELECT status, label", "SELECT t.name, t.label",
      ])
    #expect(report.slow == [])
    #expect(report.count > 200)
  }
}
