import BackofficeStorage
import BackofficeTestSupport
import Testing

@Suite("Streams of changes")
struct ChangeStreamTests {
  func write(_ name: String, to database: Database) throws {
    try database.write { transaction in
      try transaction.insert(Item(id: transaction.makeID(), name: name, amount: 1))
    }
  }

  @Test("Commits that have not been read yet are merged into one element")
  func coalesced() async throws {
    let database = try Database.items()
    let stream = database.changes()
    for index in 0..<10 { try write("n\(index)", to: database) }
    try database.write { try $0.log("x") }
    var changes = stream.makeAsyncIterator()
    let first = await changes.next()
    #expect(first?.tables == ["items", "log"])
    #expect(first?.includesOtherProcesses == false)
    try write("later", to: database)
    #expect(await changes.next()?.tables == ["items"])
  }

  @Test("A tracked query returns its result now, and again when one of its tables changes")
  func values() async throws {
    let database = try Database.items()
    try write("a", to: database)
    let counts = database.values(tracking: ["items"]) { transaction in
      try Item.fetchAll(transaction, Item.all).count
    }
    var iterator = counts.makeAsyncIterator()
    #expect(try await iterator.next() == 1)
    try database.write { try $0.log("of no concern") }
    try write("b", to: database)
    var latest = try await iterator.next()
    while latest == 1 { latest = try await iterator.next() }
    #expect(latest == 2)
  }

  @Test("A commit of another process is noticed")
  func foreign() async throws {
    let file = try TemporaryFile()
    let ours = try Database(.file(file.path)) { try $0.executeScript(Item.schema) }
    let theirs = try Database(.file(file.path))
    let stream = ours.changes(otherProcessPollInterval: .milliseconds(2))
    var changes = stream.makeAsyncIterator()
    // The first poll happens some time after the call, so the other connection keeps writing.
    let writer = Task {
      var index = 0
      while !Task.isCancelled {
        try write("theirs \(index)", to: theirs)
        index += 1
        await Task.yield()
      }
    }
    let change = await changes.next()
    writer.cancel()
    #expect(change?.includesOtherProcesses == true)
    #expect(change?.concerns(["anything"]) == true)
  }

  @Test("A query that fails ends its stream with the error")
  func failing() async throws {
    let database = try Database.items()
    let stream = database.values(tracking: ["items"]) { transaction in
      try transaction.fetchAll(sql: "SELECT nothing FROM items") { _ in 0 }
    }
    await #expect(throws: SQLiteError.self) { for try await _ in stream {} }
  }

  @Test("13.21: A table that does not exist is an error, not a stream that never changes")
  func unknownTable() async throws {
    let database = try Database(.memory)
    try database.write { try $0.execute(sql: "CREATE TABLE items (a)") }
    for try await count in database.values(tracking: ["items"], { _ in 1 }) {
      #expect(count == 1)
      break
    }
    // A commit reports the name as the schema has it, so another case would never change either.
    for name in ["custmers", "ITEMS"] {
      let unknown = database.values(tracking: ["items", name]) { _ in 1 }
      await #expect(throws: StorageError.noSuchTable(name)) { for try await _ in unknown {} }
    }
  }
}
