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

  @Test("The condition holds is met if the column is set before or after the change")
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

  @Test("The condition becomes is not met by other changes or by deletes")
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

  @Test("An update is skipped only if all of its changes are excluded")
  func otherThan() throws {
    let store = try store(
      .update(of: "name", "updated_at").where(
        .any([
          .changes(["updated_at"]), .not(.becomes("name", ["quiet"])), .holds("amount"),
        ])))
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

  @Test("A move between equivalent values is skipped unless other columns change")
  func outside() throws {
    let alike = ChangeCondition.not(
      .all([
        .was("name", ["a", "b"]), .becomes("name", ["a", "b"]), .not(.holds("amount")),
        .not(.changes(["updated_at"])),
      ]))
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

  @Test("All conditions of a trigger must hold")
  func both() throws {
    let store = try store(.insert.where(.holds("amount"), .becomes("name", ["a", "b"])))
    try store.write { transaction in
      for (name, amount) in [("a", 0), ("b", 1), ("c", 1)] {
        try insert(name, amount, in: transaction)
      }
    }
    #expect(try store.log() == [" > b"])
  }

  @Test("A move outside the transition table, or from or to an unknown value, meets the condition")
  func moves() throws {
    let table = TransitionTable([
      (from: "new", to: ["open", "done"]), (from: "open", to: ["done"]), (from: "done", to: []),
    ])
    let store = try store(.any.where(.moves("name", outside: table)))
    try store.write { transaction in
      try insert("new", 1, in: transaction)
      for name in ["open", "done", "done", "open", "lost", "new"] {
        try transaction.execute(sql: "UPDATE items SET name = ?", name)
      }
      try transaction.execute(sql: "UPDATE items SET amount = 5")
      try transaction.execute(sql: "DELETE FROM items")
    }
    #expect(try store.log() == ["done > open", "open > lost", "lost > new"])
  }

  @Test("An empty list of conditions is true for all and false for any")
  func emptyLists() throws {
    let all = try store(.insert.where(.all([])))
    let any = try store(.insert.where(.any([])))
    for store in [all, any] {
      try store.write { transaction in try insert("a", 1, in: transaction) }
    }
    #expect(try all.log() == [" > a"])
    #expect(try any.log() == [])
  }

  @Test("Nested conditions are evaluated like Swift's operators, for every combination")
  func nested() throws {
    let condition = ChangeCondition.any([
      .all([.holds("amount"), .becomes("name", ["a"])]),
      .not(.any([.holds("amount"), .all([.becomes("name", ["b"]), .changes(["updated_at"])])])),
    ])
    let store = try store(.update.where(condition))
    var expected: [String] = []
    for amount in [0, 1] {
      for name in ["a", "b", "c"] {
        for isStamped in [false, true] {
          try store.write { transaction in
            try transaction.execute(sql: "DELETE FROM items")
            try insert("x", 0, in: transaction)
            try transaction.execute(
              sql: "UPDATE items SET name = ?1, amount = ?2, updated_at = updated_at + ?3", name,
              amount, isStamped)
          }
          let holds = amount > 0
          if (holds && name == "a") || !(holds || (name == "b" && isStamped)) {
            expected.append("x > \(name)")
          }
        }
      }
    }
    #expect(try store.log() == expected)
  }

  @Test("A switch is evaluated again after each statement that changes its table")
  func ruleSwitch() throws {
    let isWanted = RuleSwitch(
      tables: ["log"], "SELECT EXISTS (SELECT 1 FROM log WHERE text = 'on')")
    let store = try store(.insert.where(.isOn(isWanted)))
    try store.write { transaction in
      try insert("a", 1, in: transaction)
      try transaction.log("on")
      try insert("b", 1, in: transaction)
      try transaction.execute(sql: "DELETE FROM log WHERE text = 'on'")
      try insert("c", 1, in: transaction)
    }
    #expect(try store.log() == [" > b"])
    #expect(throws: CancellationError.self) {
      try store.write { transaction in
        try transaction.log("on")
        throw CancellationError()
      }
    }
    try store.write { transaction in
      try? transaction.savepoint { transaction in
        try transaction.log("on")
        throw CancellationError()
      }
      try insert("d", 1, in: transaction)
    }
    #expect(try store.log() == [" > b"])
  }

  @Test("A condition on a missing column is rejected when the store opens")
  func unknownColumn() throws {
    #expect(
      throws: StorageError.triggerTarget(
        trigger: "log", reason: "table items has no column colour")
    ) { try store(.any.where(.holds("colour"))) }
  }

  /// A projection of an item.
  struct Amount: TableRow {
    static let tableName = "items"
    let amount: Int

    init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
      amount = try column("amount")
    }
  }

  @Test("A trigger may read fewer columns of the old row than of the new one")
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
