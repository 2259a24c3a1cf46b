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
