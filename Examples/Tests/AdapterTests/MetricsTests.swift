import Backoffice
import BackofficeMetrics
import CoreMetrics
import MetricsTestKit
import Testing

@Suite("Events and state in metrics")
struct MetricsTests {
  @Test("Each kind of event is counted or timed under its own label")
  func kinds() throws {
    let metrics = TestMetrics()
    let meters = StorageMeters(factory: metrics)
    let principal = Principal(kind: .staff, id: "ada")
    let events: [StorageEvent] = [
      .slowStatement(sql: "SELECT ?", microseconds: 5),
      .longTransaction(principal: principal, reason: nil, microseconds: 6),
      .busyWait(microseconds: 7, gaveUp: false),
      .busyWait(microseconds: 8, gaveUp: true),
      .checkpoint(logPages: 70, movedPages: 60, microseconds: 9),
      .writeAheadLogOverLimit(bytes: 9, limit: 8, oldestRead: nil),
      .groupCommit(writes: 3, failed: 2, microseconds: 5),
    ]
    for event in events { meters.record(event) }
    func nanoseconds(_ label: String, _ dimensions: [(String, String)] = []) throws -> [Int64] {
      try metrics.expectTimer(label, dimensions).values
    }
    #expect(try nanoseconds("backoffice_slow_statement") == [5000])
    #expect(try nanoseconds("backoffice_long_transaction") == [6000])
    #expect(try nanoseconds("backoffice_busy_wait", [("gave_up", "false")]) == [7000])
    #expect(try nanoseconds("backoffice_busy_wait", [("gave_up", "true")]) == [8000])
    #expect(try nanoseconds("backoffice_checkpoint") == [9000])
    #expect(try metrics.expectRecorder("backoffice_log_pages").values == [70])
    #expect(try metrics.expectCounter("backoffice_log_alarms").values == [1])
    #expect(try metrics.expectRecorder("backoffice_group_writes").values == [3])
    #expect(try metrics.expectCounter("backoffice_group_failures").values == [2])
  }

  @Test("A store's migrations are timed, and its state is sampled")
  func store() async throws {
    let metrics = TestMetrics()
    var configuration = BackofficeStore.Configuration()
    let meters = StorageMeters(prefix: "office", factory: metrics)
    configuration.database.count(in: meters)
    configuration.onMigration = { meters.record($0) }
    let store = try BackofficeStore(.memory, configuration: configuration)
    let timer = try metrics.expectTimer(
      "office_migration", [("pack", "office"), ("direction", "up")])
    #expect(timer.values.count >= 1)
    try await store.database.async.write { _ in }
    #expect(try metrics.expectRecorder("office_group_writes").values == [1])
    let gauges = StorageGauges(prefix: "office", factory: metrics)
    gauges.sample(store.database.metrics)
    #expect(try metrics.expectMeter("office_waiting_writers").values == [0])
    #expect(try metrics.expectMeter("office_oldest_read_microseconds").values == [0])
  }
}
