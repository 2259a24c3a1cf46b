public import Backoffice

/// How a count changed.
public struct Growth: Sendable, Hashable {
  /// The count before.
  public let before: Int
  /// The count after.
  public let after: Int

  /// Describes a change of a count.
  public init(before: Int, after: Int) {
    self.before = before
    self.after = after
  }

  /// The change in percent of the count before, rounded half away from zero to two decimals.
  ///
  /// If the count before is 0, it is 100 for a growth and 0 otherwise.
  public var percent: Double {
    guard before > 0 else { return after > 0 ? 100 : 0 }
    return Ratio(numerator: after.subtracting(before), denominator: before).percent ?? 0
  }
}

/// A range of days and the range of equal length before it.
public struct PeriodComparison: Sendable, Hashable {
  /// The range.
  public let current: PeriodFigures
  /// The range before.
  public let previous: PeriodFigures

  /// How the customers at the end grew.
  public var total: Growth {
    Growth(before: previous.figures.total, after: current.figures.total)
  }

  /// How the number of new customers changed.
  public var new: Growth { Growth(before: previous.figures.new, after: current.figures.new) }

  /// How the number of conversions changed.
  public var conversions: Growth {
    Growth(before: previous.figures.conversions, after: current.figures.conversions)
  }

  /// The conversion rate at the end minus that at the end of the range before, in percentage points.
  ///
  /// Nil if one of the rates is nil because there were no customers.
  public var conversionRatePoints: Double? {
    guard let now = current.figures.conversionRate.percent,
      let then = previous.figures.conversionRate.percent
    else { return nil }
    return ((now - then) * 100).rounded() / 100
  }
}

/// A place on the leaderboard.
public struct LeaderboardRow: Sendable, Hashable {
  /// The rank, from 1 on; no two rows share one.
  public let rank: Int
  /// The member of the staff.
  public let owner: ID<AnyEntity>
  /// Their name.
  public let name: String
  /// Their customers at the end of the range.
  public let customers: Int
  /// Moves of their customers into a converted status in the range.
  public let conversions: Int
  /// Their converted customers divided by all their customers at the end of the range.
  public let conversionRate: Ratio
  /// All figures.
  public let figures: Figures
}

/// The order of a leaderboard, largest first.
public enum LeaderboardMetric: String, TextEnum {
  /// Customers who converted in the range, as ``Figures/conversions`` counts them.
  case conversions
  /// Converted customers divided by all customers; members without customers come last.
  case rate
  /// Customers at the end of the range.
  case customers
}

extension Analytics {
  private static let sellers = SQLStatement(
    """
    SELECT id, name FROM staff WHERE deleted_at IS NULL AND role = 'sales' ORDER BY pk LIMIT ?
    """)

  /// The most members of the staff that a leaderboard ranks.
  public static let leaderboardLimit = 10_000

  /// Compares a range of days with the range of equal length before it.
  ///
  /// - Parameters:
  ///   - days: the range; the 30 days that end today by default.
  ///   - scope: whose customers; all by default.
  ///   - pipeline: the pipeline; `sales` by default.
  /// - Throws: ``AnalyticsError/unknownPipeline(_:)``,
  ///   ``AnalyticsError/rangeTooLong(days:limit:)``.
  /// - Complexity: as ``figures(in:of:pipeline:)`` over both ranges, in one pass.
  public func comparison(
    of days: ClosedRange<CalendarDate>? = nil, scope: Scope = .system,
    pipeline: String = "sales"
  ) throws -> PeriodComparison {
    try access.read { transaction in
      let today = transaction.zone.date(of: transaction.now)
      let days = try Self.checked(days ?? today.adding(days: -29)...today)
      let length = days.upperBound.daysSince1970 - days.lowerBound.daysSince1970 + 1
      let before =
        days.lowerBound.adding(days: -length)...days.lowerBound.adding(days: -1)
      var results: [ClosedRange<CalendarDate>: Figures] = [:]
      try FigureEngine.run(
        Pipeline.existing(pipeline, transaction),
        buckets: [Bucket(kind: nil, days: before), Bucket(kind: nil, days: days)],
        scopes: .one(scope), transaction
      ) { bucket, _, figures in results[bucket.days] = figures }
      func period(_ days: ClosedRange<CalendarDate>) -> PeriodFigures {
        PeriodFigures(days: days, scope: scope, figures: results[days] ?? Figures())
      }
      return PeriodComparison(current: period(days), previous: period(before))
    }
  }

  /// Ranks the sales staff by their results in a range of days.
  ///
  /// Ties are decided by the number of customers, then by name. Every member of staff with the role `sales`
  /// has a rank, also without customers.
  ///
  /// - Parameters:
  ///   - metric: the order; conversions by default.
  ///   - days: the range; the 30 days that end today by default.
  ///   - pipeline: the pipeline; `sales` by default.
  ///   - limit: how many ranks, 1 to 1,000; 100 by default.
  /// - Throws: ``AnalyticsError/unknownPipeline(_:)``,
  ///   ``AnalyticsError/rangeTooLong(days:limit:)``.
  /// - Complexity: as ``figures(in:of:pipeline:)`` for all owners, in one pass.
  public func leaderboard(
    by metric: LeaderboardMetric = .conversions, in days: ClosedRange<CalendarDate>? = nil,
    pipeline: String = "sales", limit: Int = PageLimit.standard
  ) throws -> [LeaderboardRow] {
    try access.read { transaction in
      let today = transaction.zone.date(of: transaction.now)
      let days = try Self.checked(days ?? today.adding(days: -29)...today)
      var results: [ID<AnyEntity>: Figures] = [:]
      try FigureEngine.run(
        Pipeline.existing(pipeline, transaction), buckets: [Bucket(kind: nil, days: days)],
        transaction
      ) { _, scope, figures in
        if case .owner(let owner) = scope { results[owner] = figures }
      }
      let staff: [(id: ID<AnyEntity>, name: String, figures: Figures)] =
        try transaction.fetchAll(Self.sellers, Self.leaderboardLimit) { row in
          let id: ID<AnyEntity> = try row.value(at: 0)
          return (id, try row.value(at: 1), results[id] ?? Figures())
        }
      let ranked = staff.sorted { left, right in
        let (one, two) = (left.figures, right.figures)
        let order =
          switch metric {
          case .conversions: two.conversions.subtracting(one.conversions)
          case .customers: two.total.subtracting(one.total)
          case .rate: Self.compareRates(two, one)
          }
        if order != 0 { return order < 0 }
        if one.total != two.total { return one.total > two.total }
        return (left.name, left.id) < (right.name, right.id)
      }
      return ranked.prefix(PageLimit.clamped(limit)).enumerated().map { place, row in
        LeaderboardRow(
          rank: place + 1, owner: row.id, name: row.name, customers: row.figures.total,
          conversions: row.figures.conversions, conversionRate: row.figures.conversionRate,
          figures: row.figures)
      }
    }
  }

  /// Positive if the first rate is higher; compared as fractions, without rounding.
  private static func compareRates(_ one: Figures, _ two: Figures) -> Int {
    if one.total == 0 || two.total == 0 { return (one.total > 0 ? 1 : 0) - (two.total > 0 ? 1 : 0) }
    let left = Int128(one.converted) * Int128(two.total)
    let right = Int128(two.converted) * Int128(one.total)
    return left == right ? 0 : left > right ? 1 : -1
  }
}
