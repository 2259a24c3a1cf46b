import Backoffice
import BackofficeLogging
import Logging
import Synchronization
import Testing

/// Keeps what was logged.
final class Log: Sendable {
  struct Entry: Sendable {
    let level: Logger.Level
    let message: String
    let metadata: Logger.Metadata
  }

  private let kept = Mutex<[Entry]>([])

  var entries: [Entry] { kept.withLock { $0 } }

  func add(_ entry: Entry) { kept.withLock { $0.append(entry) } }

  var logger: Logger { Logger(label: "test", factory: { _ in Handler(log: self) }) }

  struct Handler: LogHandler {
    let log: Log
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      log.add(
        Entry(
          level: event.level, message: "\(event.message)", metadata: event.metadata ?? [:]))
    }
  }
}

@Suite("Events in a log")
struct LoggingTests {
  @Test("Each kind of event has its level, a constant message, and its figures as metadata")
  func kinds() {
    let log = Log()
    let principal = Principal(kind: .staff, id: "ada")
    let events: [(StorageEvent, Logger.Level, String)] = [
      (.slowStatement(sql: "SELECT ?", microseconds: 5), .warning, "slow statement"),
      (
        .longTransaction(principal: principal, reason: "import", microseconds: 5), .warning,
        "long transaction"
      ),
      (.busyWait(microseconds: 5, gaveUp: false), .info, "waited for the write lock"),
      (.busyWait(microseconds: 5, gaveUp: true), .error, "gave up waiting for the write lock"),
      (.checkpoint(logPages: 7, movedPages: 6, microseconds: 5), .debug, "checkpoint"),
      (
        .writeAheadLogOverLimit(bytes: 9, limit: 8, oldestRead: nil), .error,
        "write-ahead log over its limit"
      ),
      (.groupCommit(writes: 3, failed: 0, microseconds: 5), .debug, "group commit"),
      (.groupCommit(writes: 3, failed: 1, microseconds: 5), .info, "group commit"),
    ]
    for (event, level, message) in events {
      log.logger.report(event)
      #expect(log.entries.last?.level == level)
      #expect(log.entries.last?.message == message)
    }
    #expect(log.entries[0].metadata["sql"] == "SELECT ?")
    #expect(log.entries[1].metadata["principal"] == "staff:ada")
    #expect(log.entries[1].metadata["reason"] == "import")
    #expect(log.entries[5].metadata["limit"] == "8")
    #expect(log.entries[7].metadata["failed"] == "1")
  }

  @Test("A store tells of its migrations and slow statements, and of no customer")
  func store() throws {
    let log = Log()
    let others = Mutex(0)
    var configuration = BackofficeStore.Configuration()
    configuration.database.slowStatement = .zero
    configuration.database.onEvent = { _ in others.withLock { $0 += 1 } }
    configuration.database.log(to: log.logger)
    configuration.onMigration = { event in
      others.withLock { $0 += 1 }
      log.logger.report(event)
    }
    let store = try BackofficeStore(.memory, configuration: configuration)
    _ = try store.customers.create(
      NewCustomer(fullName: "Ada Lovelace", email: "ada@example.com"))
    let migrations = log.entries.filter { $0.message == "migration" }
    #expect(migrations.count >= 1)
    #expect(migrations.allSatisfy { $0.level == .notice })
    #expect(migrations.first?.metadata["pack"] == "queue")
    #expect(migrations.first?.metadata["version"] == "1")
    #expect(migrations.first?.metadata["direction"] == "up")
    #expect(log.entries.contains { $0.message == "slow statement" })
    #expect(!log.entries.contains { "\($0)".contains("Lovelace") })
    // The previous handler still receives events.
    #expect(others.withLock { $0 } == log.entries.count)
  }

  @Test("A migration that fails is an error in the log, with its file and the reason")
  func failedMigration() throws {
    let log = Log()
    var configuration = BackofficeStore.Configuration()
    configuration.migrations = [
      try MigrationPack(
        "visits",
        [Migration(version: 1, name: "visits", up: "CREATE TABLE visits (place TEXT, place TEXT);")]
      )
    ]
    configuration.onMigration = { log.logger.report($0) }
    #expect(throws: MigrationFailure.self) {
      _ = try BackofficeStore(.memory, configuration: configuration)
    }
    let last = try #require(log.entries.last)
    #expect(last.level == .error)
    #expect(last.message == "migration failed")
    #expect(last.metadata["pack"] == "visits")
    #expect("\(last.metadata["reason"] ?? "")".contains("duplicate column name: place"))
  }
}
