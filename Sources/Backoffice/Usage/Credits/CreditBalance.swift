/// The credits of a customer in the current billing period.
public struct CreditBalance: Sendable, Hashable, Codable {
  /// Credits granted minus credits expired.
  ///
  /// Credits spent in earlier periods are deducted.
  public let granted: Int
  /// Credits reserved for unfinished work.
  public let reserved: Int
  /// Credits spent by work completed in this period.
  public let spent: Int
  /// The credits of each billing period; nil in a ledger entry.
  public let limit: Int?
  /// Whether ``limit`` is a custom limit of this customer, independent of the tier.
  public let hasCustomLimit: Bool
  /// When the period ends and the credits are refilled; nil without a billing period.
  public let resetsAt: Timestamp?
  /// When the period began; nil without a billing period.
  public let periodStart: Timestamp?

  /// The credits available to new work: granted minus reserved minus spent.
  public var remaining: Int { granted.subtracting(reserved).subtracting(spent) }

  /// Creates a balance.
  public init(
    granted: Int, reserved: Int, spent: Int, limit: Int? = nil, hasCustomLimit: Bool = false,
    resetsAt: Timestamp? = nil, periodStart: Timestamp? = nil
  ) {
    self.granted = granted
    self.reserved = reserved
    self.spent = spent
    self.limit = limit
    self.hasCustomLimit = hasCustomLimit
    self.resetsAt = resetsAt
    self.periodStart = periodStart
  }
}

extension CreditBalance {
  private static let select = SQLStatement(
    """
    SELECT granted, reserved, spent, credit_limit, has_custom_limit, period_end_at, period_start_at
    FROM credit_balances WHERE customer_id = ?
    """)

  /// The balance of a customer, or nil if none has been opened.
  static func find(
    _ customer: ID<Customer>, in transaction: borrowing some Transaction & ~Copyable
  ) throws -> CreditBalance? {
    try transaction.fetchOne(select, customer) { row in
      try CreditBalance(
        granted: row.value(at: 0), reserved: row.value(at: 1), spent: row.value(at: 2),
        limit: row.value(at: 3), hasCustomLimit: row.value(at: 4), resetsAt: row.value(at: 5),
        periodStart: row.value(at: 6))
    }
  }

  /// The balance after an entry, or nil if it does not fit in an integer.
  func after(_ kind: CreditEntryKind, _ credits: Int) -> CreditBalance? {
    let delta = kind.delta(of: credits)
    let (granted, granting) = granted.addingReportingOverflow(delta.granted)
    let (reserved, reserving) = reserved.addingReportingOverflow(delta.reserved)
    let (spent, spending) = spent.addingReportingOverflow(delta.spent)
    guard !granting, !reserving, !spending else { return nil }
    return CreditBalance(
      granted: granted, reserved: reserved, spent: spent, limit: limit,
      hasCustomLimit: hasCustomLimit, resetsAt: resetsAt, periodStart: periodStart)
  }

  /// The three numbers, for findings.
  var triple: String { "\(granted), \(reserved) and \(spent)" }
}
