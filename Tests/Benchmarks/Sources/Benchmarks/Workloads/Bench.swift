import Backoffice
import BackofficeAnalytics
import Foundation

/// What every workload works with.
struct Bench {
  let options: Options
  let scratch: Scratch
  let fixtures: Fixtures
  let postgres: PostgresPeer?

  init(_ options: Options) throws {
    self.options = options
    scratch = try Scratch(options.scratch)
    fixtures = Fixtures(scratch: scratch)
    postgres = try options.postgres.map { try PostgresPeer($0, rows: options.rows) }
  }

  /// What is measured when every side runs the same operations, one transaction each.
  struct Comparison {
    var number: Int
    var title: String
    var conditions: String
    var goal: Double
    var base: String
    var isFull = false
    /// Operations in a round.
    var operations: Int
    /// How many things one operation does, such as the items of a batch.
    var perOperation = 1
    var packs = Bench.office
  }

  static func configuration(isFull: Bool) -> BackofficeStore.Configuration {
    var configuration = BackofficeStore.Configuration()
    configuration.database.durability = isFull ? .full : .normal
    return configuration
  }

  static let office: [any StorePack] = [OfficePack()]
  static let officeWithAnalytics: [any StorePack] = [OfficePack(), AnalyticsPack()]

  static func open(
    _ path: String, isFull: Bool = false, packs: [any StorePack] = office
  ) throws -> BackofficeStore {
    try BackofficeStore(.file(path), packs: packs, configuration: configuration(isFull: isFull))
  }

  /// Measures operations that write.
  ///
  /// `operations` makes what runs the operation of an index on a store: once for the recording,
  /// once for the measurement.
  func compare(
    _ comparison: Comparison, extra: [Side] = [],
    operations: (BackofficeStore) throws -> (Int) throws -> Void
  ) throws -> Outcome {
    let count = comparison.operations
    let warmUp = max(10, count / 5)
    let total = warmUp + count * options.rounds
    // A profile of our own side shall show nothing else.
    let isAlone = options.side == Side.ours
    let tape = try record(comparison, isAlone ? 0 : total, operations)
    let ofProcessor = options.usesProcessorTime && !comparison.isFull

    let limit = try Limit(
      scratch.copy(comparison.base, for: "limit"), isFull: comparison.isFull)
    try limit.prepare(tape)
    let store = try Self.open(
      scratch.copy(comparison.base, for: "ours"), isFull: comparison.isFull,
      packs: comparison.packs)
    let operation = try operations(store)
    var sides = [
      Side(name: Side.limit) { round in
        let first = warmUp + round * count
        return try Measuring.nanoseconds(ofProcessor: ofProcessor) {
          try limit.run(tape, first..<first + count)
        }
          / Double(count * comparison.perOperation)
      },
      Side(name: Side.ours) { round in
        let first = warmUp + round * count
        return try Measuring.nanoseconds(ofProcessor: ofProcessor) {
          for index in first..<first + count { try operation(index) }
        } / Double(count * comparison.perOperation)
      },
    ]
    try limit.run(tape, 0..<warmUp)
    for index in 0..<warmUp { try operation(index) }
    if !isAlone {
      let grdb = try GRDBTape(
        scratch.copy(comparison.base, for: "grdb"), isFull: comparison.isFull, tape: tape)
      try grdb.run(0..<warmUp)
      sides.append(
        Side(name: "GRDB") { round in
          let first = warmUp + round * count
          return try Measuring.nanoseconds(ofProcessor: ofProcessor) {
            try grdb.run(first..<first + count)
          }
            / Double(count * comparison.perOperation)
        })
    }
    var outcome = Outcome(
      number: comparison.number, title: comparison.title, conditions: comparison.conditions,
      unit: "µs", fileMiB: Scratch.mebibytes(comparison.base),
      goal: "<= \(comparison.goal)x limit")
    outcome.take(try Measuring.interleaved(sides + extra, options))
    outcome.isMet = outcome.oursToLimit.map { $0.median <= comparison.goal }
    outcome.notes.append(
      "\(Report.number(tape.statementsPerOperation / Double(comparison.perOperation))) statements "
        + "each, BEGIN and COMMIT included")
    store.close()
    scratch.removeWork()
    return outcome
  }

  private func record(
    _ comparison: Comparison, _ total: Int,
    _ operations: (BackofficeStore) throws -> (Int) throws -> Void
  ) throws -> Tape {
    let path = try scratch.copy(comparison.base, for: "tape")
    return try Tape.record(
      total,
      open: {
        let store = try Self.open(path, packs: comparison.packs)
        return try operations(store)
      }, operation: { operation, index in try operation(index) })
  }
}
