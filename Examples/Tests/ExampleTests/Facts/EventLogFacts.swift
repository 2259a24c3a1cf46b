import Backoffice
import BackofficeAnalytics
import BackofficeToolKit
import ExampleSupport
import Testing

@Suite("Facts: incidents of a help desk", .enabled(if: SharedData.isThere, "\(SharedData.missing)"))
struct EventLogFacts {
  private struct Facts: Decodable {
    let events: Int
    let cases: Int
    let statusChangesAfterFirst: Int
    let cycleSecondsMean: Double
    let cycleSecondsMedian: Double
    let cycleSecondsMax: Double
    let casesWithZeroCycle: Int
    let currentStatusCounts: [String: Int]
    let topTransitions: [String: Int]
    let selfTransitions: Int
    let slaMadeFinal: [String: Int]
    let reassignmentsTotal: Int
    let statusChangesOnly: Int

    enum CodingKeys: String, CodingKey {
      case events, cases
      case statusChangesAfterFirst = "status_changes_after_first"
      case cycleSecondsMean = "cycle_seconds_mean"
      case cycleSecondsMedian = "cycle_seconds_median"
      case cycleSecondsMax = "cycle_seconds_max"
      case casesWithZeroCycle = "cases_with_zero_cycle"
      case currentStatusCounts = "current_status_counts"
      case topTransitions = "top_transitions"
      case selfTransitions = "self_transitions"
      case slaMadeFinal = "sla_made_final"
      case reassignmentsTotal = "reassignments_total"
      case statusChangesOnly = "status_changes_only(consecutive equal states collapsed)"
    }
  }

  private static let kind = EntityKind(rawValue: "incident")

  private func load(into store: BackofficeStore) throws -> ImportReport {
    var columns = EventLogImport.Columns(
      entity: "number", status: "incident_state", time: "sys_updated_at")
    columns.owner = "assigned_to"
    columns.customer = "caller_id"
    columns.kept = ["made_sla", "reassignment_count"]
    return try EventLogImport(
      columns, kind: Self.kind, timeFormat: "dd-MM-yyyy HH:mm", missing: "?"
    ).run(SharedData.source("servicenow-first100/incidents.csv"), into: store)
  }

  @Test("History, cycle times and transitions come out as computed elsewhere")
  func figures() throws {
    let facts = try SharedData.facts("servicenow-incidents(first100)", as: Facts.self)
    let store = try BackofficeStore.example()
    #expect(try load(into: store).added == facts.events)
    let report = try EventLogReport(store, kind: Self.kind)
    #expect(report.events == facts.events)
    #expect(report.cases == facts.cases)
    #expect(report.firstEvent == Timestamp("2016-02-29T01:23:00+00:00"))
    #expect(report.lastEvent == Timestamp("2016-04-17T15:07:00+00:00"))
    #expect(report.changesAfterFirst == facts.statusChangesAfterFirst)
    #expect(report.statusesEntered == facts.statusChangesOnly)
    #expect(report.cycle?.meanSeconds == facts.cycleSecondsMean)
    #expect(report.cycle?.medianSeconds == facts.cycleSecondsMedian)
    #expect(report.cycle?.maximumSeconds == facts.cycleSecondsMax)
    #expect(report.cycle?.casesOfNoTime == facts.casesWithZeroCycle)
    #expect(report.statuses == facts.currentStatusCounts)
    #expect(report.selfTransitions == facts.selfTransitions)
    let moves = report.transitions.prefix(facts.topTransitions.count)
    #expect(
      Dictionary(uniqueKeysWithValues: moves.map { ("\($0.from) -> \($0.to)", $0.count) })
        == facts.topTransitions)
    #expect(report.lastValues["made_sla"]?.cases == facts.slaMadeFinal)
    #expect(report.lastValues["reassignment_count"]?.sum == facts.reassignmentsTotal)
    #expect(try BookCheck(store).isClean)
  }

  @Test("The store's own measures agree")
  func measures() throws {
    let facts = try SharedData.facts("servicenow-incidents(first100)", as: Facts.self)
    let store = try BackofficeStore.example()
    _ = try load(into: store)
    let cycles = try store.history.cycleTimes(Self.kind)
    #expect(cycles.count == facts.cases)
    #expect(cycles.mean == .seconds(facts.cycleSecondsMean))
    #expect(cycles.median == .seconds(facts.cycleSecondsMedian))
    #expect(cycles.maximum == .seconds(facts.cycleSecondsMax))
    let counts = try store.analytics.statusCounts(Self.kind)
    #expect(
      Dictionary(uniqueKeysWithValues: counts.map { ($0.status, $0.count) })
        == facts.currentStatusCounts)
    let moves = try store.analytics.transitions(Self.kind)
    #expect(
      moves.filter(\.isSelfTransition).reduce(0) { $0 + $1.count } == facts.selfTransitions)
  }

  @Test("A second import of the log changes nothing")
  func again() throws {
    let store = try BackofficeStore.example()
    let first = try load(into: store)
    let second = try load(into: store)
    #expect(second.added == 0)
    #expect(second.unchanged == first.added)
    #expect(try EventLogReport(store, kind: Self.kind).events == first.added)
  }
}
