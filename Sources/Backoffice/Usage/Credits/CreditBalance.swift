/// The credits of a customer in the current billing period.
public struct CreditBalance: Sendable, Hashable, Codable {
  private enum CodingKeys: CodingKey {
    case granted, reserved, spent, limit, hasCustomLimit, resetsAt, periodStart
  }

  /// Credits granted minus credits expired.
  ///
  /// Credits spent in earlier periods are deducted.
  public internal(set) var granted: Int
  /// Credits reserved for unfinished work.
  public internal(set) var reserved: Int
  /// Credits spent by work completed in this period.
  public internal(set) var spent: Int
  /// The credits of each billing period; nil in a ledger entry.
  public let limit: Int?
  /// Whether ``limit`` is a custom limit of this customer, independent of the tier.
  public let hasCustomLimit: Bool
  /// When the period ends and the credits are refilled; nil without a billing period.
  public let resetsAt: Timestamp?
  /// When the period began; nil without a billing period.
  public let periodStart: Timestamp?
  /// What a lowered limit claims from the releases of this period.
  var owed = 0
  var isEntitled = true
  /// No hold expires before it; nil if none expires.
  var holdExpiresAt: Timestamp?
  /// When time alone changes the terms; nil for never.
  var dueAt: Timestamp?
  /// When the credits are refilled; nil if not by time alone.
  var refillsAt: Timestamp?

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
    SELECT granted, reserved, spent, credit_limit, has_custom_limit, period_end_at, period_start_at,
      owed, is_entitled, hold_expires_at, due_at, refills_at
    FROM credit_balances WHERE customer_id = ?
    """)

  /// The balance of a customer, or nil if none has been opened.
  static func find(
    _ customer: ID<Customer>, in transaction: borrowing some Transaction & ~Copyable
  ) throws -> CreditBalance? {
    try transaction.fetchOne(select, customer) { row in
      var balance = try CreditBalance(
        granted: row.value(at: 0), reserved: row.value(at: 1), spent: row.value(at: 2),
        limit: row.value(at: 3), hasCustomLimit: row.value(at: 4), resetsAt: row.value(at: 5),
        periodStart: row.value(at: 6))
      balance.owed = try row.value(at: 7)
      balance.isEntitled = try row.value(at: 8)
      balance.holdExpiresAt = try row.value(at: 9)
      balance.dueAt = try row.value(at: 10)
      balance.refillsAt = try row.value(at: 11)
      return balance
    }
  }

  /// The balance after an entry, or nil if it does not fit in an integer.
  func after(_ kind: CreditEntryKind, _ credits: Int) -> CreditBalance? {
    let delta = kind.delta(of: credits)
    let (granted, granting) = granted.addingReportingOverflow(delta.granted)
    let (reserved, reserving) = reserved.addingReportingOverflow(delta.reserved)
    let (spent, spending) = spent.addingReportingOverflow(delta.spent)
    guard !granting, !reserving, !spending else { return nil }
    var after = self
    after.granted = granted
    after.reserved = reserved
    after.spent = spent
    return after
  }

  /// The three numbers, for findings.
  var triple: String { "\(granted), \(reserved) and \(spent)" }
}
