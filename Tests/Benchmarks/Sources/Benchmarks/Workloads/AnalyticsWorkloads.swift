import Backoffice
import BackofficeAnalytics
import BackofficeStorage
import Foundation

extension Bench {
  private static func store(_ path: String, _ clock: ManualClock) throws -> BackofficeStore {
    var configuration = configuration(isFull: false)
    configuration.database.clock = clock.clock
    configuration.packs = [AnalyticsPack()]
    return try BackofficeStore(.file(path), configuration: configuration)
  }

  /// A refresh after a day with 1,000 changes, in front of more and more customers.
  func analyticsRefresh() throws -> Outcome {
    let sizes = options.isQuick ? [2_000, 20_000] : [10_000, 100_000, 1_000_000]
    var medians: [Double] = []
    var outcome = Outcome(
      number: 11, title: "analytics refresh after 1,000 changes",
      conditions: "NORMAL; 20 owners, 1,000 changes a day before, 5 history rows a customer",
      unit: "ms",
      goal: "<= 10 ms, flat from \(sizes[0]) customers on")
    for size in sizes {
      // A thousand changes a day, however many customers lie behind.
      let base = try fixtures.histories(size, days: max(10, size * 5 / 1000), owners: 20)
      let clock = ManualClock(Fixtures.epoch)
      let path = try scratch.copy(base, for: "ours")
      let store = try Self.store(path, clock)
      try store.analytics.refresh()
      var next = 0
      let ids = try Self.someIDs(
        1500 * (options.rounds + 1), of: store, rows: size)
      var changed: Set<ID<Customer>> = []
      var times: [Double] = []
      for round in 0...options.rounds {
        try store.write { transaction in
          var count = 0
          while count < min(1000, size / (options.rounds + 2)), next < ids.count {
            let id = ids[next]
            next += 1
            guard changed.insert(id).inserted else { continue }
            try transaction.customers.changeStatus(of: id, to: .productDelivered)
            count += 1
          }
        }
        clock.advance(by: .seconds(86_400))
        let time = try Measuring.nanoseconds(ofProcessor: options.usesProcessorTime) {
          try store.analytics.refresh()
        }
        // The first one warms caches.
        if round > 0 { times.append(time / 1_000_000) }
      }
      let spread = Spread(times)
      medians.append(spread.median)
      outcome.figures["\(size) customers"] = spread
      outcome.fileMiB = Scratch.mebibytes(base)
      if size == sizes.last { outcome.figures[Side.ours] = spread }
      store.close()
    }
    if let last = medians.last, let first = medians.first {
      outcome.isMet = last <= 10 && last <= first * 2
      outcome.notes.append(
        "\(Report.number(last / first))x from \(sizes[0]) to \(sizes[sizes.count - 1]) customers")
    }
    scratch.removeWork()
    return outcome
  }

  /// Two years of daily snapshots for 100 owners, all recomputed.
  func rebuildSnapshots() throws -> Outcome {
    let customers = options.isQuick ? 13_000 : 130_000
    let days = 730
    let base = try fixtures.histories(customers, days: days, owners: 100)
    let clock = ManualClock(Fixtures.epoch)
    let path = try scratch.copy(base, for: "ours")
    let store = try Self.store(path, clock)
    let today = try store.zone.date(of: Fixtures.epoch)
    let range = today.adding(days: -days)...today.adding(days: -1)
    var times: [Double] = []
    var rows = 0
    for _ in 0..<min(options.rounds, 5) {
      try store.write { transaction in
        try transaction.execute(sql: "DELETE FROM analytics_snapshots")
        try transaction.execute(sql: "DELETE FROM store_settings WHERE key GLOB 'analytics.*'")
      }
      times.append(
        try Measuring.nanoseconds(ofProcessor: options.usesProcessorTime) {
          rows = try store.analytics.refreshSnapshots(of: [.daily], in: range).changedRows
        } / 1_000_000_000)
    }
    var outcome = Outcome(
      number: 12, title: "two years of daily snapshots for 100 owners",
      conditions: "NORMAL; \(customers * 5) history rows, one transaction", unit: "s",
      fileMiB: Scratch.mebibytes(base), goal: "<= 3 s")
    outcome.figures[Side.ours] = Spread(times)
    outcome.isMet = Spread(times).median <= 3
    outcome.notes.append("\(rows) snapshot rows written, from the flows that history keeps")
    store.close()
    scratch.removeWork()
    return outcome
  }
}
