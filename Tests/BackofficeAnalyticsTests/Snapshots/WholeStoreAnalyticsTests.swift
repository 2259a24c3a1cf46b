import Backoffice
import BackofficeAnalytics
import BackofficeHistories
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
    var written = 0
    for round in 1...10 {
      try history.run(200)
      if round % 2 == 0 { written += try analytics.refresh().changedRows }
      #expect(try history.problems() == [], "seed \(seed), after \(round * 200) operations")
      _ = try analytics.refreshDashboardSummary()
    }
    #expect(written > 0)
    #expect(history.done.values.reduce(0, +) > 900, "seed \(seed)")
    #expect(try !analytics.customerDashboard().elements.isEmpty)
    #expect(try !analytics.customerSummary().elements.isEmpty)
    #expect(try !analytics.queueDashboard().elements.isEmpty)
    _ = try analytics.queueAnalytics()
    #expect(try !analytics.assistantWorkload().elements.isEmpty)
    #expect(try !analytics.submissionPerformance().elements.isEmpty)
    #expect(try !analytics.directoryPerformance().elements.isEmpty)
    #expect(try !analytics.health().isEmpty)
    _ = try analytics.actionCenter()
    #expect(try history.test.store.check() == [])
  }
}
