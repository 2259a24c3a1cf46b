import Backoffice
import BackofficeTesting
import ClashingNames
import Testing

@Suite("The public API as a program outside meets it")
struct PublicAPITests {
  @Test("Handlers of every ordinary shape compile, and each is called")
  func handlers() async throws {
    for shape in HandlerShapes.withoutResult {
      let test = try TestStore()
      try test.store.queue.enqueue(Send(number: 1)) { item in
        item.priority = 1
        item.maxAttempts = 1
      }
      var handlers = JobHandlers()
      shape(&handlers)
      let report = try await test.drain(handlers)
      #expect(report.attempts == 1)
    }
    for shape in HandlerShapes.withResult {
      let test = try TestStore()
      try test.store.queue.enqueue(Count(numbers: [1, 2])) { $0.maxAttempts = 1 }
      var handlers = JobHandlers()
      shape(&handlers)
      #expect(try await test.drain(handlers).attempts == 1)
    }
    for shape in HandlerShapes.byName {
      var handlers = JobHandlers()
      shape(&handlers)
    }
  }

  @Test("Repositories take closures of several statements that throw, loop and return")
  func repositories() throws {
    let test = try TestStore { configuration in
      configuration.database.busyTimeout = .seconds(1)
      configuration.triggers = StorageShapes.triggers
      configuration.migrations = [try StorageShapes.pack()]
    }
    let store = test.store
    let ada = try store.write(reason: "twice") { transaction in
      let ada = try transaction.customers.create(NewCustomer(fullName: "Ada", email: "a@b.example"))
      for number in 0..<2 {
        try transaction.queue.enqueue(Send(number: number)) { item in
          if number > 0 { item.priority = 1 }
          item.customerID = ada.id
        }
      }
      return ada
    }
    try store.customers.update(ada.id) { customer in
      guard customer.fullName == "Ada" else { throw Refusal() }
      customer.fullName = "Ada Lovelace"
    }
    let names = try store.read { transaction in
      var names: [String] = []
      try transaction.forEach(sql: "SELECT full_name FROM customers") { row in
        let name: String = try row.value(at: 0)
        names.append(name)
        return names.count < 10
      }
      return names
    }
    #expect(names == ["Ada Lovelace"])
    #expect(throws: Refusal.self) {
      try store.write { transaction in
        try transaction.execute(sql: "DELETE FROM queue_items")
        throw Refusal()
      }
    }
    try test.drain { item in
      guard item.priority == 1 else { return nil }
      return try JSONText(#"{"first":true}"#)
    }
    #expect(try store.check().isEmpty)
  }

  @Test("A record of seven columns takes at most 15 lines, and has its statements")
  func records() throws {
    #expect(stockRecordEnds - stockRecordBegins - 1 <= 15)
    #expect(Stock.columns.count == 7)
    try checkDeclaration(of: Stock.self)
    let test = try TestStore { configuration in
      configuration.migrations = [try RecordShapes.pack.get()]
      configuration.triggers = [
        .before("stock.shape", .insert, on: Stock.self) { stock, _, _ in
          if stock.item.isEmpty { throw Refusal() }
          stock.item = stock.item.lowercased()
        }
      ]
    }
    try test.store.write { transaction in
      var stock = Stock(
        id: transaction.makeID(), item: "Nails", colour: Colour(rawValue: "grey"),
        place: .init(hall: "A", shelf: nil), amount: 7, weight: Weight(grams: 500))
      stock = try transaction.insert(stock)
      stock.amount = 8
      try transaction.update(stock)
      let found = try Stock.find(stock.id, in: transaction)
      #expect(found == stock)
      let few = try Stock.fetchAll(in: transaction, "WHERE amount < ? ORDER BY item", 10)
      #expect(few.map(\.item) == ["nails"])
      try transaction.upsert(stock)
      let isGone = try transaction.delete(stock)
      #expect(isGone)
    }
  }

  @Test("Asynchronous reads and writes take closures of several statements")
  func asynchronous() async throws {
    let store = try TestStore().store
    let count = try await store.database.async.write(reason: "async") { transaction in
      try transaction.execute(sql: "CREATE TEMP TABLE marks (n INTEGER)")
      for number in 0..<3 { try transaction.execute(sql: "INSERT INTO marks VALUES (?)", number) }
      return 3
    }
    let seen = try await store.database.async.read { transaction in
      let name = try transaction.fetchOne(sql: "SELECT 'one'") { row in
        let name: String = try row.value(at: 0)
        return name
      }
      return name
    }
    #expect(count == 3)
    #expect(seen == "one")
  }
}
