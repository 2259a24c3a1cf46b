import Backoffice
import BackofficeHistories
import BackofficeTestSupport
import BackofficeTesting
import Testing

@Suite("The whole store after random histories")
struct WholeStoreHistoryTests {
  @Test(
    "4,000 random operations over all repositories: no findings, and rebuilds change nothing",
    arguments: [(1, "UTC"), (2, "America/New_York"), (3, "Asia/Kolkata")] as [(UInt64, String)])
  func history(seed: UInt64, zone: String) throws {
    let history = try WholeStoreHistory(seed: seed, zone: try #require(Zone(zone)))
    for round in 1...20 {
      try history.run(200)
      let problems = try history.problems()
      #expect(problems == [], "seed \(seed), after \(round * 200) operations")
      guard problems.isEmpty else { return }
    }
    // Without this, a history in which every operation is refused would pass.
    #expect(history.idle(below: 1).count <= 4, "seed \(seed): \(history.idle(below: 1))")
    #expect(history.leastByArea >= 5, "seed \(seed): \(history.done)")
    #expect(history.done.values.reduce(0, +) > 1800, "seed \(seed)")
    #expect(history.undone > 20, "seed \(seed)")
  }

  @Test("Every statement of a busy office uses an index and does not sort")
  func plans() throws {
    let history = try WholeStoreHistory(seed: 9, zone: .utc)
    try history.run(3000)
    let report = try StatementPlans.report(
      on: history.test.store.database,
      small: [
        "store_settings", "store_upkeep", "queue_limits", "completion_meters", "action_kinds",
        "usage_meters",
        "assistants", "a",
      ],
      ties: ["lease_expires_at, pk", "finished_at, pk"],
      // The parents of one item, and the catalogue of tiers.
      whole: ["SELECT \"item_id\", \"parent_id\"", "SELECT t.name, t.label"])
    #expect(report.slow == [])
    #expect(report.count > 200)
  }
}
