import Backoffice

/// The converted statuses of all pipelines, by pipeline.
struct ConvertedStatuses {
  private static let select = SQLStatement(
    "SELECT pipeline, status FROM status_definitions WHERE is_converted = 1")

  private final class Cache {
    var statuses: ConvertedStatuses?
  }

  private static let cache = CachedValue(tables: ["status_definitions"]) { Cache() }

  private var byPipeline: [String: Set<String>] = [:]

  /// The statuses as the transaction sees them.
  init(in transaction: borrowing some Transaction & ~Copyable) throws {
    var byPipeline: [String: Set<String>] = [:]
    try transaction.forEach(Self.select) { row in
      byPipeline[try row.value(at: 0), default: []].insert(try row.value(at: 1))
      return true
    }
    self.byPipeline = byPipeline
  }

  /// The statuses, which the writing connection keeps until a definition changes.
  static func kept(in transaction: borrowing WriteTransaction) throws -> ConvertedStatuses {
    let cache = transaction.cached(cache)
    if let statuses = cache.statuses { return statuses }
    let statuses = try ConvertedStatuses(in: transaction)
    cache.statuses = statuses
    return statuses
  }

  func contains(_ status: String, of pipeline: String) -> Bool {
    byPipeline[pipeline]?.contains(status) ?? false
  }
}

/// The conversions of a customer after its history so far.
struct ConversionWalk {
  private struct Conversion {
    let day: CalendarDate
    let owner: ID<AnyEntity>
    let age: Int64
    /// Whether the last status in the pipeline is a converted one.
    var counts: Bool
  }

  private var state: FlowState?
  private var firstAt: Timestamp?
  /// By pipeline.
  private var conversions: [String: Conversion] = [:]

  /// Advances the customer by its next row, and reports a conversion that begins or ceases to count.
  mutating func advance(
    by step: FlowStep, on day: CalendarDate, _ converted: ConvertedStatuses,
    emit: (ConversionSums.Key, _ amount: Int, _ age: Int64) -> Void
  ) {
    let first = firstAt ?? step.at
    firstAt = first
    var isMove = false
    FlowState.advance(&state, by: step) { flow in
      if flow.cause == .change, !flow.from.isEmpty, !flow.to.isEmpty,
        !converted.contains(flow.from, of: flow.pipeline),
        converted.contains(flow.to, of: flow.pipeline)
      {
        isMove = true
      }
    }
    let counts = converted.contains(step.status, of: step.pipeline)
    var conversion: Conversion
    if let known = conversions[step.pipeline] {
      guard known.counts != counts else { return }
      conversion = known
      conversion.counts = counts
    } else {
      guard isMove else { return }
      conversion = Conversion(
        day: day, owner: step.owner, age: step.at.microseconds - first.microseconds,
        counts: true)
    }
    conversions[step.pipeline] = conversion
    emit(
      ConversionSums.Key(
        pipeline: step.pipeline, day: day, firstDay: conversion.day, owner: conversion.owner),
      counts ? 1 : -1, conversion.age)
  }
}

/// Sums of conversions by the day on which they begin or cease to count.
struct ConversionSums {
  struct Key: Hashable {
    let pipeline: String
    let day: CalendarDate
    let firstDay: CalendarDate
    let owner: ID<AnyEntity>
  }

  struct Sum: Hashable {
    var conversions = 0
    var ageSeconds: Int64 = 0
    var ageMicroseconds: Int64 = 0

    static func - (left: Sum, right: Sum) -> Sum {
      Sum(
        conversions: left.conversions.subtracting(right.conversions),
        ageSeconds: left.ageSeconds.subtracting(right.ageSeconds),
        ageMicroseconds: left.ageMicroseconds.subtracting(right.ageMicroseconds))
    }
  }

  /// In the order of the rows: the same work writes the same bytes.
  var sums = SmallTable<Key, Sum>()

  /// Advances a customer by a row and adds what it reports `amount` times.
  mutating func advance(
    _ walk: inout ConversionWalk, by step: FlowStep, on day: CalendarDate,
    _ converted: ConvertedStatuses, adding amount: Int
  ) {
    walk.advance(by: step, on: day, converted) { key, delta, age in
      let (seconds, microseconds) = age.quotientAndRemainder(dividingBy: 1_000_000)
      let factor = amount.multiplied(by: delta)
      var sum = sums[key, default: Sum()]
      sum.conversions.add(factor)
      sum.ageSeconds.add(seconds.multiplied(by: Int64(factor)))
      sum.ageMicroseconds.add(microseconds.multiplied(by: Int64(factor)))
      sums[key, default: Sum()] = sum
    }
  }
}
