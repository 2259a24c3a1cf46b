import Backoffice
import BackofficeStorage
import Foundation

extension Bench {
  /// A plain item in the queue alone, beside the least that a fenced queue has to write.
  func plainItem() throws -> [Outcome] {
    let waiting = options.rows
    let base = try fixtures.queue(waiting, packs: [])
    let leanBase = try fixtures.lean(waiting)
    let lean = try LeanLimit(scratch.copy(leanBase, for: "lean"))
    let store = try Self.open(scratch.copy(base, for: "ours"), packs: [])
    let layered = try LeanQueue(scratch.copy(leanBase, for: "layered"))
    let item = try Self.newItem()

    func enqueue(_ count: Int) throws {
      for _ in 0..<count { try store.queue.enqueue(item) }
    }
    func work(_ count: Int, by batch: Int) throws {
      for _ in 0..<count / batch {
        let claimed = try store.queue.claim(batch, worker: "worker 1")
        if batch == 1 {
          for item in claimed { try store.queue.complete(item.lease) }
        } else {
          try store.queue.complete(claimed.map(\.lease))
        }
      }
    }
    func workLayered(_ count: Int, by batch: Int) throws {
      for _ in 0..<count / batch { try layered.complete(layered.claim(batch)) }
    }
    func outcome(
      _ title: String, _ count: Int, lean leanWork: @escaping (Int) throws -> Void,
      ours: @escaping (Int) throws -> Void, layered: @escaping (Int) throws -> Void
    ) throws -> Outcome {
      let works = [
        (Self.lean, leanWork), (Side.ours, ours), ("lean on BackofficeStorage", layered),
      ]
      for (_, work) in works { try work(max(100, count / 5)) }
      let figures = try Measuring.interleaved(
        works.map { name, work in
          Side(name: name) { _ in
            try Measuring.nanoseconds(ofProcessor: options.usesProcessorTime) { try work(count) }
              / Double(count)
          }
        }, options)
      var outcome = Outcome(
        number: 19, title: "plain item, the queue alone: \(title)",
        conditions: "NORMAL, \(waiting) waiting", unit: "µs",
        fileMiB: Scratch.mebibytes(base), goal: "<= 1.3x lean")
      outcome.take(figures)
      if let ours = figures[Side.ours], let lean = figures[Self.lean] {
        let ratio = Spread(zip(ours, lean).map { $0 / $1 })
        outcome.isMet = ratio.median <= 1.3
        outcome.notes.append("\(title): \(Report.spread(ratio, factor: true)) lean")
      }
      return outcome
    }

    let single = options.operations(2000)
    let hundreds = options.isQuick ? 1000 : 5000
    defer {
      store.close()
      layered.database.close()
      scratch.removeWork()
    }
    return [
      try outcome(
        "enqueue, one per transaction", single, lean: lean.enqueue, ours: enqueue,
        layered: { for _ in 0..<$0 { try layered.enqueue(Fixtures.payloadText) } }),
      try outcome(
        "claim and complete one by one", single, lean: { try lean.work($0, by: 1) },
        ours: { try work($0, by: 1) }, layered: { try workLayered($0, by: 1) }),
      try outcome(
        "claim and complete by hundreds", hundreds, lean: { try lean.work($0, by: 100) },
        ours: { try work($0, by: 100) }, layered: { try workLayered($0, by: 100) }),
    ]
  }

  static let lean = "lean"
  private static let paidKind = "paid"

  /// An item with customer, credits and batch from its enqueue to its completion, beside a plain one.
  func paidItem() throws -> Outcome {
    let waiting = options.rows
    let base = try fixtures.paid(waiting)
    let count = options.operations(1000)
    let plain = try Self.newItem()
    let plainStore = try Self.open(scratch.copy(base, for: "plain"))
    func run(_ item: NewQueueItem, _ store: BackofficeStore) throws {
      try store.queue.enqueue(item)
      for claimed in try store.queue.claim(kinds: [item.kind], worker: "worker 1") {
        try store.queue.complete(claimed.lease)
      }
    }
    let plainSide = Side(name: "plain item") { _ in
      try Measuring.nanoseconds(ofProcessor: options.usesProcessorTime) {
        for _ in 0..<count { try run(plain, plainStore) }
      } / Double(count)
    }
    _ = try plainSide.round(0)
    var outcome = try compare(
      Comparison(
        number: 20, title: "item with customer, credits and batch, enqueue to completion",
        conditions: "NORMAL, one by one, \(waiting) others waiting", goal: 1.2, base: base,
        operations: count),
      extra: [plainSide]
    ) { store in
      var item = try Self.newItem()
      item.kind = Self.paidKind
      item.credits = 2
      item.customerID = try store.customers.list(limit: 1).elements.first?.id
      item.batchID = try store.batches.list(limit: 1).elements.first?.id
      return { [item] _ in try run(item, store) }
    }
    plainStore.close()
    outcome.goal += "; <= 2x a plain item"
    if let plain = outcome.peersToOurs.removeValue(forKey: "plain item") {
      outcome.isMet = outcome.isMet == true && 1 / plain.median <= 2
      outcome.notes.append("\(Report.number(1 / plain.median))x a plain item in the same office")
    }
    return outcome
  }
}
