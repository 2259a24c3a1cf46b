import Backoffice
import BackofficeAnalytics
import Testing

@Suite("Analytics flows")
struct FlowTests {
  @Test("Creating, moving, reassigning, deleting and restoring each produce their flows")
  func causes() throws {
    let fixture = try FlowFixture(at: "2026-03-02T09:00:00Z")
    let store = fixture.store
    func record(
      _ from: String?, _ to: String, owner number: UInt64, event: StatusChange.Event? = nil,
      previous: UInt64? = nil
    ) throws {
      try store.write { transaction in
        try transaction.recordHistory(
          StatusChange(
            kind: .customer, entity: entity(1), pipeline: "sales", from: from, to: to,
            owner: owner(number), event: event, previousOwner: previous.map(owner)))
      }
      fixture.clock.advance(by: .days(1))
    }
    try record(nil, "called", owner: 1)
    try record("called", "replied", owner: 1)
    try record("replied", "replied", owner: 2, event: .reassigned, previous: 1)
    try record("replied", "replied", owner: 2, event: .deleted)
    try record("replied", "replied", owner: 2, event: .restored)
    try record("replied", "lost", owner: 3)
    #expect(
      try fixture.flows() == [
        "2026-03-02 create >called 1 of 1",
        "2026-03-03 change called>replied 1 of 1",
        "2026-03-04 reassign >replied 1 of 2",
        "2026-03-04 reassign replied> 1 of 1",
        "2026-03-05 delete replied> 1 of 2",
        "2026-03-06 restore >replied 1 of 2",
        "2026-03-07 change replied>lost 1 of 3",
        "2026-03-07 reassign >replied 1 of 3",
        "2026-03-07 reassign replied> 1 of 2",
      ])
    #expect(try store.analytics.reassignments(.customer) == 2)
    #expect(try store.analytics.statusCounts(.customer).map(\.status) == ["lost"])
    #expect(try store.check().isEmpty)
  }

  @Test("A row that is dated before others corrects the flow after it")
  func lateRow() throws {
    let fixture = try FlowFixture(at: "2026-03-10T09:00:00Z")
    let history = fixture.store.history
    func row(_ status: String, _ day: Int) throws -> NewHistoryEntry {
      NewHistoryEntry(
        kind: ticket, entity: entity(1), status: status,
        at: try time("2026-03-0\(day)T12:00:00Z"))
    }
    try history.append([row("a", 2), row("c", 5)])
    try history.append([row("b", 3)])
    #expect(
      try fixture.flows() == [
        "2026-03-02 create >a 1", "2026-03-03 change a>b 1", "2026-03-05 change b>c 1",
      ])
    // Even the first row may come last.
    try history.append([row("z", 1)])
    #expect(
      try fixture.flows() == [
        "2026-03-01 create >z 1", "2026-03-02 change z>a 1", "2026-03-03 change a>b 1",
        "2026-03-05 change b>c 1",
      ])
    let counts = try fixture.store.analytics.statusCounts(
      ticket, atEndOf: CalendarDate("2026-03-04"))
    #expect(counts.map(\.status) == ["b"] && counts.map(\.count) == [1])
    #expect(try fixture.store.check().isEmpty)
  }

  @Test("Days are those of the store's zone, also days of 23 and 25 hours")
  func zones() throws {
    let zone = try #require(Zone("Europe/Paris"))
    let fixture = try FlowFixture(at: "2026-12-01T00:00:00Z", zone: zone)
    try fixture.store.history.append(
      [
        "2026-03-28T22:59:59Z", "2026-03-28T23:00:00Z", "2026-03-29T21:59:59Z",
        "2026-03-29T22:00:00Z", "2026-10-24T21:59:59Z", "2026-10-24T22:00:00Z",
        "2026-10-25T22:59:59Z", "2026-10-25T23:00:00Z",
      ].enumerated().map { number, text in
        NewHistoryEntry(
          kind: ticket, entity: entity(UInt64(number)), status: "a", at: try time(text))
      })
    #expect(
      try fixture.flows() == [
        "2026-03-28 create >a 1", "2026-03-29 create >a 2", "2026-03-30 create >a 1",
        "2026-10-24 create >a 1", "2026-10-25 create >a 2", "2026-10-26 create >a 1",
      ])
  }

  @Test("Only rows of days with snapshots mark the owners whose sums they change")
  func marks() throws {
    let fixture = try FlowFixture(at: "2026-03-10T09:00:00Z")
    func add(
      _ number: UInt64, _ text: String?, kind: EntityKind = .customer, status: String = "a",
      owner number2: UInt64 = 1
    ) throws {
      try fixture.store.history.append([
        NewHistoryEntry(
          kind: kind, entity: entity(number), status: status, owner: owner(number2),
          at: try text.map { try time($0) })
      ])
    }
    func marks() throws -> [String] {
      try fixture.store.read { transaction in
        try transaction.fetchAll(
          sql: "SELECT owner_id, day FROM analytics_dirty ORDER BY owner_id"
        ) { row in
          try "\(row.value(at: 0, as: ID<AnyEntity>.self).low) \(row.value(at: 1, as: String.self))"
        }
      }
    }
    try add(1, nil)
    try add(2, "2026-03-01T00:00:00Z")
    // No snapshot is stored yet.
    #expect(try marks() == [])
    try fixture.store.write { transaction in
      try transaction.execute(
        sql: """
          INSERT INTO store_settings (key, value, updated_at)
          VALUES ('analytics.stored_until', '"2026-03-08"', 0)
          """)
    }
    try add(3, "2026-03-01T00:00:00Z", kind: ticket)
    try add(4, "2026-03-09T10:00:00Z")
    #expect(try marks() == [])
    try add(5, "2026-03-05T10:00:00Z")
    #expect(try marks() == ["1 2026-03-05"])
    try add(6, "2026-03-07T10:00:00Z", owner: 2)
    #expect(try marks() == ["1 2026-03-05", "2 2026-03-07"])
    try add(7, "2026-03-03T10:00:00Z")
    #expect(try marks() == ["1 2026-03-03", "2 2026-03-07"])
    // Another owner from then on: both are.
    try add(2, "2026-03-02T10:00:00Z", status: "b", owner: 3)
    #expect(try marks() == ["1 2026-03-02", "2 2026-03-07", "3 2026-03-02"])
  }

  @Test("A wrong, missing or surplus sum is found, and repaired by a rebuild")
  func rebuild() throws {
    let fixture = try FlowFixture(at: "2026-03-10T09:00:00Z")
    let store = fixture.store
    try store.history.append(
      (0..<4).map { NewHistoryEntry(kind: ticket, entity: entity($0), status: "s\($0)") })
    try store.write { transaction in
      try transaction.execute(
        sql: "UPDATE analytics_flows SET transitions = 7 WHERE to_status = 's1'")
      try transaction.execute(sql: "DELETE FROM analytics_flows WHERE to_status = 's2'")
      try transaction.execute(
        sql: """
          INSERT INTO analytics_flows (entity_kind, day, to_status, transitions)
          VALUES ('ticket', '2026-01-01', 'x', 0), ('ticket', '2026-01-01', 'y', 2)
          """)
    }
    let findings = try store.check()
    #expect(findings.count == 4)
    #expect(findings.contains { $0.problem == "create '' to 's1': expected 1, found 7" })
    #expect(try store.rebuild() == ["analytics.flows": 4])
    #expect(try store.check().isEmpty)
    #expect(try store.rebuild().isEmpty)
  }

  @Test("A customer is active for thirty days from its last change, for its current owner")
  func activity() throws {
    let fixture = try FlowFixture(at: "2026-06-10T09:00:00Z")
    func add(_ status: String, _ text: String, owner number: UInt64) throws {
      try fixture.store.history.append([
        NewHistoryEntry(
          kind: .customer, entity: entity(1), status: status, pipeline: "sales",
          owner: owner(number), at: time("\(text)T12:00:00Z"))
      ])
    }
    func activity() throws -> [String] {
      try fixture.store.read { transaction in
        try transaction.fetchAll(
          sql: """
            SELECT day || ' ' || delta, owner_id FROM analytics_activity WHERE delta <> 0
            ORDER BY day, owner_id
            """
        ) { row in
          try
            "\(row.value(at: 0, as: String.self)) of \(row.value(at: 1, as: ID<AnyEntity>.self).low)"
        }
      }
    }
    try add("a", "2026-03-01", owner: 1)
    #expect(try activity() == ["2026-03-01 1 of 1", "2026-03-31 -1 of 1"])
    try add("b", "2026-03-11", owner: 1)
    #expect(try activity() == ["2026-03-01 1 of 1", "2026-04-10 -1 of 1"])
    // Neither a repeated status nor a change of owner is a change of status.
    try add("b", "2026-03-21", owner: 2)
    #expect(
      try activity() == [
        "2026-03-01 1 of 1", "2026-03-21 -1 of 1", "2026-03-21 1 of 2", "2026-04-10 -1 of 2",
      ])
    // Much later, and then a late row in between.
    try add("c", "2026-06-01", owner: 2)
    try add("x", "2026-03-31", owner: 2)
    #expect(
      try activity() == [
        "2026-03-01 1 of 1", "2026-03-21 -1 of 1", "2026-03-21 1 of 2", "2026-04-30 -1 of 2",
        "2026-06-01 1 of 2", "2026-07-01 -1 of 2",
      ])
    #expect(try fixture.store.check() == [])
    try fixture.store.write { transaction in
      _ = try transaction.execute(
        sql: "UPDATE analytics_activity SET delta = 3 WHERE day = '2026-06-01'")
      _ = try transaction.execute(
        sql:
          "UPDATE analytics_flows SET age_seconds = 7 WHERE to_status = 'b' AND from_status = 'a'")
    }
    let problems = try fixture.store.check().map(\.problem)
    #expect(
      problems == [
        "expected 1, found 3",
        "change 'a' to 'b': expected 1 of age 864000 s 0 µs, found 1 of age 7 s 0 µs",
      ])
    #expect(try fixture.store.rebuild() == ["analytics.flows": 2])
    #expect(try fixture.store.check() == [])
  }

  @Test("After any history, kept sums equal rebuilt ones", arguments: 0..<12)
  func property(seed: UInt64) throws {
    let random = RandomSource.seeded(seed)
    let fixture = try FlowFixture(at: "2026-03-20T09:00:00Z", seed: seed)
    let start = try time("2026-02-20T00:00:00Z")
    for _ in 0..<40 {
      try fixture.store.write { transaction in
        for _ in 0..<(1 + random.next(below: 6)) {
          let event: StatusChange.Event? =
            switch random.next(below: 10) {
            case 0: .deleted
            case 1, 2: .restored
            case 3: .reassigned
            default: nil
            }
          try transaction.recordHistory(
            StatusChange(
              kind: random.next(below: 4) == 0 ? ticket : .customer,
              entity: entity(UInt64(random.next(below: 5))),
              pipeline: random.next(below: 20) == 0 ? "other" : "sales",
              from: nil, to: ["a", "b", "c"][random.next(below: 3)],
              owner: random.next(below: 3) == 0 ? nil : owner(UInt64(random.next(below: 3))),
              at: start + .hours(random.next(below: 24 * 90)), event: event))
        }
        if random.next(below: 5) == 0 {
          // A rolled-back savepoint leaves no flow.
          struct Undo: Error {}
          #expect(throws: Undo.self) {
            try transaction.savepoint { inner in
              try inner.recordHistory(
                StatusChange(kind: ticket, entity: entity(99), from: nil, to: "a"))
              throw Undo()
            }
          }
        }
      }
      let findings = try fixture.store.check()
      #expect(findings.isEmpty)
    }
    // Each entity is in exactly one status.
    let total = try fixture.store.analytics.statusCounts(.customer).map(\.count).reduce(0, +)
    let live = try fixture.store.read { transaction in
      try transaction.fetchAll(
        sql: "SELECT DISTINCT entity_id FROM status_history WHERE entity_kind = 'customer'"
      ) { row in try row.value(at: 0, as: ID<AnyEntity>.self) }
    }.filter { id in
      let rows = try fixture.store.history.timeline(of: id, kind: .customer, limit: 1000).elements
      var isDeleted = false
      for row in rows {
        if row.details.text.contains("deleted") { isDeleted = true }
        if row.details.text.contains("restored") { isDeleted = false }
      }
      return !isDeleted
    }
    #expect(total == live.count)
  }
}
