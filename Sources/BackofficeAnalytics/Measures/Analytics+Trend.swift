public import Backoffice

/// One day, week or month of a trend.
public struct TrendPoint: Sendable, Hashable {
  /// The bucket; the last one may not have ended.
  public let bucket: Bucket
  /// Customers created in it.
  public let new: Int
  /// Customers at its end.
  public let total: Int
  /// Customers who converted in it, as ``Figures/conversions`` counts them.
  public let conversions: Int
  /// Converted customers divided by all customers at its end; at most 100 %.
  public let conversionRate: Ratio
  /// All figures.
  public let figures: Figures
}

/// The figures of today so far.
public struct TodayFigures: Sendable, Hashable {
  /// The day.
  public let day: CalendarDate
  /// Customers created today.
  public let new: Int
  /// Customers whose status changed today, each once; creation counts.
  public let active: Int
  /// Customers who converted today, as ``Figures/conversions`` counts them.
  public let conversions: Int
  /// Customers now.
  public let total: Int
  /// Converted customers divided by all customers, now.
  public let conversionRate: Ratio
}

extension Analytics {
  /// The most points of a trend.
  public static let trendLimit = 4_000

  /// New customers, all customers, conversions and the rate, bucket by bucket.
  ///
  /// - Parameters:
  ///   - kind: the length of the buckets; days by default.
  ///   - days: every bucket with one of these days, up to 4,000.
  ///   - scope: whose customers; all by default.
  ///   - pipeline: the pipeline; `sales` by default.
  /// - Throws: ``AnalyticsError/unknownPipeline(_:)``,
  ///   ``AnalyticsError/rangeTooLong(days:limit:)``.
  /// - Complexity: as ``figures(in:of:pipeline:)``.
  public func trend(
    _ kind: BucketKind = .daily, in days: ClosedRange<CalendarDate>, of scope: Scope = .system,
    pipeline: String = "sales"
  ) throws -> [TrendPoint] {
    let buckets = Bucket.covering(try Self.checked(days), kind: kind, endingBy: .max)
    guard buckets.count <= Self.trendLimit else {
      throw AnalyticsError.rangeTooLong(days: buckets.count, limit: Self.trendLimit)
    }
    return try access.read { transaction in
      var points: [TrendPoint] = []
      try FigureEngine.run(
        Pipeline.existing(pipeline, transaction), buckets: buckets, scopes: .one(scope),
        transaction
      ) { bucket, _, figures in
        points.append(
          TrendPoint(
            bucket: bucket, new: figures.new, total: figures.total,
            conversions: figures.conversions, conversionRate: figures.conversionRate,
            figures: figures))
      }
      return points
    }
  }

  /// The figures of today so far.
  ///
  /// - Throws: ``AnalyticsError/unknownPipeline(_:)``.
  /// - Complexity: grows with today's changes, given snapshots up to yesterday.
  public func today(
    of scope: Scope = .system, pipeline: String = "sales"
  ) throws -> TodayFigures {
    try access.read { transaction in
      let day = transaction.zone.date(of: transaction.now)
      let figures = try DayFigures.at(day, scope, pipeline, transaction)
      let active = try ChangedCustomers.count(on: day, scope, pipeline, transaction)
      return TodayFigures(
        day: day, new: figures.new, active: active, conversions: figures.conversions,
        total: figures.total, conversionRate: figures.conversionRate)
    }
  }
}
