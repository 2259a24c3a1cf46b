import BackofficeStorage
import Foundation
import Testing

/// Cuts the power at every write and sync of a scenario, and looks at what each cut leaves.
final class PowerCut {
  let scenario: Scenario
  private let sweep: Sweep
  private let after: Workplace
  private var seen: Set<String> = []
  private(set) var images = 0
  private(set) var different = 0
  /// Images that hold less than was acknowledged; none with full durability.
  private(set) var losses = 0

  init(_ scenario: Scenario) throws {
    self.scenario = scenario
    sweep = try Sweep(scenario)
    after = try Workplace()
    after.isPreparing = false
  }

  /// - Parameters:
  ///   - points: before how many operations the power fails, evenly spread; all when nil.
  ///   - seeds: how many images of each random kind are made for each operation.
  ///   - edges: whether both sides of every operation that makes something durable are looked at,
  ///     too.
  func run(points: Int?, seeds: Int, edges: Bool = true) throws {
    try record()
    let files = sweep.place.files
    let count = files.recorded
    let stride = points.map { max(1, (count + $0 - 1) / $0) } ?? 1
    // Others on every run; what is found names its operation.
    let from = Int.random(in: 0..<stride)
    for operation in 0...count {
      let isEdge = edges && (files.isBarrier(operation) || files.isBarrier(operation - 1))
      guard isEdge || operation % stride == from || operation == count else { continue }
      for loss in PowerLoss.allCases {
        let isRandom = loss == .mixed || loss == .torn
        for seed in 0..<(isRandom ? seeds : 1) {
          try look(before: operation, loss, seed: UInt64(operation * 31 + seed))
        }
      }
    }
  }

  private func record() throws {
    let place = sweep.place
    try place.load(sweep.template)
    let early = scenario.opensUnderFault ? nil : try scenario.open(place)
    place.startOver()
    try place.files.record(place.folder)
    let subject = try early ?? scenario.open(place)
    try scenario.work(subject, place)
    subject.close()
    place.files.stopRecording()
  }

  private func look(before operation: Int, _ loss: PowerLoss, seed: UInt64) throws {
    let files = sweep.place.files
    try after.empty()
    let digest = try files.image(before: operation, loss, seed: seed, to: after.folder)
    images += 1
    let acknowledged = files.acknowledged(before: operation)
    guard seen.insert("\(digest) \(acknowledged)").inserted else { return }
    different += 1
    let what = "\(scenario.name), power cut before operation \(operation), writes \(loss) (\(seed))"
    let found = Inspection(after.path)
    #expect(found.problems == "", "\(what)")
    let states = sweep.states
    let allowed = acknowledged...min(acknowledged + 1, states.count - 1)
    if !allowed.contains(where: { states[$0] == found.state }) {
      if scenario.durability == .normal, states[..<acknowledged].contains(found.state) {
        losses += 1
      } else {
        Issue.record(
          """
          \(what): \(acknowledged) commits were acknowledged, but the file differs: \
          \(Inspection.difference(found.state, from: states[acknowledged]))
          """)
      }
    }
    do {
      let subject = try scenario.open(after)
      var findings = try subject.findings()
      if scenario.startsDamaged, found.state != states.last { findings = [] }
      findings += try scenario.findings(after, acknowledged)
      #expect(findings == [], "\(what)")
      subject.close()
    } catch {
      Issue.record("\(what): cannot be opened again: \(error)")
    }
  }

  var summary: String {
    "\(images) images of \(sweep.place.files.recorded) writes and syncs, \(different) different, "
      + "\(losses) without a commit that had returned"
  }
}
