import Backoffice
import BackofficeTestSupport
import Foundation
import Testing

@Suite("Opening and closing a back office")
struct OpeningTests {
  @Test("H05: a file whose schema is newer than the program is refused and not changed")
  func newerFile() throws {
    try TemporaryStore.with { path in
      let first = Migration(
        version: 1, name: "notes", up: "CREATE TABLE notes (pk INTEGER PRIMARY KEY) STRICT;",
        down: "DROP TABLE notes;")
      let second = Migration(
        version: 2, name: "texts", up: "ALTER TABLE notes ADD COLUMN text TEXT;",
        down: "ALTER TABLE notes DROP COLUMN text;")
      func configuration(_ steps: Migration...) throws -> BackofficeStore.Configuration {
        var configuration = BackofficeStore.Configuration()
        configuration.migrations = [try MigrationPack("app", steps)]
        return configuration
      }
      let store = try BackofficeStore(.file(path), configuration: configuration(first, second))
      let id = try store.queue.enqueue(NewQueueItem(kind: "work")).id
      store.close()
      let before = try Data(contentsOf: URL(filePath: path))
      for policy in [BackofficeStore.SchemaPolicy.migrate, .requireCurrent] {
        var older = try configuration(first)
        older.schema = policy
        let error = #expect(throws: MigrationError.self) {
          try BackofficeStore(.file(path), configuration: older)
        }
        let text = error?.description ?? ""
        #expect(text.hasPrefix("the file is newer than the program"), "\(text)")
      }
      #expect(try Data(contentsOf: URL(filePath: path)) == before)
      let again = try BackofficeStore(.file(path), configuration: configuration(first, second))
      #expect(try again.queue.find(id)?.status == .pending)
      again.close()
    }
  }

  @Test("H10: closing waits for an open transaction or fails it, and the file stays intact")
  func closedDuring() throws {
    for _ in 0..<10 {
      try TemporaryStore.with { path in
        let store = try BackofficeStore(.file(path))
        try store.queue.enqueue(NewQueueItem(kind: "before"))
        let begun = DispatchSemaphore(value: 0)
        let ended = DispatchSemaphore(value: 0)
        var isCommitted = false
        do {
          try store.write { transaction in
            try transaction.queue.enqueue((0..<50).map { _ in NewQueueItem(kind: "during") })
            Thread.detachNewThread {
              begun.signal()
              store.close()
              ended.signal()
            }
            begun.wait()
            try transaction.queue.enqueue((0..<50).map { _ in NewQueueItem(kind: "during") })
          }
          isCommitted = true
        } catch {
          #expect(error as? StorageError == .closed)
        }
        ended.wait()
        #expect(throws: StorageError.closed) { try store.queues.depth() }
        let again = try BackofficeStore(.file(path))
        let all = isCommitted ? 101 : 1
        #expect(try again.queues.depth() == all)
        #expect(try again.database.verify() == [])
        #expect(try again.check() == [])
        again.close()
      }
    }
  }
}
