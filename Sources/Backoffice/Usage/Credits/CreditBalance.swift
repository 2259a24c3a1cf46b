/// The credits of a customer in the current billing period.
public struct CreditBalance: Sendable, Hashable, Codable {
  private enum CodingKeys: CodingKey {
    case granted, reserved, spent, overage, limit, hasCustomLimit, resetsAt, periodStart
  }

  /// Credits granted minus credits expired, of the plan and of grants.
  ///
  /// Credits spent in earlier periods are deducted.
  public internal(set) var granted: Int
  /// Credits reserved for unfinished work.
  public internal(set) var reserved: Int
  /// Credits spent by work completed in this period.
  public internal(set) var spent: Int
  /// Credits used beyond the balance, which the next credits pay for.
  public internal(set) var overage: Int
  /// The credits of each billing period; nil in a ledger entry.
  public let limit: Int?
  /// Whether ``limit`` is a custom limit of this customer, independent of the tier.
  public let hasCustomLimit: Bool
  /// When the period ends and the credits are refilled; nil without a billing period.
  public let resetsAt: Timestamp?
  /// When the period began; nil without a billing period.
  public internal(set) var periodStart: Timestamp?
  /// What a lowered limit claims from the releases of this period.
  var clawback = 0
  /// Whether a new period leaves the overage.
  var keepsOverage = false
  /// Whether there has been a grant beside the plan's credits.
  var hasGrants = false
  /// Of what remains, the part from grants.
  var grantsFree = 0
  /// When time alone changes a grant; nil for never.
  var grantsDueAt: Timestamp?
  var isEntitled = true
  /// No hold expires before it; nil if none expires.
  var holdExpiresAt: Timestamp?
  /// When time alone changes the terms; nil for never.
  var dueAt: Timestamp?
  /// When the credits are refilled; nil if not by time alone.
  var refillsAt: Timestamp?

  /// The credits available to new work: granted minus reserved minus spent.
  public var remaining: Int { granted.subtracting(reserved).subtracting(spent) }

  /// Whether the order of what time changes matters.
  var isTimed: Bool { hasGrants || overage > 0 }

  /// When time alone changes the holds or the grants next; nil for never.
  var changesAt: Timestamp? {
    [holdExpiresAt, grantsDueAt].compactMap(\.self).min()
  }

  /// Of what remains, the part from the plan.
  var planRemaining: Int { remaining.subtracting(grantsFree) }

  /// Creates a balance.
  public init(
    granted: Int, reserved: Int, spent: Int, overage: Int = 0, limit: Int? = nil,
    hasCustomLimit: Bool = false,
    resetsAt: Timestamp? = nil, periodStart: Timestamp? = nil
  ) {
    self.granted = granted
    self.reserved = reserved
    self.spent = spent
    self.overage = overage
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
      clawback, is_entitled, hold_expires_at, due_at, refills_at, overage, keeps_overage, has_grants,
      grants_free, grants_due_at
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
      balance.clawback = try row.value(at: 7)
      balance.isEntitled = try row.value(at: 8)
      balance.holdExpiresAt = try row.value(at: 9)
      balance.dueAt = try row.value(at: 10)
      balance.refillsAt = try row.value(at: 11)
      balance.overage = try row.value(at: 12)
      balance.keepsOverage = try row.value(at: 13)
      balance.hasGrants = try row.value(at: 14)
      balance.grantsFree = try row.value(at: 15)
      balance.grantsDueAt = try row.value(at: 16)
      return balance
    }
  }

  /// The balance after an entry, or nil if it does not fit in an integer.
  ///
  /// - Parameter isGrant: whether the entry is of a grant, and not of the plan's credits.
  func after(_ kind: CreditEntryKind, _ credits: Int, isGrant: Bool = false) -> CreditBalance? {
    let delta = kind.delta(of: credits)
    let (granted, granting) = granted.addingReportingOverflow(delta.granted)
    let (reserved, reserving) = reserved.addingReportingOverflow(delta.reserved)
    let (spent, spending) = spent.addingReportingOverflow(delta.spent)
    let (overage, exceeding) = overage.addingReportingOverflow(delta.overage)
    guard !granting, !reserving, !spending, !exceeding else { return nil }
    var after = self
    after.granted = granted
    after.reserved = reserved
    after.spent = spent
    after.overage = overage
    if isGrant { after.grantsFree.add(delta.free) }
    return after
  }

  /// The sums of the ledger, for findings.
  var sums: String { "\(granted), \(reserved), \(spent) and \(overage)" }
}
