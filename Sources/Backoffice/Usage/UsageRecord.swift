/// What a customer used of one meter in one period: kept from the events, never written by hand.
public struct UsageRecord: TableRow, Hashable {
  /// `usage_records`.
  public static let tableName = "usage_records"
  /// Who used it.
  public let customerID: ID<Customer>
  /// What was used.
  public let meter: Meter
  /// When.
  public let period: UsagePeriod
  /// How many events there were, corrections included.
  public let eventCount: Int
  /// The sum of their quantities.
  public let quantity: Int
  /// The sum of their amounts; nil when none had one.
  public let amount: Money?
  /// The limit of the quantity that was in force in the period; nil for unlimited.
  public let limit: Int?
  /// The customer's tier when the record was opened.
  public let tier: String?
  /// When 80 % of the limit were first used.
  public let limitWarnedAt: Timestamp?
  /// When the record was opened.
  public let createdAt: Timestamp
  /// When it last changed.
  public let updatedAt: Timestamp

  /// How the quantity stands against the limit.
  public var state: UsageState {
    UsageState(meter: meter, period: period, used: quantity, limit: limit, warnedAt: limitWarnedAt)
  }
}

extension UsageRecord {
  /// Declares all columns but the internal key.
  public init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      customerID: column("customer_id"), meter: column("meter"),
      period: UsagePeriod(
        kind: column("period_kind"), key: column("period_key"), start: column("period_start_at"),
        end: column("period_end_at")), eventCount: column("event_count"),
      quantity: column("quantity_sum"),
      amount: Money(column("amount_minor_sum"), column("currency")),
      limit: column("quantity_limit"), tier: column("tier"),
      limitWarnedAt: column("limit_warned_at"), createdAt: column("created_at"),
      updatedAt: column("updated_at"))
  }
}

/// How much of a limit is used in a period.
public struct UsageState: Sendable, Hashable {
  /// What is counted.
  public let meter: Meter
  /// The period; its end is when the count starts again.
  public let period: UsagePeriod
  /// The quantity used so far.
  public let used: Int
  /// The limit in force; nil for unlimited.
  public let limit: Int?
  /// When 80 % of the limit were first used in the period.
  public let warnedAt: Timestamp?

  /// What is left, never below 0; nil for unlimited.
  public var remaining: Int? { limit.map { max(0, $0 - max(0, used)) } }

  /// When the count starts again.
  public var resetsAt: Timestamp { period.end }

  /// The part that is used; nil for unlimited.
  public var ratio: Ratio? { limit.map { Ratio(numerator: used, denominator: $0) } }

  /// Where the use stands.
  public var level: UsageLevel {
    guard let limit else { return .within }
    if used >= limit { return .reached }
    // Four fifths, without a product that could overflow.
    return used >= limit - limit / 5 ? .nearing : .within
  }
}

/// Where the use of a meter stands against its limit.
public enum UsageLevel: String, Sendable, Hashable, Codable, CaseIterable {
  /// Less than 80 % are used, or there is no limit.
  case within
  /// At least 80 % are used.
  case nearing
  /// All is used.
  case reached
}
