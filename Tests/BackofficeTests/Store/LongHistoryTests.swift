import Backoffice
import BackofficeHistories
import BackofficeTestSupport
import BackofficeTesting
import Foundation
import Synchronization
import Testing

@Suite("A long history of a whole store")
struct LongHistoryTests {
  private static func number(_ name: String) -> Int? {
    ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
  }

  private static let steps = number("BACKOFFICE_STEPS") ?? 10_000
  private static let seed = UInt64(number("BACKOFFICE_SEED") ?? 20_261)

  /// The findings of concurrent readers.
  private final class Readers: Sendable {
    let problems = Mutex<[String]>([])
    let snapshots = Atomic<Int>(0)
    let isOver = Atomic<Bool>(false)
    private let threads = Mutex<[TestThread]>([])

    /// Checks one snapshot after another; no snapshot may have findings.
    func start(_ count: Int, of store: BackofficeStore) {
      for _ in 0..<count {
        let thread = TestThread { [self] in
          while !isOver.load(ordering: .acquiring) {
            do {
              let findings = try store.check(limit: 3)
              snapshots.add(1, ordering: .relaxed)
              if !findings.isEmpty { complain("\(findings)") }
            } catch {
              complain("\(error)")
              return
            }
          }
        }
        threads.withLock { $0.append(thread) }
      }
    }

    func complain(_ text: String) { problems.withLock { $0.append(text) } }

    func end() {
      isOver.store(true, ordering: .releasing)
      for thread in threads.withLock({ $0 }) { thread.join() }
    }
  }

  @Test(
    "10,000 random operations on a file, some rolled back, with concurrent readers, leave no findings"
  )
  func history() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("backoffice-history-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let seed = Self.seed
    let what = "BACKOFFICE_SEED=\(seed) BACKOFFICE_STEPS=\(Self.steps)"
    let path = folder.appendingPathComponent("office.sqlite").path
    let history = try WholeStoreHistory(
      seed: seed, zone: try #require(Zone("Europe/Berlin")), location: .file(path)
    ) { configuration in
      configuration.database.durability = .normal
      configuration.database.checkpointPages = 200
    }
    let readers = Readers()
    readers.start(1, of: history.test.store)
    defer { readers.end() }
    var taken = 0
    while taken < Self.steps {
      let count = min(1000, Self.steps - taken)
      try history.run(count)
      taken += count
      let problems = try history.problems()
      try #require(problems == [], "\(what), after \(taken) operations")
    }
    readers.end()
    #expect(readers.problems.withLock { $0 } == [], "\(what)")
    #expect(try history.test.store.database.verify() == [], "\(what)")
    #expect(history.undone * 40 > taken, "\(what)")
    #expect(history.leastByArea >= 5, "\(what): \(history.done)")
    let done = history.done.values.reduce(0, +)
    #expect(done * 2 > taken, "\(what)")
    print(
      "history of a whole store, seed \(seed): \(taken) operations, \(done) of them not refused, "
        + "\(history.undone) transactions undone, \(readers.snapshots.load(ordering: .relaxed)) "
        + "snapshots in order")
  }
}
