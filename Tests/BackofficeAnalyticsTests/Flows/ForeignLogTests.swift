import Backoffice
import BackofficeAnalytics
import Foundation
import Testing

/// The first hundred cases of a public service desk log, when they lie beside the package.
enum ForeignLog {
  static let path: String? = {
    let environment = ProcessInfo.processInfo.environment["BACKOFFICE_DATA"]
    let beside = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../../../shared/data").standardized.path()
    return [environment, beside].compactMap { $0 }
      .map { "\($0)/servicenow-first100/incidents.csv" }
      .first { FileManager.default.fileExists(atPath: $0) }
  }()

  static func timestamp(_ text: Substring) -> Timestamp? {
    let parts = text.split { !$0.isNumber }.compactMap { Int($0) }
    guard parts.count == 5 else { return nil }
    return Timestamp(
      year: parts[2], month: parts[1], day: parts[0], hour: parts[3], minute: parts[4])
  }
}

@Suite("A foreign log")
struct ForeignLogTests {
  @Test(
    "The figures of a real log come out exactly",
    .enabled(if: ForeignLog.path != nil, "the log is not beside the package"))
  func serviceDesk() throws {
    let path = try #require(ForeignLog.path)
    let lines = try String(contentsOfFile: path, encoding: .utf8)
      .split(whereSeparator: \.isNewline).dropFirst()
    var cases: [Substring: ID<AnyEntity>] = [:]
    var people: [Substring: ID<AnyEntity>] = [:]
    let incident = EntityKind(rawValue: "incident")
    let rows = try lines.map { line in
      // No field of the log has a comma inside quotes.
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      let number = UInt64(cases.count)
      let person = UInt64(people.count)
      let at = try #require(ForeignLog.timestamp(fields[13]))
      let isNobody = fields[24] == "?"
      if cases[fields[0]] == nil { cases[fields[0]] = entity(number) }
      if people[fields[24]] == nil { people[fields[24]] = owner(person) }
      return NewHistoryEntry(
        kind: incident, entity: try #require(cases[fields[0]]), status: String(fields[1]),
        owner: isNobody ? nil : people[fields[24]],
        at: at,
        details: try JSONText("{\"reassignments\":\(fields[3])}"))
    }
    let fixture = try FlowFixture(at: "2026-01-01T00:00:00Z")
    let history = fixture.store.history
    #expect(try history.append(rows) == 603)
    #expect(cases.count == 100)
    let times = try history.cycleTimes(incident)
    #expect(times.count == 100)
    #expect(times.mean == .seconds(839_694))
    #expect(times.median == .seconds(622_620))
    #expect(times.maximum == .seconds(4_170_480))
    #expect(times.zeroCount == 0)
    let moves = try fixture.store.analytics.transitions(incident)
    #expect(moves.map(\.count).reduce(0, +) == 503)
    #expect(moves.filter(\.isSelfTransition).map(\.count).reduce(0, +) == 251)
    #expect(moves.filter { !$0.isSelfTransition }.map(\.count).reduce(0, +) == 252)
    #expect(
      moves.prefix(8).map { "\($0.from) -> \($0.to): \($0.count)" }.sorted() == [
        "Active -> Active: 75", "Active -> Resolved: 34",
        "Awaiting User Info -> Awaiting User Info: 44", "Awaiting User Info -> Resolved: 19",
        "New -> Active: 24", "New -> New: 125", "New -> Resolved: 44", "Resolved -> Closed: 99",
      ])
    let counts = try fixture.store.analytics.statusCounts(incident)
    #expect(counts.map(\.status) == ["Closed"] && counts.map(\.count) == [100])
    let last = try cases.values.compactMap { try history.lastChange(of: $0, kind: incident) }
    let reassignments = try last.map {
      try $0.details.decode([String: Int].self)["reassignments"] ?? 0
    }
    #expect(reassignments.reduce(0, +) == 74)
    let first = try history.recent(incident, limit: 1000).elements
    #expect(first.last?.at == Timestamp("2016-02-29T01:23:00Z"))
    #expect(first.first?.at == Timestamp("2016-04-17T15:07:00Z"))
    #expect(try fixture.store.check().isEmpty)
  }
}
