package import ArgumentParser
import Backoffice
import Dispatch
import ExampleSupport
import Synchronization

/// Runs workers until no item is due.
package struct WorkCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "work",
    abstract: "Runs several workers until no item is due.",
    discussion: """
      The directories are simulated: they accept, require a person, or fail temporarily or \
      permanently, at random. The workers run concurrently, each with its own leases.

      Example:
        directorybolt work --workers 4 --database office.sqlite
      """)

  @OptionGroup var database: DatabaseOption
  @OptionGroup var format: FormatOption
  @Option(help: "The number of workers.", transform: Arguments.number(1...64))
  var workers = 4
  @Option(
    help: "The maximum number of items.", transform: Arguments.number(1...1_000_000_000))
  var limit = 10_000
  @Option(help: "The seed of random numbers.")
  var seed: UInt64 = 7

  package init() {}

  package func run() throws {
    let store = try database.openExisting()
    defer { store.close() }
    let rescued = try store.queue.rescueExpired().count
    let desk = SubmissionDesk(submitter: SimulatedSubmitter(dice: Dice(seed: seed)))
    let shift = WorkShift(store, desk: desk, limit: limit)
    DispatchQueue.concurrentPerform(iterations: workers) { index in
      shift.work(as: "worker-\(index + 1)")
    }
    let outcomes = try shift.outcomes()
    if format.json {
      try Output.json(["rescued": rescued].merging(outcomes) { first, _ in first })
      return
    }
    let total = outcomes.values.reduce(0, +)
    Output.line("\(Human.count(total, "attempt", "attempts"))")
    let largest = outcomes.values.max() ?? 0
    var table = TextTable(.text("Outcome"), .number("Items"), .text(""))
    for outcome in SubmissionDesk.Outcome.allCases {
      guard let count = outcomes[outcome.rawValue] else { continue }
      table.add(
        .init(outcome.rawValue), .init(count), .init(Charts.bar(count, of: largest), .accent))
    }
    if !table.isEmpty { Output.lines(table.lines()) }
    if rescued > 0 { Output.line("  \(rescued) items of failed workers were rescued") }
  }
}

/// Several concurrent workers of one queue.
private final class WorkShift: Sendable {
  private struct State {
    var begun = 0
    var outcomes: [String: Int] = [:]
    var failure: (any Error)?
  }

  private let store: BackofficeStore
  private let desk: SubmissionDesk
  private let limit: Int
  private let state = Mutex(State())

  init(_ store: BackofficeStore, desk: SubmissionDesk, limit: Int) {
    self.store = store
    self.desk = desk
    self.limit = limit
  }

  /// The outcomes of the attempts.
  ///
  /// - Throws: the first error of a worker.
  func outcomes() throws -> [String: Int] {
    try state.withLock { state in
      if let failure = state.failure { throw failure }
      return state.outcomes
    }
  }

  /// Claims items until none is due.
  func work(as name: String) {
    let named = store.acting(as: Principal(kind: .worker, id: name))
    do {
      while begin(), let outcome = try one(named, name) {
        state.withLock { $0.outcomes[outcome.rawValue, default: 0] += 1 }
      }
    } catch {
      state.withLock { $0.failure = $0.failure ?? error }
    }
  }

  private func begin() -> Bool {
    state.withLock { state in
      state.begun += 1
      return state.begun <= limit && state.failure == nil
    }
  }

  private func one(
    _ named: BackofficeStore, _ name: String
  ) throws -> SubmissionDesk.Outcome? {
    let desk = desk
    let claimed = try named.queue.claim(
      from: [Campaign.queue], kinds: [Campaign.kind], worker: name)
    guard let item = claimed.first else { return nil }
    return try named.write { transaction in
      guard let (answer, duration) = try desk.attempt(item, transaction) else { return nil }
      return try desk.finish(item, with: answer, after: duration, transaction)
    }
  }
}
