import BackofficeStorage
import Testing

@Suite("Scopes of transactions")
struct ScopeTests {
  struct Refused: Error {}

  /// The names of the items in the transaction, in order.
  func names(_ transaction: borrowing WriteTransaction) throws -> [String] {
    try transaction.fetchAll(sql: "SELECT name FROM items ORDER BY name") { try $0.value(at: 0) }
  }

  func insert(_ name: String, in transaction: borrowing WriteTransaction) throws {
    try transaction.insert(Item(id: transaction.makeID(), name: name, amount: 1))
  }

  @Test("A scope that fails before it writes leaves the outer scope unchanged")
  func failsBeforeWriting() throws {
    let store = try Database.items()
    try store.write { transaction in
      try insert("a", in: transaction)
      try transaction.savepoint { outer in
        try insert("b", in: outer)
        try? outer.savepoint { inner in
          _ = try names(inner)
          throw Refused()
        }
        try insert("c", in: outer)
      }
    }
    #expect(try store.items().map(\.name) == ["a", "b", "c"])
  }

  @Test("A scope whose first write is in a nested scope is rolled back with it")
  func handsItsSavepointOver() throws {
    let store = try Database.items()
    try store.write { transaction in
      try insert("a", in: transaction)
      try? transaction.savepoint { outer in
        try outer.savepoint { try insert("b", in: $0) }
        try outer.savepoint { try insert("c", in: $0) }
        throw Refused()
      }
      try insert("d", in: transaction)
    }
    #expect(try store.items().map(\.name) == ["a", "d"])
  }

  @Test("A scope continues after its first writing scope was rolled back")
  func goesOn() throws {
    let store = try Database.items()
    try store.write { transaction in
      try transaction.savepoint { outer in
        try? outer.savepoint { inner in
          try insert("a", in: inner)
          throw Refused()
        }
        try insert("b", in: outer)
        try? outer.savepoint { inner in
          try insert("c", in: inner)
          throw Refused()
        }
      }
    }
    #expect(try store.items().map(\.name) == ["b"])
  }

  @Test("A failed statement in a scope rolls back only that scope")
  func failingStatement() throws {
    let store = try Database.items()
    try store.write { transaction in
      try insert("a", in: transaction)
      #expect(throws: SQLiteError.self) {
        try transaction.savepoint { scope in
          try insert("b", in: scope)
          try insert("a", in: scope)
        }
      }
    }
    #expect(try store.items().map(\.name) == ["a"])
  }

  /// Writes, reads and throws in nested scopes, and returns the expected rows.
  private func grow(
    _ known: [String], depth: Int, _ random: inout RandomSource, _ count: inout Int,
    _ transaction: borrowing WriteTransaction
  ) throws -> [String] {
    var known = known
    for _ in 0..<(1 + random.next(below: 3)) {
      switch random.next(below: depth > 4 ? 3 : 6) {
      case 0, 1:
        count += 1
        known.append("n\(count)")
        try insert("n\(count)", in: transaction)
      case 2:
        let found = try names(transaction)
        #expect(Set(found) == Set(known))
      default:
        let before = known
        do {
          try transaction.savepoint { scope in
            known = try grow(known, depth: depth + 1, &random, &count, scope)
            if random.next(below: 3) == 0 { throw Refused() }
          }
        } catch is Refused {
          known = before
          // Sometimes the scope around it fails with it.
          if depth > 0, random.next(below: 3) == 0 { throw Refused() }
        }
      }
    }
    return known
  }

  @Test("Random nested scopes keep exactly the changes that did not fail", arguments: 0..<40)
  func history(seed: Int) throws {
    let store = try Database.items()
    var random = RandomSource.seeded(UInt64(seed))
    var count = 0
    var known: [String] = []
    for _ in 0..<20 {
      try store.write { transaction in
        known = try grow(known, depth: 0, &random, &count, transaction)
      }
      #expect(Set(try store.items().map(\.name)) == Set(known))
    }
  }
}
