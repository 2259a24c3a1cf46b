import Backoffice
import BackofficeStorage
import Foundation

extension Bench {
  private static let consumers = 1_000

  /// Subscribers with a billing period.
  private func subscribers() throws -> String {
    try fixtures.file("subscribers-\(Self.consumers)") { path in
      let store = try Bench.open(path)
      try store.write { transaction in
        for number in 0..<Self.consumers {
          _ = try transaction.customers.create(
            NewCustomer(fullName: "Ada", email: "ada\(number)@example.com", tier: .pro))
        }
      }
      store.close()
    }
  }

  /// Usage checked against a limit and consumed, with its first answer stored.
  func consume() throws -> [Outcome] {
    let base = try subscribers()
    let one = options.operations(2_000)
    let extra = try postgres.map { [try $0.consuming(options.operations(500))] } ?? []
    let single = try compare(
      Comparison(
        number: 21, title: "check and consume usage, one per transaction",
        conditions: "NORMAL, \(Self.consumers) customers", goal: 1.3, base: base, operations: one),
      extra: extra
    ) { store in
      let ids = try Self.someIDs(Self.consumers, of: store, rows: Self.consumers)
      return { index in
        _ = try store.usage.consume(
          UsageEvent(key: "use \(index)", customerID: ids[index % ids.count], meter: "calls"),
          limit: 1_000_000, per: .billingPeriod)
      }
    }
    let hundreds = try compare(
      Comparison(
        number: 21, title: "check and consume usage, by hundreds",
        conditions: "NORMAL, 100 a transaction", goal: 1.3, base: base,
        operations: options.operations(50), perOperation: 100)
    ) { store in
      let ids = try Self.someIDs(Self.consumers, of: store, rows: Self.consumers)
      return { index in
        try store.write { transaction in
          for part in 0..<100 {
            let number = index * 100 + part
            _ = try transaction.usage.consume(
              UsageEvent(
                key: "use \(number)", customerID: ids[number % ids.count], meter: "calls"),
              limit: 1_000_000, per: .billingPeriod)
          }
        }
      }
    }
    return [single, hundreds]
  }

  /// The statement of a customer with 100,000 events in the billing period.
  func statement() throws -> Outcome {
    let events = options.operations(100_000)
    let base = try fixtures.file("statement-\(events)") { path in
      let store = try Bench.open(path)
      let ada = try store.customers.create(
        NewCustomer(fullName: "Ada", email: "ada@example.com", tier: .pro)
      ).id
      for first in stride(from: 0, to: events, by: 1_000) {
        _ = try store.usage.record(
          (first..<min(first + 1_000, events)).map { number in
            UsageEvent(
              key: "\(number)", customerID: ada, meter: Meter(rawValue: "meter \(number % 10)"),
              amount: Money(minorUnits: 3, currency: .usd))
          })
      }
      store.close()
    }
    let store = try Self.open(scratch.copy(base, for: "ours"))
    let ada = try Self.someIDs(1, of: store, rows: 1)[0]
    let side = Side(name: Side.ours) { _ in
      try Measuring.nanoseconds {
        for _ in 0..<100 { _ = try store.billing.statement(of: ada) }
      } / 100 / 1_000
    }
    var outcome = Outcome(
      number: 25, title: "statement of a customer with \(events) events of 10 meters",
      conditions: "from kept sums", unit: "ms", fileMiB: Scratch.mebibytes(base),
      goal: "<= 10 ms")
    outcome.take(try Measuring.interleaved([side], options))
    outcome.isMet = outcome.figures[Side.ours].map { $0.median <= 10 }
    store.close()
    scratch.removeWork()
    return outcome
  }
}
