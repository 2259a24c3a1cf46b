import Backoffice
import Testing

@Suite("A back office on a failing disk")
struct StoreFaultTests {
  @Test("Every failing operation leaves the state before or after", arguments: Scenario.rooms)
  func operations(scenario: Scenario) throws {
    let sweep = try Sweep(scenario)
    try sweep.run(points: Effort.points(2))
    print("faults, \(scenario.name): \(sweep.report.summary)")
  }

  @Test(
    "A power cut at any moment leaves every commit that had returned", arguments: Scenario.rooms)
  func powerCuts(scenario: Scenario) throws {
    let cut = try PowerCut(scenario)
    try cut.run(
      points: Effort.points(4), seeds: Effort.times(1, full: 3), edges: Effort.isFull)
    print("power cuts, \(scenario.name): \(cut.summary)")
    #expect(cut.losses == 0)
  }
}
