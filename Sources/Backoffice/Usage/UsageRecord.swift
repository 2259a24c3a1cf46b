/// The usage of one meter by a customer in one period, maintained from the events.
public struct UsageRecord: TableRow, Hashable {
  /// `usage_records`.
  public static let tableName = "usage_records"
  /// The customer.
  public let customerID: ID<Customer>
  /// The meter.
  public let meter: Meter
  /// The period.
  public let period: UsagePeriod
  /// The number of events, including corrections.
  public let eventCount: Int
  /// The sum of the quantities.
  public let quantity: Int
  /// The sum of the amounts; nil if no event had one.
  public let amount: Money?
  /// The limit of the period; nil for unlimited.
  public let limit: Int?
  /// The customer's tier when the record was created.
  public let tier: String?
  /// When usage first reached 80 % of the limit.
  public let limitWarnedAt: Timestamp?
  let reached: ReachedMarks
  /// When the record was created.
  public let createdAt: Timestamp
  /// When the record was last changed.
  public let updatedAt: Timestamp

  /// The usage relative to the limit.
  public var state: UsageState {
    UsageState(
      meter: meter, period: period, used: quantity, limit: limit, warnedAt: limitWarnedAt,
      reached: reached)
  }
}

extension UsageRecord {
  /// Reads all columns except the internal key.
  ///
  /// - Throws: the `ColumnError` of a column, which the initializer passes on.
  public init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      customerID: column("customer_id"), meter: column("meter"),
      period: UsagePeriod(
        kind: column("period_kind"), key: column("period_key"), start: column("period_start_at"),
        end: column("period_end_at")), eventCount: column("event_count"),
      quantity: column("quantity_sum"),
      amount: Money(column("amount_minor_sum"), column("currency")),
      limit: column("quantity_limit"), tier: column("tier"),
      limitWarnedAt: column("limit_warned_at"), reached: ReachedMarks(column("marks_reached")),
      createdAt: column("created_at"),
      updatedAt: column("updated_at"))
  }
}

/// The usage of a meter in a period relative to its limit.
public struct UsageState: Sendable, Hashable {
  /// The meter.
  public let meter: Meter
  /// The period; the count restarts at its end.
  public let period: UsagePeriod
  /// The quantity used so far.
  public let used: Int
  /// The current limit; nil for unlimited.
  public let limit: Int?
  /// When usage first reached 80 % of the limit in the period.
  public let warnedAt: Timestamp?
  let reached: ReachedMarks

  /// The marks that have been reached in the period, in ascending order.
  public var marks: [UsageMark] { reached.marks.sorted(at: limit) }

  /// The remaining quantity, never below 0; nil for unlimited.
  public var remaining: Int? { limit.map { max(0, $0 - max(0, used)) } }

  /// When the count restarts.
  public var resetsAt: Timestamp { period.end }

  /// The fraction of the limit that is used; nil for unlimited.
  public var ratio: Ratio? { limit.map { Ratio(numerator: used, denominator: $0) } }

  /// The level of usage.
  public var level: UsageLevel {
    guard let limit else { return .within }
    if used >= limit { return .reached }
    // Four fifths, computed without a product that could overflow.
    return used >= limit - limit / 5 ? .nearing : .within
  }
}

/// The level of usage relative to a limit.
public enum UsageLevel: String, Sendable, Hashable, Codable, CaseIterable {
  /// Less than 80 % of the limit is used, or there is no limit.
  case within
  /// At least 80 % of the limit is used.
  case nearing
  /// The whole limit is used.
  case reached
}
