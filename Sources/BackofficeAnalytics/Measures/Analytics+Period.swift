public import Backoffice

/// The figures of a stretch of days, today included where it is part of it.
public struct PeriodFigures: Sendable, Hashable {
  /// The days.
  public let days: ClosedRange<CalendarDate>
  /// Whose customers.
  public let scope: Scope
  /// The figures at the end of the last day, or now when that is today.
  public let figures: Figures
}

/// How many customers are in a status.
public struct StatusShare: Sendable, Hashable {
  /// The status.
  public let status: String
  /// What people call it.
  public let label: String
  /// How many customers are there.
  public let count: Int
  /// Those of all customers.
  public let share: Ratio
}

extension Analytics {
  /// The figures of a stretch of days.
  ///
  /// - Parameters:
  ///   - days: the days; days to come count as not having happened.
  ///   - scope: whose customers; all by default.
  ///   - pipeline: the pipeline; `sales` by default.
  /// - Throws: ``AnalyticsError/unknownPipeline(_:)``,
  ///   ``AnalyticsError/rangeTooLong(days:limit:)``.
  /// - Complexity: grows with the days and the owners, not with the customers or their changes; with
  ///   up-to-date snapshots not with the days before either.
  public func figures(
    in days: ClosedRange<CalendarDate>, of scope: Scope = .system, pipeline: String = "sales"
  ) throws -> PeriodFigures {
    try access.read { transaction in
      let bucket = Bucket(kind: nil, days: try Self.checked(days))
      var result = Figures()
      try FigureEngine.run(
        Pipeline.existing(pipeline, transaction), buckets: [bucket], scopes: .one(scope),
        transaction
      ) { _, _, figures in result = figures }
      return PeriodFigures(days: days, scope: scope, figures: result)
    }
  }

  /// How many customers are in each status, in the order of the pipeline.
  ///
  /// - Parameters:
  ///   - day: at the end of which day; nil for now.
  ///   - scope: whose customers; all by default.
  ///   - pipeline: the pipeline; `sales` by default.
  /// - Returns: every status of the pipeline, those without customers too.
  /// - Throws: ``AnalyticsError/unknownPipeline(_:)``.
  /// - Complexity: as ``figures(in:of:pipeline:)`` for that day.
  public func statusDistribution(
    atEndOf day: CalendarDate? = nil, of scope: Scope = .system, pipeline: String = "sales"
  ) throws -> [StatusShare] {
    try access.read { transaction in
      let day = day ?? transaction.zone.date(of: transaction.now)
      let figures = try DayFigures.at(day, scope, pipeline, transaction)
      return try Pipeline.existing(pipeline, transaction).statuses.map { status in
        let count = figures.statusCounts[status.name] ?? 0
        return StatusShare(
          status: status.name, label: status.label, count: count,
          share: Ratio(numerator: count, denominator: figures.total))
      }
    }
  }

  /// Customers in a converted status of all customers: 8 of 45 is 17.78 %; nil without customers.
  ///
  /// - Throws: ``AnalyticsError/unknownPipeline(_:)``.
  /// - Complexity: as ``figures(in:of:pipeline:)`` for that day.
  public func conversionRate(
    atEndOf day: CalendarDate? = nil, of scope: Scope = .system, pipeline: String = "sales"
  ) throws -> Ratio {
    try access.read { transaction in
      let day = day ?? transaction.zone.date(of: transaction.now)
      return try DayFigures.at(day, scope, pipeline, transaction).conversionRate
    }
  }

  static func checked(
    _ days: ClosedRange<CalendarDate>
  ) throws(AnalyticsError) -> ClosedRange<CalendarDate> {
    let length = days.upperBound.daysSince1970 - days.lowerBound.daysSince1970 + 1
    guard length <= rangeLimit else { throw .rangeTooLong(days: length, limit: rangeLimit) }
    return days
  }
}

/// The figures at the end of one day.
enum DayFigures {
  static func at(
    _ day: CalendarDate, _ scope: Scope, _ pipeline: String,
    _ transaction: borrowing ReadTransaction
  ) throws -> Figures {
    var result = Figures()
    try FigureEngine.run(
      Pipeline.existing(pipeline, transaction),
      buckets: [Bucket(kind: nil, days: day...day)], scopes: .one(scope), transaction
    ) { _, _, figures in result = figures }
    return result
  }
}
