import BackofficeStorage
import Foundation
import Testing

@Suite("Syncs that fail")
struct FailedSyncTests {
  private static func configuration(_ configuration: inout Database.Configuration) {
    configuration.checkpointPages = 4
  }

  /// Writes that do not give up when one fails; answers the names whose commit was acknowledged.
  private func write(_ database: Database, _ files: FaultFileSystem) -> [String] {
    var acknowledged: [String] = []
    for index in 0..<8 {
      do {
        try database.write { transaction in
          try transaction.execute(
            sql: "INSERT INTO items (name, amount) VALUES (?, 5)", "sync \(index)")
          let item = transaction.connection.lastInsertedRowID
          try transaction.execute(sql: "INSERT INTO notes (item, text) VALUES (?, 'a')", item)
        }
        acknowledged.append("sync \(index)")
        files.acknowledge()
      } catch {
        // The program goes on, as programs do.
      }
    }
    return acknowledged
  }

  @Test("What waited for a failed sync may be lost, but nothing that was acknowledged later")
  func failedSync() throws {
    let scenario = Scenario.database("failed syncs") { _, _ in }
    let place = try Workplace()
    try scenario.prepare(place)
    let template = try place.contents()
    place.isPreparing = false
    let after = try Workplace()
    after.isPreparing = false
    let files = place.files
    var failures = 0
    var images = 0
    var refused = 0
    var seen: Set<String> = []
    for at in stride(from: 0, to: 100, by: Effort.isFull ? 1 : 3) {
      try place.load(template)
      let subject = try DatabaseSubject.open(place, configure: Self.configuration)
      try files.record(place.folder)
      files.arm(Fault(kind: .failedSync, operation: at, isPersistent: false))
      let acknowledged = write(subject.database, files)
      files.disarm()
      files.stopRecording()
      subject.close()
      guard files.failedOperations > 0 else { break }
      failures += 1
      refused += 8 - acknowledged.count
      for operation in 0...files.recorded where files.isBarrier(operation - 1) {
        for loss in PowerLoss.allCases {
          try after.empty()
          let digest = try files.image(
            before: operation, loss, seed: UInt64(operation), to: after.folder)
          images += 1
          guard seen.insert("\(digest) \(files.acknowledged(before: operation))").inserted
          else { continue }
          try check(
            after, acknowledged.prefix(files.acknowledged(before: operation)),
            "failed sync \(at), power cut before \(operation), writes \(loss)")
        }
      }
    }
    print(
      "syncs: \(failures) failed, \(refused) writes refused; \(images) images after later syncs")
    #expect(failures > 5)
  }

  private func check(_ place: Workplace, _ acknowledged: ArraySlice<String>, _ what: String) throws
  {
    let inspection = Inspection(place.path)
    #expect(inspection.problems == "", "\(what)")
    let subject = try DatabaseSubject.open(place)
    #expect(try subject.findings() == [], "\(what)")
    let there = try subject.database.read { transaction in
      try transaction.fetchAll(
        sql:
          "SELECT items.name FROM items JOIN notes ON notes.item = items.pk WHERE name LIKE 'sync%'"
      ) { try $0.value(at: 0, as: String.self) }
    }
    #expect(Set(acknowledged).isSubset(of: there), "\(what)")
    subject.close()
  }
}
