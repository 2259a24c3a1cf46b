public import Backoffice

/// The figures of a range of days, which may include today.
public struct PeriodFigures: Sendable, Hashable {
  /// The days.
  public let days: ClosedRange<CalendarDate>
  /// Whose customers.
  public let scope: Scope
  /// The figures at the end of the last day, or now if that is today.
  public let figures: Figures
}

/// How many customers are in a status.
public struct StatusShare: Sendable, Hashable {
  /// The status.
  public let status: String
  /// Its label.
  public let label: String
  /// How many customers are in it.
  public let count: Int
  /// Those customers divided by all; the percentages of a distribution add up to 100.00.
  public let share: Ratio
}

extension Analytics {
  /// The figures of a range of days.
  ///
  /// - Parameters:
  ///   - days: the days; future days have no changes.
  ///   - scope: whose customers; all by default.
  ///   - pipeline: the pipeline; `sales` by default.
  /// - Throws: ``AnalyticsError/unknownPipeline(_:)``,
  ///   ``AnalyticsError/rangeTooLong(days:limit:)``.
  /// - Complexity: grows with the days and the owners, not with the customers or their changes. With
  ///   up-to-date snapshots, it does not grow with the days before.
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
  ///   - day: the day, at whose end customers are counted; nil for now.
  ///   - scope: whose customers; all by default.
  ///   - pipeline: the pipeline; `sales` by default.
  /// - Returns: every status of the pipeline, including those without customers.
  /// - Throws: ``AnalyticsError/unknownPipeline(_:)``.
  /// - Complexity: as ``figures(in:of:pipeline:)`` for that day.
  public func statusDistribution(
    atEndOf day: CalendarDate? = nil, of scope: Scope = .system, pipeline: String = "sales"
  ) throws -> [StatusShare] {
    try access.read { transaction in
      let day = day ?? transaction.zone.date(of: transaction.now)
      let figures = try DayFigures.at(day, scope, pipeline, transaction)
      let statuses = try Pipeline.existing(pipeline, transaction).statuses
      let counts = statuses.map { figures.statusCounts[$0.name] ?? 0 }
      let shares = Ratio.shares(of: counts, in: figures.total)
      return zip(statuses, zip(counts, shares)).map { status, part in
        StatusShare(status: status.name, label: status.label, count: part.0, share: part.1)
      }
    }
  }

  /// Customers in a converted status divided by all customers: 8 of 45 is 17.78 %; nil without customers.
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
