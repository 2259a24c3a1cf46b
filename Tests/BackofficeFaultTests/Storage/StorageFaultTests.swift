import BackofficeStorage
import Testing

@Suite("Storage on a failing disk")
struct StorageFaultTests {
  @Test("Every failing operation leaves the state before or after", arguments: Scenario.storage)
  func operations(scenario: Scenario) throws {
    let sweep = try Sweep(scenario)
    try sweep.run(points: Effort.points(8))
    print("faults, \(scenario.name): \(sweep.report.summary)")
  }

  @Test(
    "A power cut at any moment leaves every commit that had returned", arguments: Scenario.storage)
  func powerCuts(scenario: Scenario) throws {
    let cut = try PowerCut(scenario)
    try cut.run(points: Effort.points(12), seeds: Effort.times(2, full: 8))
    print("power cuts, \(scenario.name): \(cut.summary)")
    switch scenario.durability {
    case .full: #expect(cut.losses == 0)
    // The test can tell: what this setting gives up, the images show.
    case .normal: #expect(cut.losses > 0)
    }
  }
}
