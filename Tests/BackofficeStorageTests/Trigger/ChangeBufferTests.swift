import Testing

@testable import BackofficeStorage

@Suite("Buffers of changed rows")
struct ChangeBufferTests {
  @Test("Writes between the rows of a RETURNING reuse buffers")
  func reuse() throws {
    let log = Trigger.after("log", .any, on: Item.self) { change, transaction in
      try transaction.log(change.new?.name ?? "")
    }
    let store = try Database.items(triggers: [log])
    try store.write { transaction in
      for index in 0..<50 {
        try transaction.insert(Item(id: transaction.makeID(), name: "n\(index)", amount: index))
      }
      try transaction.forEach(sql: "UPDATE items SET amount = amount + 1 RETURNING amount") { row in
        let amount = try row.value(at: 0, as: Int.self)
        try transaction.insert(
          Item(id: transaction.makeID(), name: "more \(amount)", amount: amount))
        return true
      }
    }
    #expect(try store.log().count == 150)
    let capture = try #require(store.writer?.capture)
    #expect(capture.spareCount <= 2)
  }
}
