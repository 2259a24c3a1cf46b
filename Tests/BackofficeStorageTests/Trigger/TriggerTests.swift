import BackofficeStorage
import Testing

@Suite("Triggers")
struct TriggerTests {
  static let logging = Trigger.after("log", .any, on: Item.self) { change, transaction in
    switch change {
    case .insert(let new): try transaction.log("+\(new.name)=\(new.amount)")
    case .update(let old, let new):
      try transaction.log("\(old.name)=\(old.amount)>\(new.name)=\(new.amount)")
    case .delete(let old): try transaction.log("-\(old.name)=\(old.amount)")
    }
  }

  func store(_ triggers: Trigger...) throws -> Database { try Database.items(triggers: triggers) }

  func item(_ name: String, _ amount: Int = 1, in transaction: borrowing WriteTransaction) -> Item {
    Item(id: transaction.makeID(), name: name, amount: amount)
  }

  @Test("An after trigger sees inserts, updates and deletes with old and new rows")
  func seesChanges() throws {
    let store = try store(Self.logging)
    try store.write { transaction in
      let one = try transaction.insert(item("a", in: transaction))
      try transaction.execute(sql: "UPDATE items SET amount = 5 WHERE id = ?", one.id)
      try transaction.delete(one)
    }
    #expect(try store.log() == ["+a=1", "a=1>a=5", "-a=5"])
  }

  @Test("REPLACE shows the displaced row as deleted, an upsert shows an update")
  func replaceAndUpsert() throws {
    let store = try store(Self.logging)
    try store.write { transaction in
      try transaction.insert(item("a", 1, in: transaction))
      let other: ID<Item> = transaction.makeID()
      try transaction.execute(
        sql: "INSERT OR REPLACE INTO items (id, name, amount, updated_at) VALUES (?, 'a', 2, 0)",
        other)
      try transaction.execute(
        sql: """
          INSERT INTO items (id, name, amount, updated_at) VALUES (?, 'a', 9, 0)
          ON CONFLICT (name) DO UPDATE SET amount = excluded.amount
          """, transaction.makeID(Item.self))
    }
    #expect(try store.log() == ["+a=1", "-a=1", "+a=2", "a=2>a=9"])
  }

  @Test("A delete of the whole table and a cascade fire for every row")
  func bulkAndCascade() throws {
    let notes = Trigger.after("notes", .delete, on: Note.self) { change, transaction in
      try transaction.log("note \(change.old?.text ?? "?")")
    }
    let store = try store(Self.logging, notes)
    try store.write { transaction in
      for name in ["a", "b"] {
        let one = try transaction.insert(item(name, in: transaction))
        try transaction.execute(
          sql: "INSERT INTO notes (item_id, text) VALUES (?, ?)", one.id, "of \(name)")
      }
    }
    let deleted = try store.write { transaction in
      try transaction.execute(sql: "DELETE FROM items")
    }
    #expect(deleted == 2)
    let log = try store.log()
    #expect(Set(log) == ["+a=1", "+b=1", "note of a", "note of b", "-a=1", "-b=1"])
    #expect(log.count == 6)
  }

  @Test("update(of:) fires only when one of its columns really changed")
  func updateOf() throws {
    let amounts = Trigger.after("amount", .update(of: "amount"), on: Item.self) { change, tx in
      try tx.log("amount \(change.old?.amount ?? -1)>\(change.new?.amount ?? -1)")
    }
    let store = try store(amounts)
    try store.write { transaction in
      let one = try transaction.insert(item("a", in: transaction))
      try transaction.execute(sql: "UPDATE items SET amount = 1, name = 'b' WHERE id = ?", one.id)
      try transaction.execute(sql: "UPDATE items SET amount = 2 WHERE id = ?", one.id)
    }
    #expect(try store.log() == ["amount 1>2"])
  }

  @Test("An error in a trigger undoes its statement, and the transaction can continue")
  func throwUndoesStatement() throws {
    struct Refused: Error {}
    let guardian = Trigger.after(
      "guard", .any, on: Item.self, when: { ($0.new?.amount ?? 0) > 10 },
      perform: { _, _ in throw Refused() })
    let store = try store(Self.logging, guardian)
    try store.write { transaction in
      try transaction.insert(item("a", in: transaction))
      #expect(throws: Refused.self) {
        try transaction.execute(sql: "UPDATE items SET amount = 11")
      }
    }
    #expect(try store.items().map(\.amount) == [1])
    #expect(try store.log() == ["+a=1"])
  }

  @Test("A transaction does not commit after the failure of a typed write was ignored")
  func swallowedFailure() throws {
    struct Refused: Error {}
    let guardian = Trigger.after("guard", .any, on: Item.self) { _, _ in throw Refused() }
    let store = try store(guardian)
    #expect(throws: StorageError.scopeFailed) {
      try store.write { transaction in
        _ = try? transaction.insert(item("a", in: transaction))
      }
    }
    #expect(try store.items().isEmpty)
  }

  @Test("A transaction remains usable after a constraint violation")
  func constraintLeavesTransactionUsable() throws {
    let store = try store(Self.logging)
    try store.write { transaction in
      try transaction.insert(item("a", in: transaction))
      #expect(throws: SQLiteError.self) {
        try transaction.insert(item("a", in: transaction))
      }
      try transaction.insert(item("b", in: transaction))
    }
    #expect(try store.log() == ["+a=1", "+b=1"])
  }

  @Test("Recursive triggers stop at the depth limit, and the error names the chain")
  func depthLimit() throws {
    let loop = Trigger.after("loop", .any, on: Item.self) { change, transaction in
      try transaction.execute(sql: "UPDATE items SET amount = amount + 1")
    }
    var configuration = Database.Configuration()
    configuration.triggerDepthLimit = 4
    let store = try Database.items(triggers: [loop], configuration: configuration)
    let error = #expect(throws: StorageError.self) {
      try store.write { transaction in _ = try transaction.insert(item("a", in: transaction)) }
    }
    #expect(error == .triggerDepth(limit: 4, chain: Array(repeating: "loop", count: 5)))
    #expect(try store.items().isEmpty)
  }

  @Test("At-commit triggers run once per key, and discard what a savepoint rolled back")
  func atCommit() throws {
    struct Undo: Error {}
    let total = Trigger.atCommit(
      "total", .any, on: Item.self,
      collect: { (change, emit: (String, Int) -> Void) in
        emit("total", (change.new?.amount ?? 0) - (change.old?.amount ?? 0))
      }, combine: { $0 += $1 },
      perform: { key, delta, transaction in try transaction.log("\(key) \(delta)") })
    let store = try store(total)
    try store.write { transaction in
      try transaction.insert(item("a", 1, in: transaction))
      try transaction.insert(item("b", 2, in: transaction))
      #expect(throws: Undo.self) {
        try transaction.savepoint { inner in
          try inner.insert(item("c", 100, in: inner))
          throw Undo()
        }
      }
      try transaction.execute(sql: "UPDATE items SET amount = amount + 10")
    }
    #expect(try store.log() == ["total 23"])
  }

  @Test("What at-commit triggers did inside a savepoint that is rolled back, they do again")
  func atCommitAgain() throws {
    struct Undo: Error {}
    let sum = Trigger.atCommit(
      "sum", .any, on: Item.self,
      collect: { (change, emit: (String, Int) -> Void) in emit("sum", change.new?.amount ?? 0) },
      combine: { $0 += $1 },
      perform: { key, delta, transaction in try transaction.log("\(key) \(delta)") })
    let store = try store(sum)
    try store.write { transaction in
      try transaction.insert(item("a", 1, in: transaction))
      #expect(throws: Undo.self) {
        try transaction.savepoint { outer in
          try outer.insert(item("b", 10, in: outer))
          do {
            try outer.isolated { inner in
              try inner.insert(item("c", 100, in: inner))
              try inner.runCommitTriggers()
              throw Undo()
            }
          } catch is Undo {}
          try outer.isolated { try $0.insert(item("d", 1000, in: $0)) }
          try outer.insert(item("e", 10_000, in: outer))
          throw Undo()
        }
      }
      try transaction.isolated { try $0.insert(item("f", 2, in: $0)) }
      try transaction.insert(item("g", 4, in: transaction))
    }
    try store.write { try $0.insert(item("h", 8, in: $0)) }
    #expect(try store.log() == ["sum 3", "sum 4", "sum 8"])
  }

  @Test("A before trigger modifies and rejects typed writes")
  func before() throws {
    struct NoName: Error {}
    let shape = Trigger.before("shape", .insertOrUpdate, on: Item.self) { new, old, transaction in
      if new.name.isEmpty { throw NoName() }
      new.name = new.name.lowercased()
      new.updatedAt = transaction.now
    }
    var configuration = Database.Configuration()
    configuration.clock = ManualClock(Timestamp(microseconds: 77)).clock
    let store = try Database.items(triggers: [shape], configuration: configuration)
    try store.write { transaction in
      let written = try transaction.insert(item("ABC", in: transaction))
      #expect(written.name == "abc")
      #expect(throws: NoName.self) { try transaction.insert(item("", in: transaction)) }
    }
    #expect(try store.items().map(\.updatedAt.microseconds) == [77])
  }

  @Test("A trigger on a missing column is rejected when the store opens")
  func unknownTarget() throws {
    struct Wrong: TableRow {
      static let tableName = "items"
      init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
        _ = try column("nothing") as Int
      }
    }
    let wrong = Trigger.after("wrong", .any, on: Wrong.self) { _, _ in }
    #expect(
      throws: StorageError.triggerTarget(
        trigger: "wrong", reason: "table items has no column nothing")
    ) { try Database.items(triggers: [wrong]) }
  }
}
