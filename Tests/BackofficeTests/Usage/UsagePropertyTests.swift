import Backoffice
import Testing

@Suite("Usage and credits after random histories")
struct UsagePropertyTests {
  /// The expected state of the store, in plain dictionaries.
  struct Model {
    struct Item {
      var customer: Int
      var credits: Int
      var status = QueueItem.Status.pending
    }

    var granted: [Int: Int] = [:]
    var spent: [Int: Int] = [:]
    var items: [ID<QueueItem>: Item] = [:]
    var used: [String: Int] = [:]
    var keys: [String: (customer: Int, quantity: Int)] = [:]

    func reserved(_ customer: Int) -> Int {
      items.values.filter { $0.customer == customer && !$0.status.isFinished }
        .reduce(0) { $0 + $1.credits }
    }

    func remaining(_ customer: Int) -> Int {
      granted[customer, default: 0] - reserved(customer) - spent[customer, default: 0]
    }
  }

  @Test("2,000 random operations leave balances and records equal to a model", arguments: [1, 2])
  func history(seed: UInt64) throws {
    let office = try UsageFixture(zone: try #require(Zone("America/New_York")))
    let random = RandomSource.seeded(seed)
    var model = Model()
    var customers: [ID<Customer>] = []
    // The period outlasts the history, so that no refill is part of the model.
    for _ in 0..<4 { customers.append(try office.subscriber(to: "2035-01-01T00:00:00Z")) }
    for step in 0..<2000 {
      office.clock.advance(by: .seconds(1800))
      let who = random.next(below: customers.count)
      try Self.step(
        random.next(below: 12), who, customers, step: step, office: office, model: &model,
        random: random)
      guard step % 400 == 399 else { continue }
      #expect(try office.store.check() == [])
      for (index, customer) in customers.enumerated() {
        #expect(
          try office.balance(customer) == [
            model.granted[index, default: 0], model.reserved(index),
            model.spent[index, default: 0],
          ])
      }
    }
    for (key, used) in model.used {
      let parts = key.split(separator: " ")
      let customer = customers[Int(parts[0]) ?? 0]
      let records = try office.store.usage.records(
        of: customer, in: office.month(String(parts[1])))
      #expect(records.first { $0.meter == "calls" }?.quantity == used)
    }
    #expect(try office.store.rebuild() == [:])
  }

  private static func step(
    _ kind: Int, _ who: Int, _ customers: [ID<Customer>], step: Int, office: UsageFixture,
    model: inout Model, random: RandomSource
  ) throws {
    let customer = customers[who]
    switch kind {
    case 0:
      let credits = random.next(below: 20)
      try office.store.write { transaction in
        _ = try transaction.postCredits(
          .grant, customer: customer, credits: credits, key: "grant \(step)")
      }
      model.granted[who, default: 0] += credits
    case 1 where random.next(below: 10) == 0:
      let grant = random.next(below: 50)
      try office.store.write { transaction in
        try transaction.postPeriodReset(
          customer: customer, grant: grant, periodStart: transaction.now)
      }
      model.granted[who] = model.reserved(who) + grant
      model.spent[who] = 0
    case 1, 2, 3:
      let credits = random.next(below: 4)
      let isEnough = credits <= model.remaining(who)
      do {
        let item = try office.item(for: customer, credits: credits)
        #expect(isEnough)
        model.items[item] = Model.Item(customer: who, credits: credits)
      } catch {
        #expect(error is UsageError)
        #expect(!isEnough)
      }
    case 4, 5, 6, 7: try moveItem(office, &model, random)
    case 8: try deleteItem(office, &model, random)
    default: try use(customer, who, step: step, office: office, model: &model, random: random)
    }
  }

  private static func pick(
    _ model: Model, _ random: RandomSource
  ) -> (id: ID<QueueItem>, item: Model.Item)? {
    let ids = model.items.keys.sorted()
    guard !ids.isEmpty else { return nil }
    let id = ids[random.next(below: ids.count)]
    return model.items[id].map { (id, $0) }
  }

  private static func moveItem(
    _ office: UsageFixture, _ model: inout Model, _ random: RandomSource
  ) throws {
    guard let picked = pick(model, random) else { return }
    let id = picked.id
    var item = picked.item
    let statuses: [QueueItem.Status] = [.pending, .running, .retrying, .failed, .cancelled]
    var status = statuses[random.next(below: statuses.count)]
    if item.status == .running, random.next(below: 2) == 0 { status = .completed }
    guard item.status != status else { return }
    let isLegal = item.status.canMove(to: status)
    let needs = item.status.isFinished ? item.credits : 0
    let isEnough = needs <= model.remaining(item.customer)
    do {
      try office.move(id, to: status.rawValue)
      #expect(isLegal && isEnough)
      item.status = status
      if status == .completed { model.spent[item.customer, default: 0] += item.credits }
      model.items[id] = item
    } catch {
      #expect(!isLegal || !isEnough)
    }
  }

  private static func deleteItem(
    _ office: UsageFixture, _ model: inout Model, _ random: RandomSource
  ) throws {
    guard let (id, _) = pick(model, random) else { return }
    try office.store.write { transaction in
      _ = try transaction.execute(sql: "DELETE FROM queue_items WHERE id = ?", id)
    }
    model.items[id] = nil
  }

  private static func use(
    _ customer: ID<Customer>, _ who: Int, step: Int, office: UsageFixture, model: inout Model,
    random: RandomSource
  ) throws {
    let key = "use \(random.next(below: step + 1))"
    let quantity = random.next(below: 7) - 1
    let at = office.clock.now - .seconds(Int64(random.next(below: 40 * 86_400)))
    let event = UsageEvent(
      key: key, customerID: customer, meter: "calls", quantity: quantity,
      at: model.keys[key] == nil ? at : nil)
    let limit = 200
    let zone = try #require(Zone("America/New_York"))
    let month = "\(who) \(CalendarMonth(of: zone.date(of: at)))"
    if let known = model.keys[key] {
      let isSame = known == (who, quantity)
      do {
        #expect(try office.store.usage.record(event) == .duplicate)
        #expect(isSame)
      } catch {
        #expect(error is UsageError)
        #expect(!isSame)
      }
    } else if random.next(below: 2) == 0, quantity > 0 {
      let answer = try office.store.usage.consume(event, limit: .quantity(limit))
      let isWithin = model.used[month, default: 0] + quantity <= limit
      if case .consumed = answer {
        #expect(isWithin)
        model.used[month, default: 0] += quantity
        model.keys[key] = (who, quantity)
      } else {
        #expect(!isWithin)
      }
    } else {
      #expect(try office.store.usage.record(event) == .recorded)
      model.used[month, default: 0] += quantity
      model.keys[key] = (who, quantity)
    }
  }
}
