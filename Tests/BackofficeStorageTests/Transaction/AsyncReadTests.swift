import BackofficeStorage
import BackofficeTestSupport
import Synchronization
import Testing

@Suite("Asynchronous reads")
struct AsyncReadTests {
  /// The number of concurrent reads.
  private final class Tally: Sendable {
    let running = Atomic(0)
    let most = Mutex(0)

    func begin() {
      let count = running.add(1, ordering: .relaxed).newValue
      most.withLock { $0 = max($0, count) }
    }

    func end() { running.subtract(1, ordering: .relaxed) }
  }

  private static func database(_ file: TemporaryFile, readers: Int) throws -> Database {
    var configuration = Database.Configuration()
    configuration.maximumReaders = readers
    return try Database(.file(file.path), configuration: configuration) {
      try $0.executeScript(Item.schema)
    }
  }

  @Test("Reads beyond the reader limit wait, and each returns its own result")
  func turns() async throws {
    let file = try TemporaryFile()
    let database = try Self.database(file, readers: 2)
    let tally = Tally()
    let answers = try await withThrowingTaskGroup(of: Int.self) { group in
      for number in 0..<500 {
        group.addTask {
          try await database.async.read { transaction in
            tally.begin()
            defer { tally.end() }
            return try transaction.fetchOne(sql: "SELECT ?", number) {
              try $0.value(at: 0, as: Int.self)
            } ?? -1
          }
        }
      }
      return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
    }
    #expect(answers == Set(0..<500))
    #expect(tally.most.withLock { $0 } <= 2)
    database.close()
  }
}
