import Backoffice
import Foundation
import Synchronization

/// Reads with more tasks than the machine has cores, each until a task ends them all.
///
/// Says `ended` when a task could, and `late` when the reads ended by themselves.
final class Reading: Sendable {
  private let database: Database
  private let count = 2 * ProcessInfo.processInfo.activeProcessorCount + 1
  private let begun = Atomic(0)
  private let isOver = Atomic(false)
  private let wasLate = Atomic(false)
  /// A read that held the thread of the task that is to end it would else never end.
  private let deadline = ContinuousClock.now + .seconds(20)

  init(path: String) throws {
    var configuration = Database.Configuration()
    configuration.maximumReaders = count
    database = try Database(.file(path), configuration: configuration)
  }

  func run() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<count {
        group.addTask { [self] in try await database.async.read { [self] _ in work() } }
      }
      while begun.load(ordering: .relaxed) < count { await Task.yield() }
      isOver.store(true, ordering: .releasing)
      try await group.waitForAll()
    }
    database.close()
    say(wasLate.load(ordering: .relaxed) ? "late" : "ended")
  }

  /// Keeps its thread busy, as a long query does.
  private func work() {
    begun.add(1, ordering: .relaxed)
    while !isOver.load(ordering: .acquiring) {
      guard ContinuousClock.now < deadline else {
        wasLate.store(true, ordering: .relaxed)
        return
      }
    }
  }
}
