import Backoffice
import BackofficeToolKit
import ExampleSupport
import Testing

@Suite("Facts: incidents of a help desk", .enabled(if: SharedData.isThere, "\(SharedData.missing)"))
struct EventLogFacts {
  private struct Facts: Decodable {
    let events: Int
    let cases: Int
    let status_changes_after_first: Int
    let cycle_seconds_mean: Double
    let cycle_seconds_median: Double
    let cycle_seconds_max: Double
    let cases_with_zero_cycle: Int
    let current_status_counts: [String: Int]
    let top_transitions: [String: Int]
    let self_transitions: Int
    let sla_made_final: [String: Int]
    let reassignments_total: Int
    let statusChangesOnly: Int

    enum CodingKeys: String, CodingKey {
      case events, cases, status_changes_after_first, cycle_seconds_mean, cycle_seconds_median
      case cycle_seconds_max, cases_with_zero_cycle, current_status_counts, top_transitions
      case self_transitions, sla_made_final, reassignments_total
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
    #expect(report.changesAfterFirst == facts.status_changes_after_first)
    #expect(report.statusesEntered == facts.statusChangesOnly)
    #expect(report.cycle?.meanSeconds == facts.cycle_seconds_mean)
    #expect(report.cycle?.medianSeconds == facts.cycle_seconds_median)
    #expect(report.cycle?.maximumSeconds == facts.cycle_seconds_max)
    #expect(report.cycle?.casesOfNoTime == facts.cases_with_zero_cycle)
    #expect(report.statuses == facts.current_status_counts)
    #expect(report.selfTransitions == facts.self_transitions)
    let moves = report.transitions.prefix(facts.top_transitions.count)
    #expect(
      Dictionary(uniqueKeysWithValues: moves.map { ("\($0.from) -> \($0.to)", $0.count) })
        == facts.top_transitions)
    #expect(report.lastValues["made_sla"]?.cases == facts.sla_made_final)
    #expect(report.lastValues["reassignment_count"]?.sum == facts.reassignments_total)
    #expect(try BookCheck(store).isClean)
  }

  @Test("The store's own measures agree")
  func measures() throws {
    let facts = try SharedData.facts("servicenow-incidents(first100)", as: Facts.self)
    let store = try BackofficeStore.example()
    _ = try load(into: store)
    let cycles = try store.history.cycleTimes(Self.kind)
    #expect(cycles.count == facts.cases)
    #expect(cycles.mean == .seconds(facts.cycle_seconds_mean))
    #expect(cycles.median == .seconds(facts.cycle_seconds_median))
    #expect(cycles.maximum == .seconds(facts.cycle_seconds_max))
    let counts = try store.history.statusCounts(Self.kind)
    #expect(
      Dictionary(uniqueKeysWithValues: counts.map { ($0.status, $0.count) })
        == facts.current_status_counts)
    let moves = try store.history.transitions(Self.kind)
    #expect(
      moves.filter(\.isSelfTransition).reduce(0) { $0 + $1.count } == facts.self_transitions)
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
