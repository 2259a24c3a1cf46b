import BackofficeStorage
import Foundation
import Synchronization
import Testing

@Suite("Group commit on a failing disk")
struct GroupCommitFaultTests {
  /// The outcomes of the writes of one run.
  struct Outcome {
    var acknowledged: Set<String> = []
    var refused: Set<String> = []
  }

  /// Who was told that a write is durable, in the order in which the recording has them.
  final class Acknowledgements: Sendable {
    private let names = Mutex<[String]>([])
    private let files: FaultFileSystem

    init(_ files: FaultFileSystem) { self.files = files }

    func add(_ name: String) {
      names.withLock { names in
        names.append(name)
        files.acknowledge()
      }
    }

    var all: [String] { names.withLock { $0 } }
  }

  private static let names = (0..<24).map { "group \($0)" }

  /// Lets many tasks write at once, and notes who was told what.
  private func run(_ database: Database) async -> Outcome {
    await withTaskGroup(of: (String, Bool).self) { group in
      for name in Self.names {
        group.addTask {
          do {
            try await database.async.write { transaction in
              try transaction.execute(
                sql: "INSERT INTO items (name, amount) VALUES (?, 3)", name)
              let item = transaction.connection.lastInsertedRowID
              try transaction.execute(
                sql: "INSERT INTO notes (item, text) VALUES (?, 'a'), (?, 'b')", item, item)
            }
            return (name, true)
          } catch {
            return (name, false)
          }
        }
      }
      var outcome = Outcome()
      for await (name, isThere) in group {
        if isThere { outcome.acknowledged.insert(name) } else { outcome.refused.insert(name) }
      }
      return outcome
    }
  }

  /// The names in the file, and how many notes each has.
  private func found(_ path: String) throws -> [String: Int] {
    var result: [String: Int] = [:]
    try Database(.readOnly(path)).read { transaction in
      try transaction.forEach(
        sql: """
          SELECT name, (SELECT count(*) FROM notes WHERE item = items.pk) FROM items
          WHERE name LIKE 'group %'
          """
      ) { row in
        result[try row.value(at: 0)] = try row.value(at: 1)
        return true
      }
    }
    return result
  }

  @Test("Who was told that a write is durable has it, and no write is there by half")
  func faults() async throws {
    let scenario = Scenario.database("group commit") { _, _ in }
    let place = try Workplace()
    try scenario.prepare(place)
    let template = try place.contents()
    place.isPreparing = false
    var injected = 0
    var told = 0
    var failed = 0
    for kind in [Fault.Kind.ioError, .diskFull] {
      // How many operations a run has depends on how its tasks meet; what lies behind the last one
      // is a run without a fault.
      let range = kind == .ioError ? 60 : 40
      for isPersistent in [false, true] {
        for operation in stride(from: 0, to: range, by: Effort.isFull ? 1 : 3) {
          let fault = Fault(kind: kind, operation: operation, isPersistent: isPersistent)
          try place.load(template)
          let subject = try DatabaseSubject.open(place)
          place.files.arm(fault)
          let outcome = await run(subject.database)
          place.files.disarm()
          try subject.probe()
          subject.close()
          if place.files.failedOperations > 0 { injected += 1 }
          told += outcome.acknowledged.count
          failed += outcome.refused.count
          let inspection = Inspection(place.path)
          #expect(inspection.problems == "", "\(fault)")
          let there = try found(place.path)
          #expect(outcome.acknowledged.isSubset(of: there.keys), "\(fault)")
          #expect(there.values.allSatisfy { $0 == 2 }, "\(fault)")
          let reopened = try DatabaseSubject.open(place)
          #expect(try reopened.findings() == [], "\(fault)")
          reopened.close()
        }
      }
    }
    print(
      "faults, group commit: \(injected) faults; of \(told + failed) writes \(told) were "
        + "acknowledged and are there, \(failed) were refused")
  }

  @Test("A power cut leaves every write whose caller was told that it is durable")
  func powerCuts() async throws {
    let scenario = Scenario.database("group commit") { _, _ in }
    let place = try Workplace()
    try scenario.prepare(place)
    place.isPreparing = false
    let subject = try DatabaseSubject.open(place)
    let database = subject.database
    try place.files.record(place.folder)
    // Each acknowledgement is noted where it happened among the writes and syncs.
    let acknowledged = Acknowledgements(place.files)
    await withTaskGroup(of: Void.self) { group in
      for name in Self.names {
        group.addTask {
          let written: Void? = try? await database.async.write { transaction in
            try transaction.execute(
              sql: "INSERT INTO items (name, amount) VALUES (?, 3)", name)
            let item = transaction.connection.lastInsertedRowID
            try transaction.execute(
              sql: "INSERT INTO notes (item, text) VALUES (?, 'a'), (?, 'b')", item, item)
          }
          if written != nil { acknowledged.add(name) }
        }
      }
    }
    place.files.stopRecording()
    subject.close()
    let order = acknowledged.all
    let after = try Workplace()
    after.isPreparing = false
    var images = 0
    for operation in 0...place.files.recorded {
      for loss in PowerLoss.allCases {
        try after.empty()
        _ = try place.files.image(
          before: operation, loss, seed: UInt64(operation), to: after.folder)
        images += 1
        let inspection = Inspection(after.path)
        #expect(inspection.problems == "", "\(operation) \(loss)")
        let there = try found(after.path)
        let told = order.prefix(place.files.acknowledged(before: operation))
        #expect(there.keys.count >= told.count && told.allSatisfy { there[$0] != nil })
        #expect(there.values.allSatisfy { $0 == 2 }, "\(operation) \(loss)")
        let reopened = try DatabaseSubject.open(after)
        #expect(try reopened.findings() == [], "\(operation) \(loss)")
        reopened.close()
      }
    }
    print("power cuts, group commit: \(images) images, \(order.count) writes acknowledged")
  }
}
