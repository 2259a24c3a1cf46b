public import BackofficeStorage

/// What a customer used of one meter in one period: kept from the events, never written by hand.
public struct UsageRecord: TableRow, Hashable {
  /// `usage_records`.
  public static let tableName = "usage_records"
  /// All columns but the internal key.
  public static let columns = [
    "customer_id", "meter", "period_kind", "period_key", "period_start_at", "period_end_at",
    "event_count", "quantity_sum", "amount_minor_sum", "currency", "quantity_limit", "tier",
    "limit_warned_at", "created_at", "updated_at",
  ]

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

  /// Decodes a row.
  ///
  /// - Throws: `RowDecodingError` when a column holds something else.
  public init(_ row: borrowing Row) throws {
    var column = row.reader()
    customerID = try column.next()
    meter = try column.next()
    period = UsagePeriod(
      kind: try column.next(), key: try column.next(), start: try column.next(),
      end: try column.next())
    eventCount = try column.next()
    quantity = try column.next()
    let minorUnits: Int64 = try column.next()
    let currency: Currency? = try column.next()
    amount = currency.map { Money(minorUnits: minorUnits, currency: $0) }
    limit = try column.next()
    tier = try column.next()
    limitWarnedAt = try column.next()
    createdAt = try column.next()
    updatedAt = try column.next()
  }

  /// How the quantity stands against the limit.
  public var state: UsageState {
    UsageState(meter: meter, period: period, used: quantity, limit: limit, warnedAt: limitWarnedAt)
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
