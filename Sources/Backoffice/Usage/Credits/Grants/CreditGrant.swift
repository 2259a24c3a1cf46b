/// Credits granted to a customer beside those of the plan, with a lifetime of their own.
///
/// Credits are used in the order of priority, then soonest expiry, then creation. The plan's credits
/// take part with priority 1 and the end of the billing period as their expiry. A grant without
/// ``rollOver`` is left alone by a new billing period, as is usual for bought credits.
public struct CreditGrant: TableRow, Hashable {
  /// `credit_grants`.
  public static let tableName = "credit_grants"
  /// The grant's id.
  public let id: ID<CreditGrant>
  /// The idempotency key; nil for none.
  public let key: String?
  /// The customer.
  public let customerID: ID<Customer>
  /// The number of credits, to which each recurrence refills it.
  public let credits: Int
  /// The priority: 1 is used first, 100 last.
  public let priority: Int
  /// From when the credits can be used.
  public let effectiveAt: Timestamp
  /// When the credits lapse; nil for never.
  ///
  /// At that instant none can be used.
  public let expiresAt: Timestamp?
  /// How often the grant is refilled, counted from ``effectiveAt`` in the store's time zone; nil for
  /// never.
  public let recurrence: CreditRecurrence?
  /// What a new billing period leaves of the grant; nil for all.
  public let rollOver: CreditRollOver?
  /// The reason.
  public let reason: String?
  /// The state as of the last write; see ``state(at:)``.
  public internal(set) var state: State
  /// The credits available, as of the last write.
  public internal(set) var remaining: Int
  /// The credits reserved by holds.
  public internal(set) var reserved: Int
  /// The credits spent in the current billing period.
  public internal(set) var spent: Int
  /// When the grant lapsed or was voided; nil if it did not.
  public internal(set) var endedAt: Timestamp?
  /// When the grant was recorded.
  public let createdAt: Timestamp
  var recursAt: Timestamp?
  let resetCount: Int
  let resets: JSONText

  /// The state of a grant.
  public enum State: String, TextEnum {
    /// The grant is not effective yet.
    case pending
    /// The grant is effective.
    case open
    /// The grant has expired.
    case lapsed
    /// The grant was voided.
    case voided
  }

  /// The state at an instant, if nothing but time changes the grant.
  public func state(at instant: Timestamp) -> State {
    guard state == .pending || state == .open else { return state }
    if let expiresAt, expiresAt <= instant { return .lapsed }
    return effectiveAt <= instant ? .open : .pending
  }
}

/// How often a grant of credits is refilled.
///
/// Refills are counted from the instant at which the grant became effective: every local day or week
/// at the same time of day, or every month or year on the same day, or the last day of a shorter
/// month.
public enum CreditRecurrence: String, TextEnum {
  /// Every day.
  case days
  /// Every seven days.
  case weeks
  /// Every month.
  case months
  /// Every year.
  case years

  func borders(from anchor: Timestamp, zone: Zone) -> BillingBorders {
    let step: TierPeriod.Step =
      switch self {
      case .days: .days(1)
      case .weeks: .days(7)
      case .months: .months(1)
      case .years: .months(12)
      }
    return BillingBorders(anchor: anchor, day: nil, step: step, zone: zone)
  }
}

/// What a new billing period leaves of a grant: at most `maximum` and at least `minimum` credits.
public struct CreditRollOver: Sendable, Hashable, Codable {
  /// The number to which fewer remaining credits are refilled.
  public var minimum: Int
  /// The number above which remaining credits expire.
  public var maximum: Int

  /// Creates a roll-over.
  ///
  /// - Parameters:
  ///   - minimum: the number to which fewer credits are refilled, 0 or more; 0 by default.
  ///   - maximum: the number above which credits expire, at least `minimum`.
  public init(minimum: Int = 0, maximum: Int) {
    self.minimum = minimum
    self.maximum = maximum
  }

  /// What is left of a number of credits.
  func clamp(_ credits: Int) -> Int { min(maximum, max(minimum, credits)) }
}

extension CreditGrant {
  /// Reads all columns except the internal key.
  ///
  /// - Throws: the `ColumnError` of a column, which the initializer passes on.
  public init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      id: column("id"), key: column("idempotency_key"), customerID: column("customer_id"),
      credits: column("credits"), priority: column("priority"),
      effectiveAt: column("effective_at"), expiresAt: column("expires_at"),
      recurrence: column("recurrence"),
      rollOver: CreditRollOver(column("roll_over_min"), column("roll_over_max")),
      reason: column("reason"), state: column("state"), remaining: column("free"),
      reserved: column("reserved"), spent: column("spent"), endedAt: column("ended_at"),
      createdAt: column("created_at"), recursAt: column("recurs_at"),
      resetCount: column("reset_count"), resets: column("resets"))
  }
}

extension CreditRollOver {
  fileprivate init?(_ minimum: Int?, _ maximum: Int?) {
    guard let minimum, let maximum else { return nil }
    self.init(minimum: minimum, maximum: maximum)
  }
}

/// A grant of credits to make.
public struct NewCreditGrant: Sendable, Hashable {
  /// The number of credits, from 0 to 10^12.
  public var credits: Int
  /// The customer.
  public var customerID: ID<Customer>
  /// The priority: 1 is used first, 100 last.
  public var priority = 1
  /// From when the credits can be used; nil for now.
  public var effectiveAt: Timestamp?
  /// When the credits lapse; nil for never.
  public var expiresAt: Timestamp?
  /// How often the grant is refilled; nil for never.
  public var recurrence: CreditRecurrence?
  /// What a new billing period leaves of the grant; nil for all.
  public var rollOver: CreditRollOver?
  /// An idempotency key; nil for none.
  public var key: String?

  /// Creates a grant that is effective now, never expires and is left alone by billing periods.
  public init(_ credits: Int, to customerID: ID<Customer>, key: String? = nil) {
    self.credits = credits
    self.customerID = customerID
    self.key = key
  }
}
