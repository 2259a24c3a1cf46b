import Backoffice
import BackofficeHistories
import BackofficeTesting
import Testing

@Suite("Random histories of merged customers (issue 14)")
struct MergingHistoryTests {
  /// What a program knows of a customer.
  private struct Sums: Equatable {
    var usage: [String: Int] = [:]
    var granted = 0
    var items = 0
    var submissions = 0

    static func + (left: Sums, right: Sums) -> Sums {
      Sums(
        usage: left.usage.merging(right.usage, uniquingKeysWith: +),
        granted: left.granted + right.granted, items: left.items + right.items,
        submissions: left.submissions + right.submissions)
    }
  }

  private func sums(_ store: BackofficeStore, of customer: ID<Customer>) throws -> Sums {
    func count(_ sql: String) throws -> Int {
      try store.read { transaction in
        try transaction.fetchOne(sql: sql, customer) { row in try row.value(at: 0) } ?? 0
      }
    }
    var sums = Sums()
    sums.usage = try store.read { transaction in
      var usage: [String: Int] = [:]
      let rows: [(String, Int)] = try transaction.fetchAll(
        sql: """
          SELECT period_key || ' ' || meter, quantity_sum FROM usage_records
          WHERE customer_id = ? AND event_count > 0
          """, customer
      ) { row in (try row.value(at: 0), try row.value(at: 1)) }
      for (key, quantity) in rows { usage[key, default: 0] += quantity }
      return usage
    }
    let balance = try store.credits.balance(of: customer)
    sums.granted = balance.granted
    sums.items = try count("SELECT count(*) FROM queue_items WHERE account = ?")
    sums.submissions = try count("SELECT count(*) FROM submissions WHERE customer_id = ?")
    return sums
  }

  @Test("The sums of the survivor are those of both", arguments: 1...12)
  func sums(seed: UInt64) throws {
    let test = try TestStore(seed: seed)
    let store = test.store
    let random = RandomSource.seeded(seed)
    let directories = try (0..<40).map { number in
      try store.directories.create(
        NewDirectory(
          name: "d\(number)", website: "https://d\(number).example", expectedApprovalDays: 3)
      ).id
    }
    var customers: [ID<Customer>] = []
    var model: [ID<Customer>: Sums] = [:]
    for number in 0..<4 {
      let id = try store.customers.create(
        NewCustomer(fullName: "c\(number)", email: "c\(number)@example.com")
      ).id
      try store.credits.setTerms(CreditTerms(limit: 0), of: id)
      customers.append(id)
      model[id] = Sums()
    }
    var next = 0
    func work(_ number: Int) throws {
      let id = customers[random.next(below: customers.count)]
      test.clock.advance(by: .seconds(random.next(below: 40_000)))
      switch random.next(below: 6) {
      case 0, 1:
        let quantity = random.next(below: 20)
        let meter = ["calls", "pages"][random.next(below: 2)]
        try store.usage.record(
          UsageEvent(key: "u\(number)", customerID: id, meter: Meter(meter), quantity: quantity))
        let day = try store.read { $0.zone.date(of: $0.now) }
        for key in ["\(day)", "\(CalendarMonth(of: day))"] {
          model[id]?.usage["\(key) \(meter)", default: 0] += quantity
        }
      case 2:
        let credits = 1 + random.next(below: 50)
        try store.credits.grant(credits, to: id)
        model[id]?.granted += credits
      case 3:
        guard try store.credits.balance(of: id).remaining >= 3 else { return }
        var item = NewQueueItem(kind: "chore")
        item.customerID = id
        item.credits = 3
        try store.queue.enqueue(item)
        model[id]?.items += 1
      case 4:
        guard let lease = try store.queue.claim(worker: "w").first?.lease else { return }
        switch random.next(below: 3) {
        case 0: try store.queue.complete(lease)
        case 1: try store.queue.fail(lease, error: ItemFailure(message: "no"), retry: .never)
        default: break
        }
      default:
        guard next < directories.count else { return }
        try store.submissions.create(NewSubmission(customer: id, directory: directories[next]))
        next += 1
        model[id]?.submissions += 1
      }
    }
    for number in 0..<150 { try work(number) }
    while customers.count > 1 {
      let duplicate = customers.remove(at: random.next(below: customers.count))
      let survivor = customers[random.next(below: customers.count)]
      let spent = try store.credits.balance(of: duplicate).spent
      let before = try store.credits.balance(of: survivor)
      try store.customers.merge(duplicate, into: survivor)
      let sum = try #require(model[duplicate]) + #require(model[survivor])
      model[survivor] = sum
      #expect(try sums(store, of: survivor) == sum)
      #expect(try store.credits.balance(of: survivor).spent == before.spent + spent)
      let findings = try store.check()
      #expect(findings.isEmpty, "\(findings)")
      #expect(try store.rebuild() == [:])
      for number in 0..<40 { try work(1000 * customers.count + number) }
      #expect(try sums(store, of: survivor).items == model[survivor]?.items)
    }
    let findings = try store.check()
    #expect(findings.isEmpty, "\(findings)")
  }

  @Test("A whole store with merged customers stays consistent", arguments: [3, 4, 5, 6])
  func wholeStore(seed: UInt64) throws {
    let history = try WholeStoreHistory(seed: seed, zone: .utc)
    let store = history.test.store
    let random = RandomSource.seeded(seed)
    var merged = 0
    for _ in 0..<4 {
      try history.run(220)
      let live = try store.customers.list(limit: 200).elements.map(\.id)
      for _ in 0..<6 where live.count > 2 {
        let pair = (live[random.next(below: live.count)], live[random.next(below: live.count)])
        do {
          do {
            _ = try store.customers.merge(pair.0, into: pair.1)
          } catch CustomerError.bothSubscribed {
            try store.subscriptions.cancelNow(of: pair.0)
            _ = try store.customers.merge(pair.0, into: pair.1)
          }
          merged += 1
        } catch is CustomerError {
          continue
        } catch is UsageError {
          continue
        }
        let findings = try store.check()
        #expect(findings.isEmpty, "\(findings)")
      }
      #expect(try store.rebuild() == [:])
    }
    #expect(merged > 3)
    let findings = try store.check()
    #expect(findings.isEmpty, "\(findings)")
  }
}
