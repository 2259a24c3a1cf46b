import BackofficeStorage
import BackofficeTestSupport
import Foundation
import Synchronization
import Testing

@Suite("Long random histories")
struct RandomHistoryTests {
  /// What each commit holds, and what readers found that is none of them.
  final class Versions: Sendable {
    private let contents = Mutex<[Int: [String]]>([:])
    private let problems = Mutex<[String]>([])
    let reads = Atomic<Int>(0)
    let isOver = Atomic<Bool>(false)

    func publish(_ model: HistoryModel) {
      contents.withLock { $0[model.version] = model.lines }
    }

    /// Compares one snapshot with the commit that it says it is.
    func compare(_ version: Int, _ lines: [String]) {
      reads.add(1, ordering: .relaxed)
      let expected = contents.withLock { $0[version] }
      if expected != lines {
        complain("version \(version): \(lines), expected \(expected ?? [])")
      }
    }

    func complain(_ text: String) { problems.withLock { $0.append(text) } }

    var allProblems: [String] { problems.withLock { $0 } }
  }

  private static func number(_ name: String) -> Int? {
    ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
  }

  private static let steps = number("BACKOFFICE_STEPS") ?? 10_000
  private static let seeds = number("BACKOFFICE_SEED").map { [$0] } ?? [1, 2]

  private static let totals = SQLStatement(
    """
    SELECT name || ' ' || value FROM totals
    ORDER BY CASE name WHEN 'amount' THEN 0 WHEN 'items' THEN 1 ELSE 2 END
    """)
  private static let items = SQLStatement(
    """
    SELECT name, amount, (
      SELECT group_concat(text, ',') FROM (
        SELECT text FROM notes WHERE item = items.pk ORDER BY pk))
    FROM items ORDER BY name
    """)
  private static let version = SQLStatement("SELECT version FROM history")

  /// The content in the model's words, by several statements in one snapshot.
  private static func content(
    _ transaction: borrowing ReadTransaction
  ) throws -> (version: Int, lines: [String]) {
    let version = try transaction.fetchOne(version) { try $0.value(at: 0, as: Int.self) } ?? 0
    let totals = try transaction.fetchAll(totals) { try $0.value(at: 0, as: String.self) }
    let items = try transaction.fetchAll(items) { row in
      let notes: String? = try row.value(at: 2)
      return try "\(row.value(at: 0, as: String.self)) \(row.value(at: 1, as: Int.self)) "
        + (notes ?? "")
    }
    return (version, ["version \(version)"] + totals + items)
  }

  private func open(_ place: Workplace) throws -> Database {
    let database = try DatabaseSubject.open(place) { $0.checkpointPages = 20 }.database
    try database.maintain { maintenance in
      try maintenance.executeScript(
        """
        CREATE TABLE IF NOT EXISTS history (version INTEGER NOT NULL);
        INSERT INTO history SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM history);
        """)
    }
    return database
  }

  /// Reads snapshots until the history is over.
  private func startReaders(
    _ count: Int, of database: Database, _ versions: Versions
  ) -> [TestThread] {
    (0..<count).map { _ in
      TestThread {
        while !versions.isOver.load(ordering: .acquiring) {
          do {
            let (version, lines) = try database.read { try Self.content($0) }
            versions.compare(version, lines)
          } catch {
            versions.complain("\(error)")
            return
          }
        }
      }
    }
  }

  @Test(
    "The file equals a model in memory after every commit, and so does every snapshot",
    arguments: seeds)
  func history(seed: Int) throws {
    let place = try Workplace()
    let random = RandomSource.seeded(UInt64(seed))
    var steps = HistorySteps(random)
    var model = HistoryModel()
    var commits = 0
    var reads = 0
    while steps.steps < Self.steps {
      // Every thousand steps the store is closed and opened again.
      let end = min(Self.steps, steps.steps + 1000)
      let database = try open(place)
      let versions = Versions()
      versions.publish(model)
      let readers = startReaders(2, of: database, versions)
      defer {
        versions.isOver.store(true, ordering: .releasing)
        for reader in readers { reader.join() }
      }
      while steps.steps < end {
        try steps.transaction(on: database, &model, publish: versions.publish)
        commits += 1
        let (_, lines) = try database.read { try Self.content($0) }
        try #require(lines == model.lines, "seed \(seed), step \(steps.steps)")
      }
      versions.isOver.store(true, ordering: .releasing)
      for reader in readers { reader.join() }
      #expect(versions.allProblems == [], "seed \(seed)")
      reads += versions.reads.load(ordering: .relaxed)
      try #require(try database.verify() == [], "seed \(seed), step \(steps.steps)")
      database.close()
    }
    print(
      "history, seed \(seed): \(steps.steps) steps in \(commits) transactions, \(reads) snapshots "
        + "of other threads, all equal to the model")
  }
}
