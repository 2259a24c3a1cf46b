import BackofficeQueue
import BackofficeTestSupport
import Foundation
import Testing

@Suite("Compaction after a purge")
struct CompactionTests {
  @Test("13.14 after a purge the file shrinks by compaction, which tells how far it is")
  func purged() throws {
    try TemporaryStore.with { path in
      let fixture = try QueueFixture(location: .file(path))
      let payload = try JSONText(encoding: String(repeating: "x", count: 2000))
      try fixture.store.write { transaction in
        for _ in 0..<2000 {
          try transaction.queue.enqueue(NewQueueItem(kind: "work", payload: payload))
        }
      }
      try fixture.queue.complete(try fixture.queue.claim(1000, worker: "w").map(\.lease))
      try fixture.queue.complete(try fixture.queue.claim(1000, worker: "w").map(\.lease))
      fixture.clock.advance(by: .days(30))
      for _ in 0..<4 { try fixture.queues.purgeFinished(RetentionPolicy()) }
      func size() throws -> Int {
        try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
      }
      try fixture.store.database.compact()
      // Everything works as before, for this connection and its rules.
      let keyed = try fixture.enqueue { $0.uniqueKey = "k" }
      #expect(try fixture.enqueue { $0.uniqueKey = "k" } == keyed)
      var reports: [Database.CopyProgress] = []
      let before = try size()
      try fixture.store.database.compact { reports.append($0) }
      #expect(reports.last.map { $0.copiedPages == $0.totalPages } == true)
      #expect(try size() <= before && before < 1_000_000)
      #expect(try fixture.claim()?.item.id == keyed)
      #expect(try fixture.store.check() == [] && fixture.store.database.verify() == [])
      struct Stop: Error {}
      #expect(throws: Stop.self) { try fixture.store.database.compact { _ in throw Stop() } }
      #expect(try fixture.store.database.verify() == [])
    }
  }
}
