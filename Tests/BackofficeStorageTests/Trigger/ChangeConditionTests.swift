import BackofficeStorage
import Testing

@Suite("Conditions of triggers")
struct ChangeConditionTests {
  func store(_ events: Trigger.Events) throws -> Database {
    try Database.items(triggers: [
      .after("log", events, on: Item.self) { change, transaction in
        try transaction.log("\(change.old?.name ?? "") > \(change.new?.name ?? "")")
      }
    ])
  }

  func insert(_ name: String, _ amount: Int, in transaction: borrowing WriteTransaction) throws {
    try transaction.insert(Item(id: transaction.makeID(), name: name, amount: amount))
  }

  @Test("A rule for columns that hold something sees every change before or after which one does")
  func holds() throws {
    let store = try store(.any.where(.holds("amount")))
    try store.write { transaction in
      try insert("none", 0, in: transaction)
      try insert("some", 1, in: transaction)
      try transaction.execute(sql: "UPDATE items SET name = 'still none' WHERE name = 'none'")
      try transaction.execute(sql: "UPDATE items SET amount = 2, name = 'a' WHERE amount = 0")
      try transaction.execute(sql: "UPDATE items SET amount = 0, name = 'b' WHERE name = 'a'")
      try transaction.execute(sql: "UPDATE items SET name = 'c' WHERE name = 'b'")
      try transaction.execute(sql: "DELETE FROM items WHERE name = 'c'")
      try transaction.execute(sql: "DELETE FROM items WHERE name = 'some'")
    }
    #expect(try store.log() == [" > some", "still none > a", "a > b", "some > "])
  }

  @Test("A rule for columns that become something sees no other change, and no delete")
  func becomes() throws {
    let store = try store(.any.where(.becomes("name", ["done", "gone"])))
    try store.write { transaction in
      try insert("one", 1, in: transaction)
      try insert("gone", 1, in: transaction)
      try transaction.execute(sql: "UPDATE items SET name = 'done' WHERE name = 'one'")
      try transaction.execute(sql: "UPDATE items SET name = 'do' WHERE name = 'done'")
      try transaction.execute(sql: "UPDATE items SET name = '' WHERE name = 'do'")
      try transaction.execute(sql: "UPDATE items SET amount = 7 WHERE name = 'gone'")
      try transaction.execute(sql: "DELETE FROM items")
    }
    #expect(try store.log() == [" > gone", "one > done", "gone > gone"])
  }

  @Test("A change that a rule does not care for is passed over only when it is the only one")
  func otherThan() throws {
    let store = try store(
      .update(of: "name", "updated_at").where(.otherThan("name", ["quiet"], unless: "amount")))
    try store.write { transaction in
      for name in ["a", "b", "c"] { try insert(name, name == "c" ? 1 : 0, in: transaction) }
      try transaction.execute(sql: "UPDATE items SET name = 'quiet' WHERE name = 'a'")
      try transaction.execute(sql: "UPDATE items SET name = 'loud' WHERE name = 'quiet'")
      try transaction.execute(
        sql: "UPDATE items SET name = 'quiet', updated_at = 1 WHERE name = 'b'")
      try transaction.execute(sql: "UPDATE items SET updated_at = 2 WHERE name = 'quiet'")
      try transaction.execute(sql: "UPDATE items SET name = 'b' WHERE name = 'quiet'")
      try transaction.execute(sql: "UPDATE items SET name = 'quiet' WHERE name = 'c'")
    }
    #expect(
      try store.log() == ["quiet > loud", "b > quiet", "quiet > quiet", "quiet > b", "c > quiet"])
  }

  @Test("A move among texts that a rule takes for one is passed over unless more changes")
  func outside() throws {
    let alike = ChangeCondition.outside(
      "name", ["a", "b"], orChanges: ["updated_at"], unless: "amount")
    let store = try store(.insertDeleteOrUpdate(of: "name", "updated_at", "id").where(alike))
    try store.write { transaction in
      for name in ["a", "x"] { try insert(name, 0, in: transaction) }
      try transaction.execute(sql: "UPDATE items SET name = 'b' WHERE name = 'a'")
      try transaction.execute(sql: "UPDATE items SET name = 'a', updated_at = 1 WHERE name = 'b'")
      try transaction.execute(sql: "UPDATE items SET name = 'b', amount = 1 WHERE name = 'a'")
      try transaction.execute(sql: "UPDATE items SET name = 'a', amount = 0 WHERE name = 'b'")
      try transaction.execute(sql: "UPDATE items SET name = 'b' WHERE name = 'a'")
      try transaction.execute(sql: "UPDATE items SET name = 'y' WHERE name = 'x'")
      try transaction.execute(sql: "UPDATE items SET name = 'z' WHERE name = 'b'")
      try transaction.execute(sql: "DELETE FROM items WHERE name = 'z'")
    }
    #expect(
      try store.log() == [" > a", " > x", "b > a", "a > b", "b > a", "x > y", "b > z", "z > "])
  }

  @Test("All conditions of a rule have to hold")
  func both() throws {
    let store = try store(.insert.where(.holds("amount"), .becomes("name", ["a", "b"])))
    try store.write { transaction in
      for (name, amount) in [("a", 0), ("b", 1), ("c", 1)] {
        try insert(name, amount, in: transaction)
      }
    }
    #expect(try store.log() == [" > b"])
  }

  @Test("A condition on a column that is not there is refused when the store is opened")
  func unknownColumn() throws {
    #expect(
      throws: StorageError.triggerTarget(
        trigger: "log", reason: "table items has no column colour")
    ) { try store(.any.where(.holds("colour"))) }
  }

  /// Less than a whole item.
  struct Amount: TableRow {
    static let tableName = "items"
    static let columns = ["amount"]
    let amount: Int

    init(_ row: borrowing Row) throws { amount = try row.value(at: 0) }
  }

  @Test("A rule may read less of the row before than of the row now")
  func lessOfTheOldRow() throws {
    let rule = Trigger.afterUpdate(
      "log", .update(of: "amount"), from: Amount.self, to: Item.self
    ) { old, new, transaction in
      try transaction.log("\(old.amount) > \(new.name) \(new.amount)")
    }
    let store = try Database.items(triggers: [rule])
    try store.write { transaction in
      try insert("a", 3, in: transaction)
      try transaction.execute(sql: "UPDATE items SET amount = 4, name = 'b'")
      try transaction.execute(sql: "UPDATE items SET name = 'c'")
      try transaction.execute(sql: "DELETE FROM items")
    }
    #expect(try store.log() == ["3 > b 4"])
  }
}
