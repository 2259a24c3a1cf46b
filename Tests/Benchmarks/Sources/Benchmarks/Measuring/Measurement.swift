import CLimit

/// The middle of some figures, and how far they lie apart.
struct Spread: Codable, Sendable {
  let median: Double
  let least: Double
  let most: Double

  init(_ values: [Double]) {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    median =
      sorted.isEmpty
      ? 0
      : sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    least = sorted.first ?? 0
    most = sorted.last ?? 0
  }
}

/// One who does the work of a workload.
struct Side {
  let name: String
  /// Does the work of one round, and answers how many nanoseconds an operation took.
  let round: (Int) throws -> Double

  static let limit = "limit"
  static let ours = "ours"
}

/// A row of the table.
struct Outcome: Codable, Sendable {
  var number: Int
  var title: String
  /// Sync mode, batch, backlog.
  var conditions: String
  var unit: String
  var fileMiB: Double?
  /// Per side, in ``unit``.
  var figures: [String: Spread] = [:]
  /// Ours through the limit, round by round.
  var oursToLimit: Spread?
  /// Each peer through ours, round by round.
  var peersToOurs: [String: Spread] = [:]
  var goal: String
  var isMet: Bool?
  var notes: [String] = []
}

enum Measuring {
  /// What a body takes: time on the wall.
  static func nanoseconds(_ body: () throws -> Void) rethrows -> Double {
    let start = climit_nanoseconds()
    try body()
    return Double(climit_nanoseconds() - start)
  }

  /// What a body takes of its thread's processor, or time on the wall.
  ///
  /// Where a machine has other work and nothing is waited for, a ratio of processor times is the
  /// ratio that an idle machine would show.
  static func nanoseconds(ofProcessor: Bool, _ body: () throws -> Void) rethrows -> Double {
    guard ofProcessor else { return try nanoseconds(body) }
    let start = climit_thread_nanoseconds()
    try body()
    return Double(climit_thread_nanoseconds() - start)
  }

  /// Runs all sides, one round after the other, each round in another order.
  static func interleaved(
    _ sides: [Side], _ options: Options
  ) throws -> [String: [Double]] {
    var figures: [String: [Double]] = [:]
    let sides = options.side.map { wanted in sides.filter { $0.name == wanted } } ?? sides
    let rounds = options.rounds
    for round in 0..<rounds {
      for index in sides.indices {
        let side = sides[(index + round) % sides.count]
        figures[side.name, default: []].append(try side.round(round))
      }
    }
    return figures
  }
}

extension Outcome {
  /// Fills in the figures, scaled from nanoseconds, and the ratios of each round.
  mutating func take(_ figures: [String: [Double]], nanosecondsPerUnit scale: Double = 1000) {
    for (name, values) in figures { self.figures[name] = Spread(values.map { $0 / scale }) }
    guard let ours = figures[Side.ours] else { return }
    if let limit = figures[Side.limit] {
      oursToLimit = Spread(zip(ours, limit).map { $0 / $1 })
    }
    for (name, values) in figures where name != Side.ours && name != Side.limit {
      peersToOurs[name] = Spread(zip(values, ours).map { $0 / $1 })
    }
  }
}
