import BackofficeStorage
import BackofficeTestSupport
import Testing

@Suite("Cached values")
struct CachedValueTests {
  final class Box {
    var isFresh = true
  }

  static let notes = CachedValue(tables: ["notes", "log"]) { Box() }

  /// Whether the value was made for this call.
  func isNew(_ store: Database) throws -> Bool {
    try store.write { transaction in isNew(transaction) }
  }

  func expect(_ isNew: Bool, in transaction: borrowing WriteTransaction) {
    let found = self.isNew(transaction)
    #expect(found == isNew)
  }

  func isNew(_ transaction: borrowing WriteTransaction) -> Bool {
    let box = transaction.cached(Self.notes)
    defer { box.isFresh = false }
    return box.isFresh
  }

  @Test("A value stays cached across transactions, even if other tables change")
  func kept() throws {
    let store = try Database.items()
    #expect(try isNew(store))
    #expect(try !isNew(store))
    try store.write { transaction in
      try transaction.insert(Item(id: transaction.makeID(), name: "a", amount: 1))
    }
    #expect(try !isNew(store))
  }

  @Test("A statement that changes one of its tables invalidates it, in the same transaction")
  func changed() throws {
    let store = try Database.items()
    _ = try isNew(store)
    try store.write { transaction in
      try transaction.log("x")
      expect(true, in: transaction)
      expect(false, in: transaction)
      try transaction.execute(sql: "UPDATE log SET text = 'y'")
      expect(true, in: transaction)
    }
    #expect(try !isNew(store))
  }

  @Test("A value that depends on a rolled back change is invalidated")
  func rolledBack() throws {
    let store = try Database.items()
    _ = try isNew(store)
    #expect(throws: CancellationError.self) {
      try store.write { transaction in
        try transaction.log("x")
        expect(true, in: transaction)
        throw CancellationError()
      }
    }
    #expect(try isNew(store))
    try store.write { transaction in
      try? transaction.savepoint { transaction in
        try transaction.log("x")
        _ = isNew(transaction)
        throw CancellationError()
      }
      expect(true, in: transaction)
    }
  }

  @Test("A commit of another connection invalidates it, and switches are evaluated again")
  func foreign() throws {
    let file = try TemporaryFile()
    let isWanted = RuleSwitch(
      tables: ["log"], "SELECT EXISTS (SELECT 1 FROM log WHERE text = 'on')")
    func open() throws -> Database {
      try Database(
        .file(file.path),
        triggers: [
          .after("log", .insert.where(.isOn(isWanted)), on: Item.self) { change, transaction in
            try transaction.log(change.new?.name ?? "")
          }
        ]
      ) { maintenance in
        if try maintenance.pragmaRow("schema_version") == [0] {
          try maintenance.executeScript(Item.schema)
        }
      }
    }
    let (ours, theirs) = (try open(), try open())
    #expect(try isNew(ours))
    #expect(try !isNew(ours))
    try theirs.write { transaction in try transaction.log("on") }
    try ours.write { transaction in
      expect(true, in: transaction)
      try transaction.insert(Item(id: transaction.makeID(), name: "a", amount: 1))
    }
    // The trigger has written to one of the tables.
    #expect(try isNew(ours))
    #expect(try !isNew(ours))
    try theirs.write { transaction in
      try transaction.execute(sql: "DELETE FROM log WHERE text = 'on'")
    }
    try ours.write { transaction in
      expect(true, in: transaction)
      try transaction.insert(Item(id: transaction.makeID(), name: "b", amount: 1))
    }
    #expect(try ours.log() == ["a"])
  }
}
