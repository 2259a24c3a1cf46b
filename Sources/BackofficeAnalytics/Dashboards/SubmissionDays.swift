public import Backoffice

/// The figures of the submissions of a customer to a directory that were created on one day.
public struct SubmissionDay: TableRow, Hashable {
  /// The table's name.
  public static let tableName = "submission_analytics_daily"

  /// The day on which they were created.
  public let day: CalendarDate
  /// The directory.
  public let directory: ID<AnyEntity>
  /// The customer.
  public let customer: ID<AnyEntity>
  /// All of them.
  public let count: Int
  /// Those submitted, under review or approved.
  public let delivered: Int
  /// Those approved.
  public let approved: Int
  /// Those rejected.
  public let rejected: Int
  /// Those pending or being submitted.
  public let pending: Int
  /// Those failed.
  public let failed: Int
  /// Delivered submissions divided by all.
  public var deliveryRate: Ratio { Ratio(numerator: delivered, denominator: count) }
  /// Approved submissions divided by those approved or rejected.
  public var approvalRate: Ratio {
    Ratio(numerator: approved, denominator: approved.adding(rejected))
  }
  /// Compliant submissions divided by all.
  public let complianceRate: Ratio
  /// Those that needed a person divided by all.
  public let manualInterventionRate: Ratio
  /// Delivered submissions divided by all, among those that were not made by hand.
  public let automationSuccessRate: Ratio
  /// Those that were retried divided by all.
  public let retryRate: Ratio
  /// Failed submissions divided by all.
  public var errorRate: Ratio { Ratio(numerator: failed, denominator: count) }
  /// The mean time from submission to approval.
  public let averageApprovalTime: Duration?
  /// The mean processing time.
  public let averageProcessingTime: Duration?
  /// The mean quality, 1 to 10, rounded half up to two decimals.
  public let averageQuality: Double?
  /// Credits they cost.
  public let creditsConsumed: Int
  /// Visits they are estimated to bring.
  public let trafficEstimate: Int
  /// Leads they are estimated to bring.
  public let leadsEstimate: Int
  /// What they cost.
  public let cost: Money
  /// What one cost on average, rounded half up to whole minor units; nil without submissions.
  public var averageCost: Money? {
    guard count > 0 else { return nil }
    let wide = (2 * Int128(cost.minorUnits) + Int128(count)) / (2 * Int128(count))
    return Money(minorUnits: Int64(clamping: wide), currency: cost.currency)
  }
  /// When the row last changed.
  public let computedAt: Timestamp

  /// Declares the columns that it reads.
  ///
  /// - Throws: `ColumnError` for a column of another type.
  public init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    day = try column("day")
    directory = try column("directory_id")
    customer = try column("customer_id")
    let currency: Currency = try column("currency")
    count = try column("submission_count")
    delivered = try column("delivered_count")
    approved = try column("approved_count")
    rejected = try column("rejected_count")
    pending = try column("pending_count")
    failed = try column("failed_count")
    complianceRate = Ratio(numerator: try column("compliant_count"), denominator: count)
    manualInterventionRate = Ratio(
      numerator: try column("manual_intervention_count"), denominator: count)
    let automated: Int = try column("automated_count")
    automationSuccessRate = Ratio(
      numerator: try column("automated_delivered_count"), denominator: automated)
    retryRate = Ratio(numerator: try column("retried_count"), denominator: count)
    averageApprovalTime =
      SumAndCount(
        try column("approval_time_sum_microseconds"), try column("approval_time_count")
      ).meanDuration
    averageProcessingTime =
      SumAndCount(
        try column("processing_time_sum_microseconds"), try column("processing_time_count")
      ).meanDuration
    averageQuality = SumAndCount(try column("quality_sum"), try column("quality_count")).mean
    creditsConsumed = try column("credits_consumed_sum")
    trafficEstimate = try column("traffic_estimate_sum")
    leadsEstimate = try column("leads_estimate_sum")
    cost = Money(minorUnits: try column("cost_minor_sum"), currency: currency)
    computedAt = try column("computed_at")
  }
}

extension Analytics {
  private static let sums = SubmissionDay.columns.dropFirst(4).dropLast()

  private static let upsertDay = SQLStatement(
    """
    INSERT INTO submission_analytics_daily (\(SubmissionDay.selection))
    SELECT ?1, directory_id, customer_id, currency, count(*),
      count(*) FILTER (WHERE status IN ('submitted', 'under_review', 'approved')),
      count(*) FILTER (WHERE status = 'approved'), count(*) FILTER (WHERE status = 'rejected'),
      count(*) FILTER (WHERE status IN ('pending', 'submitting')),
      count(*) FILTER (WHERE status = 'failed'),
      count(*) FILTER (WHERE compliance_status = 'compliant'), sum(manual_intervention_required),
      count(*) FILTER (WHERE automation_method <> 'manual'),
      count(*) FILTER (WHERE automation_method <> 'manual'
        AND status IN ('submitted', 'under_review', 'approved')),
      count(*) FILTER (WHERE retry_count > 0),
      coalesce(sum(approval_microseconds), 0), count(approval_microseconds),
      coalesce(sum(processing_microseconds), 0), count(processing_microseconds),
      coalesce(sum(quality_score), 0), count(quality_score), sum(credits_consumed),
      sum(traffic_generated_estimate), sum(leads_generated_estimate), sum(cost_minor), ?4
    FROM submissions WHERE created_at >= ?2 AND created_at < ?3
    GROUP BY directory_id, customer_id, currency
    ON CONFLICT DO UPDATE SET
      \(sums.map { "\($0) = excluded.\($0)" }.joined(separator: ", ")),
      computed_at = excluded.computed_at
    WHERE (\(sums.joined(separator: ", ")))
      IS NOT (\(sums.map { "excluded.\($0)" }.joined(separator: ", ")))
    """)

  private static let pruneDay = SQLStatement(
    """
    DELETE FROM submission_analytics_daily
    WHERE day = ?1 AND NOT EXISTS (SELECT 1 FROM submissions s
      WHERE s.customer_id = submission_analytics_daily.customer_id
        AND s.directory_id = submission_analytics_daily.directory_id
        AND s.currency = submission_analytics_daily.currency
        AND s.created_at >= ?2 AND s.created_at < ?3)
    """)

  private static let daysOf = SubmissionDay.select(
    "WHERE day >= ? AND day <= ? ORDER BY day, directory_id, customer_id, currency LIMIT ?")

  /// Counts the submissions created on each of some days, as they stand now.
  ///
  /// One transaction; a second call without changes between writes nothing.
  ///
  /// - Parameter days: up to 1,000 days.
  /// - Returns: how many rows were new, different or removed.
  /// - Throws: ``AnalyticsError/rangeTooLong(days:limit:)``.
  /// - Complexity: grows with the submissions created on those days.
  @discardableResult
  public func refreshSubmissionDays(in days: ClosedRange<CalendarDate>) throws -> Int {
    let first = days.lowerBound.daysSince1970
    let count = days.upperBound.daysSince1970 - first + 1
    guard count <= PageLimit.maximum else {
      throw AnalyticsError.rangeTooLong(days: count, limit: PageLimit.maximum)
    }
    return try access.write { transaction in
      var changes = 0
      for offset in 0..<count {
        let day = CalendarDate(daysSince1970: first + offset)
        let start = transaction.zone.startOfDay(day)
        let end = transaction.zone.startOfDay(day.adding(days: 1))
        changes += try transaction.execute(Self.pruneDay, day, start, end)
        changes += try transaction.execute(Self.upsertDay, day, start, end, transaction.now)
      }
      return changes
    }
  }

  /// The counts of some days, oldest day first.
  ///
  /// - Parameters:
  ///   - days: the days.
  ///   - limit: how many rows, 1 to 1,000; 1,000 by default.
  /// - Throws: `StorageError` and `SQLiteError` when the file cannot be read.
  public func submissionDays(
    in days: ClosedRange<CalendarDate>, limit: Int = PageLimit.maximum
  ) throws -> [SubmissionDay] {
    try access.readOnce { transaction in
      try SubmissionDay.fetchAll(
        transaction, Self.daysOf, days.lowerBound, days.upperBound, PageLimit.clamped(limit))
    }
  }
}
