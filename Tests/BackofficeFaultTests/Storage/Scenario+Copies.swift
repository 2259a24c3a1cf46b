import BackofficeStorage
import Foundation

/// A store whose file is replaced while no connection is open.
struct ClosedSubject: Subject {
  let place: Workplace

  func probe() throws {
    let subject = try DatabaseSubject.open(place)
    defer { subject.close() }
    try subject.probe()
  }

  func findings() throws -> [String] {
    let subject = try DatabaseSubject.open(place)
    defer { subject.close() }
    return try subject.findings()
  }

  func close() {}
}

extension Scenario {
  /// A backup beside the store that it copies.
  static let backup: Scenario = {
    @Sendable func copy(_ place: Workplace) -> String { place.folder + "/copy.sqlite" }
    var scenario = Scenario.database("back up") { database, place in
      try database.backUp(to: copy(place))
      // The copy has its name only when it is whole.
      guard FileManager.default.fileExists(atPath: copy(place)) else { throw WrongSubject() }
      place.acknowledge()
    }
    scenario.findings = { place, acknowledged in
      guard FileManager.default.fileExists(atPath: copy(place)) else {
        return acknowledged == 0 ? [] : ["the copy is gone"]
      }
      let inspection = Inspection(copy(place))
      var findings = inspection.problems == "" ? [] : [inspection.problems]
      if inspection.state != Inspection(place.path).state {
        findings.append("the copy differs: \(inspection.state)")
      }
      return findings
    }
    return scenario
  }()

  /// A backup put in the place of a store that has a log, as a crash leaves one.
  static let restore = Scenario(
    name: "restore",
    prepare: { place in
      let base = Scenario.database("restore") { _, _ in }
      try base.prepare(place)
      let subject = try DatabaseSubject.open(place)
      try subject.database.backUp(to: place.folder + "/backup.sqlite")
      try subject.database.write { transaction in
        try transaction.execute(sql: "DELETE FROM items WHERE pk % 2 = 0")
      }
      let left = try place.contents()
      subject.close()
      try place.load(left)
    },
    open: { ClosedSubject(place: $0) },
    work: { _, place in
      try Database.restore(
        from: place.folder + "/backup.sqlite", to: place.path, replacing: true,
        configuration: place.configuration(), progress: { _ in })
      place.acknowledge()
    })
}
