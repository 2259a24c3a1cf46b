import Backoffice
import BackofficeTesting
import Testing

@Suite("13.31: Values that no check can use")
struct UnreadableValueTests {
  @Test("check() lists what it cannot decode or add up, and runs the other checks")
  func goesOn() throws {
    let test = try TestStore()
    let store = test.store
    let customers = try test.sampleCustomers(3)
    for customer in customers {
      try store.credits.grant(5, to: customer.id)
      try store.credits.grant(5, to: customer.id)
    }
    try store.write { transaction in
      for trigger in try transaction.fetchAll(
        sql: "SELECT name FROM sqlite_schema WHERE type = 'trigger'",
        decode: { try $0.value(at: 0, as: String.self) })
      {
        try transaction.execute(sql: "DROP TRIGGER \(trigger)")
      }
      // Each is an integer; the sum of two is none.
      try transaction.execute(sql: "UPDATE credit_entries SET credits = \(Int.max)")
      // A derived value of another room that differs.
      try transaction.execute(sql: "UPDATE assistants SET active_count = active_count + 1")
      try transaction.execute(sql: "DELETE FROM customers_search")
    }
    let findings = try store.check()
    #expect(findings.contains { $0.problem.hasPrefix("could not be checked: ") })
    #expect(findings.contains { !$0.problem.hasPrefix("could not be checked: ") })
  }

  /// A pack with a check that does not end, as one may that forged statistics slow down.
  private struct EndlessCheck: StorePack {
    let name = "endless"
    let rules = RuleSet(checks: [
      QueryCheck(
        "endless",
        """
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
        SELECT 'n', i, 'found' FROM n WHERE i < 0 LIMIT ?
        """),
      QueryCheck("after", "SELECT 'n', 1, 'found' LIMIT ?"),
    ])
  }

  @Test("13.28 a check that runs into the time limit is a finding, and the other checks run")
  func limited() throws {
    let test = try TestStore(packs: [EndlessCheck()]) {
      $0.database.statementLimit = .milliseconds(30)
    }
    let findings = try test.store.check()
    #expect(findings.map(\.check) == ["endless", "after"])
    #expect(findings.first?.problem.contains("sqlite_stat1 may be wrong (run ANALYZE)") == true)
  }

  @Test("13.28 check() names an SQL trigger that drops writes to a table of the library")
  func ignoring() throws {
    let test = try TestStore()
    try test.store.write { transaction in
      try transaction.execute(sql: "CREATE TABLE own (pk INTEGER PRIMARY KEY) STRICT")
      for table in ["queue_items", "own"] {
        try transaction.execute(
          sql: """
            CREATE TRIGGER \(table)_ignore BEFORE UPDATE ON \(table)
            BEGIN SELECT raise ( IGNORE ); END
            """)
      }
    }
    let findings = try test.store.check()
    #expect(findings.map(\.entity) == ["queue_items queue_items_ignore"])
    #expect(findings.first?.problem.contains("DROP TRIGGER") == true)
  }

  @Test("Arithmetic on what was read ends at the nearest integer")
  func saturating() {
    #expect(Int.max.adding(1) == .max && Int.min.adding(-1) == .min)
    #expect(Int.max.subtracting(.min) == .max && Int.min.subtracting(1) == .min)
    #expect(Int.min.multiplied(by: -1) == .max && Int.max.multiplied(by: -2) == .min)
    #expect([Int.max, 1, -5].saturatingSum() == .max - 5)
    var histogram = LatencyHistogram()
    for _ in 0..<3 { histogram.add(.microseconds(Int64.max)) }
    #expect(histogram.count == 3)
    #expect(histogram.percentile(1) != nil)
    #expect((histogram.mean ?? .zero) > .zero)
  }
}
