import BackofficeStorage

/// One random step at a time, on the database and on the model alike.
struct HistorySteps {
  let random: RandomSource
  private(set) var steps = 0

  init(_ random: RandomSource) { self.random = random }

  /// A decoder that gives up between the rows of a writing statement.
  struct GiveUp: Error {}

  private static let setVersion = SQLStatement("UPDATE history SET version = ?")

  /// A transaction of some steps, which may be undone as a whole.
  ///
  /// `publish` learns what the commit will hold before anybody can see it.
  mutating func transaction(
    on database: Database, _ model: inout HistoryModel, publish: (HistoryModel) -> Void
  ) throws {
    var next = model
    next.version += 1
    let length = 1 + random.next(below: 10)
    let isUndone = random.next(below: 8) == 0
    do {
      try database.write { transaction in
        for _ in 0..<length { try step(transaction, &next, depth: 0) }
        if isUndone { throw Undo() }
        try transaction.execute(Self.setVersion, next.version)
        publish(next)
      }
      model = next
    } catch is Undo {
      // The model stays as it was.
    }
  }

  private mutating func step(
    _ transaction: borrowing WriteTransaction, _ model: inout HistoryModel, depth: Int
  ) throws {
    steps += 1
    let name = "n\(random.next(below: 25))"
    let amount = random.next(below: 100)
    switch random.next(below: 13) {
    case 0, 1:
      let isNew = model.insert(name, amount)
      let succeeded = didSucceed {
        try transaction.execute(
          sql: "INSERT INTO items (name, amount) VALUES (?, ?)", name, amount)
      }
      guard succeeded == isNew else { throw Disagreement(step: "insert \(name)") }
    case 2:
      model.replace(name, amount)
      try transaction.execute(
        sql: "INSERT OR REPLACE INTO items (name, amount) VALUES (?, ?)", name, amount)
    case 3:
      model.upsert(name, amount)
      try transaction.execute(
        sql: """
          INSERT INTO items (name, amount) VALUES (?, ?)
          ON CONFLICT (name) DO UPDATE SET amount = amount + excluded.amount
          """, name, amount)
    case 4:
      model.add(1) { _, entry in entry.amount < amount }
      try transaction.execute(sql: "UPDATE items SET amount = amount + 1 WHERE amount < ?", amount)
    case 5:
      model.items[name] = nil
      try transaction.execute(sql: "DELETE FROM items WHERE name = ?", name)
    case 6, 7:
      let text = "t\(amount)"
      model.items[name]?.notes.append(text)
      try transaction.execute(
        sql: "INSERT INTO notes (item, text) SELECT pk, ? FROM items WHERE name = ?", text, name)
    case 8:
      // Refused where one row would fall below 0, after others have changed.
      let isLegal = model.items.values.allSatisfy { $0.amount >= 50 }
      let succeeded = didSucceed {
        try transaction.execute(sql: "UPDATE items SET amount = amount - 50")
      }
      guard succeeded == isLegal else { throw Disagreement(step: "take 50") }
      if isLegal { model.add(-50) { _, _ in true } }
    case 9:
      guard random.next(below: 10) == 0 else { return }
      model.items = [:]
      try transaction.execute(sql: "DELETE FROM items")
    case 10: try giveUp(transaction, model)
    default:
      guard depth < 4 else { return }
      try savepoint(transaction, &model, depth: depth)
    }
  }

  private mutating func savepoint(
    _ transaction: borrowing WriteTransaction, _ model: inout HistoryModel, depth: Int
  ) throws {
    var inner = model
    do {
      try transaction.savepoint { nested in
        for _ in 0..<random.next(below: 6) { try step(nested, &inner, depth: depth + 1) }
        if random.next(below: 2) == 0 { throw Undo() }
      }
      model = inner
    } catch is Undo {
      // Only the inner part is undone.
    }
  }

  /// A statement that is left between its rows: its scope undoes what it had done.
  private func giveUp(
    _ transaction: borrowing WriteTransaction, _ model: HistoryModel
  ) throws {
    do {
      try transaction.savepoint { nested in
        try nested.forEach(sql: "UPDATE items SET amount = amount + 9 RETURNING name") { _ in
          throw GiveUp()
        }
      }
      guard model.items.isEmpty else { throw Disagreement(step: "give up") }
    } catch is GiveUp {
      // Nothing of it remains.
    }
  }

  private func didSucceed(_ body: () throws -> Void) -> Bool {
    do {
      try body()
      return true
    } catch {
      return false
    }
  }

  /// The database refused what the model allows, or the other way round.
  struct Disagreement: Error {
    let step: String
  }
}
