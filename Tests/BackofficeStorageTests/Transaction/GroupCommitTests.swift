import BackofficeStorage
import BackofficeTestSupport
import Dispatch
import Testing

@Suite("Group commit")
struct GroupCommitTests {
  struct Refused: Error {}

  func onDisk(
    _ file: TemporaryFile, triggers: [Trigger] = [],
    configure: (inout Database.Configuration) -> Void = { _ in }
  ) throws -> Database {
    var configuration = Database.Configuration()
    configure(&configuration)
    return try Database(.file(file.path), configuration: configuration, triggers: triggers) {
      try $0.executeScript(Item.schema)
    }
  }

  func insert(_ name: String, in transaction: borrowing WriteTransaction) throws {
    try transaction.insert(Item(id: transaction.makeID(), name: name, amount: 1))
  }

  @Test("Writes of many tasks share commits, and each is durable when its call returns")
  func shares() async throws {
    let file = try TemporaryFile()
    let database = try onDisk(file)
    let commits = Recorder<Int>()
    let observation = database.observeCommits { _ in commits.add(1) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<200 {
        group.addTask {
          try await database.async.write { try insert("n\(index)", in: $0) }
          let other = try Database(.readOnly(file.path))
          let found = try other.items().contains { $0.name == "n\(index)" }
          #expect(found)
        }
      }
      try await group.waitForAll()
    }
    observation.cancel()
    #expect(try database.items().count == 200)
    #expect(commits.all.count < 200)
  }

  @Test("A write that throws is rolled back alone, with the contributions of its triggers")
  func throwsAlone() async throws {
    let file = try TemporaryFile()
    let total = Trigger.atCommit(
      "total", .any, on: Item.self,
      collect: { (change, emit: (String, Int) -> Void) in
        emit("total", (change.new?.amount ?? 0) - (change.old?.amount ?? 0))
      }, combine: { $0 += $1 },
      perform: { _, delta, transaction in try transaction.log("\(delta)") })
    let database = try onDisk(file, triggers: [total])
    let failures = Recorder<String>()
    // Holds the writer until all writes are waiting, so that they form one group.
    let held = DispatchSemaphore(value: 0)
    let release = DispatchSemaphore(value: 0)
    TestThread {
      try? database.write { _ in
        held.signal()
        release.wait()
      }
    }
    await TestThread.value { held.wait() }
    await withTaskGroup(of: Void.self) { group in
      for index in 0..<60 {
        group.addTask {
          do {
            try await database.async.write { transaction in
              try insert("n\(index)", in: transaction)
              if index % 3 == 0 { throw Refused() }
            }
          } catch {
            failures.add("\(error)")
          }
        }
      }
      group.addTask { release.signal() }
    }
    #expect(failures.all.count == 20)
    #expect(try database.items().count == 40)
    let logged = try database.log().compactMap { Int($0) }.reduce(0, +)
    #expect(logged == 40)
  }

  @Test("A synchronous writer is served while many asynchronous writes are waiting")
  func synchronousWriter() async throws {
    let file = try TemporaryFile()
    let database = try onDisk(file) { $0.groupLimit = 8 }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<150 {
        group.addTask { try await database.async.write { try insert("a\(index)", in: $0) } }
      }
      group.addTask {
        for index in 0..<10 { try database.write { try insert("s\(index)", in: $0) } }
      }
      try await group.waitForAll()
    }
    #expect(try database.items().count == 160)
  }

  @Test("Each write of a group has its own time, principal and reason")
  func ownContext() async throws {
    let database = try Database.items()
    let seen = Recorder<String>()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<20 {
        group.addTask {
          try await database.async.write(
            as: Principal(kind: .worker, id: "w\(index)"), reason: "r\(index)"
          ) { transaction in
            seen.add("\(transaction.principal) \(transaction.reason ?? "")")
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(Set(seen.all) == Set((0..<20).map { "worker:w\($0) r\($0)" }))
  }

  @Test("A cancelled write ends before its next statement and leaves the store usable")
  func cancelledBetweenStatements() async throws {
    let database = try Database.items()
    let started = DispatchSemaphore(value: 0)
    let proceed = DispatchSemaphore(value: 0)
    let task = Task {
      try await database.async.write { transaction in
        try insert("first", in: transaction)
        started.signal()
        proceed.wait()
        try insert("second", in: transaction)
      }
    }
    await TestThread.value { started.wait() }
    task.cancel()
    proceed.signal()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(try database.items().isEmpty)
    try await database.async.write { try insert("after", in: $0) }
    #expect(try database.items().map(\.name) == ["after"])
  }

  @Test("A cancelled read is interrupted during its statement")
  func cancelledRead() async throws {
    let file = try TemporaryFile()
    let database = try onDisk(file)
    let started = DispatchSemaphore(value: 0)
    let task = Task {
      try await database.async.read { transaction in
        started.signal()
        // Counts to a number that would take hours.
        try transaction.forEach(
          sql: """
            WITH RECURSIVE counter(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counter)
            SELECT count(*) FROM counter WHERE n < 0
            """
        ) { _ in true }
      }
    }
    await TestThread.value { started.wait() }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(try database.items().isEmpty)
  }
}
