/// The credits of a customer in the current billing period.
public struct CreditBalance: Sendable, Hashable, Codable {
  /// Credits given, less those that lapsed; what earlier periods spent is no longer in it.
  public let granted: Int
  /// Credits held for work that is not finished.
  public let reserved: Int
  /// Credits spent by completed work of this period.
  public let spent: Int
  /// The credits of each billing period; nil in the ledger.
  public let limit: Int?
  /// Whether ``limit`` was agreed for this customer and does not follow what they have subscribed to.
  public let hasCustomLimit: Bool
  /// When the period ends and the credits are refilled; nil without a billing period.
  public let resetsAt: Timestamp?
  /// When the period began; nil without a billing period.
  public let periodStart: Timestamp?

  /// Credits that new work may reserve: granted less reserved less spent.
  public var remaining: Int { granted - reserved - spent }

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

  /// The balance of the customer, or nil when nothing has opened one.
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

  /// The balance once an entry counts, or nil when it does not fit in an integer.
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
