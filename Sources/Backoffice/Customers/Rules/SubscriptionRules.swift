import BackofficeStorage

/// The columns of a subscription that its history follows.
struct SubscriptionHistoryRow: StatusBearing {
  static let tableName = "subscriptions"
  static let columns = ["id", "customer_id", "status"]

  let id: ID<Subscription>
  let customerID: ID<Customer>
  let status: SubscriptionStatus

  init(_ row: borrowing Row) throws {
    var column = row.reader()
    id = try column.next()
    customerID = try column.next()
    status = try column.next()
  }

  var historyEntity: ID<AnyEntity> { ID(retyping: id) }
  var historyStatus: String { status.rawValue }
}

/// The stamp of a subscription's last change.
struct SubscriptionStamp: StampedRow {
  static let tableName = "subscriptions"
  let stampedID: ID<AnyEntity>
  let updatedAt: Timestamp

  init(id: ID<AnyEntity>, updatedAt: Timestamp) {
    stampedID = id
    self.updatedAt = updatedAt
  }
}

/// What a change of the credit limit does to the credits of the running period.
struct CreditLimitRow: TableRow {
  static let tableName = "subscriptions"
  static let columns = [
    "id", "customer_id", "tier", "status", "credit_limit", "has_custom_limit",
    "period_start_at", "credits_owed",
  ]

  let id: ID<Subscription>
  let customerID: ID<Customer>
  let tier: SubscriptionTier
  let status: SubscriptionStatus
  let creditLimit: Int
  let hasCustomLimit: Bool
  let periodStart: Timestamp?
  /// What a lowered limit could not take back, because it was reserved or spent.
  let owed: Int

  init(_ row: borrowing Row) throws {
    var column = row.reader()
    id = try column.next()
    customerID = try column.next()
    tier = try column.next()
    status = try column.next()
    creditLimit = try column.next()
    hasCustomLimit = try column.next()
    periodStart = try column.next()
    owed = try column.next()
  }
}

/// What must hold for subscriptions, whatever statement changes them.
enum SubscriptionRules {
  static let triggers = [
    Trigger.statusHistory(of: .subscription, on: SubscriptionHistoryRow.self) { old, new in
      old.status.canMove(to: new.status)
        ? nil
        : SubscriptionError.illegalMove(new.customerID, from: old.status, to: new.status)
    },
    creditsFollowLimit,
    Trigger.updatedAt(on: SubscriptionStamp.self),
  ]

  private static let setOwed = SQLStatement(
    "UPDATE subscriptions SET credits_owed = ? WHERE id = ?")

  /// A changed limit changes the credits of the running period by the difference.
  private static let creditsFollowLimit = Trigger.after(
    "subscriptions.credits_follow_limit", .update(of: "credit_limit"), on: CreditLimitRow.self
  ) { change, transaction in
    // A new period brings its own credits, whatever the old limit was.
    guard let old = change.old, let new = change.new, new.status.isEntitled,
      old.periodStart != nil, old.periodStart == new.periodStart
    else { return }
    let difference = new.creditLimit - old.creditLimit
    var owed = new.owed
    if difference > 0 {
      // What is owed is paid first, or going down and up again would make credits out of nothing.
      let paid = min(difference, owed)
      owed -= paid
      try transaction.postCredits(
        .grant, customer: new.customerID, credits: difference - paid, reason: "limit raised")
    } else {
      let remaining = try transaction.subscription(of: new.customerID).credits.remaining
      let returned = min(-difference, remaining)
      owed += -difference - returned
      try transaction.postCredits(
        .adjust, customer: new.customerID, credits: -returned, reason: "limit lowered")
    }
    if owed != new.owed { try transaction.execute(setOwed, owed, new.id) }
  }
}

/// Keeps the credit limit of a subscription that has none of its own at that of its tier.
struct CreditLimit: DerivedValue {
  let name = "subscriptions.credit_limit"

  private static let mend = SQLStatement(
    "UPDATE subscriptions SET credit_limit = ?, updated_at = ? WHERE id = ?")
  private static let differing = SQLStatement(
    """
    SELECT id, credit_limit, \(SubscriptionTier.limitExpression) FROM subscriptions
    WHERE has_custom_limit = 0 AND credit_limit <> \(SubscriptionTier.limitExpression) LIMIT ?
    """)
  private static let repair = SQLStatement(
    """
    UPDATE subscriptions SET credit_limit = \(SubscriptionTier.limitExpression), updated_at = ?
    WHERE has_custom_limit = 0 AND credit_limit <> \(SubscriptionTier.limitExpression)
    """)

  var triggers: [Trigger] {
    [
      .after(
        name, .insertOrUpdate(of: "tier", "has_custom_limit", "credit_limit"),
        on: CreditLimitRow.self
      ) { change, transaction in
        guard let new = change.new, !new.hasCustomLimit,
          new.creditLimit != new.tier.monthlyCredits
        else { return }
        try transaction.execute(
          Self.mend, new.tier.monthlyCredits, transaction.now, new.id)
      }
    ]
  }

  func findings(in transaction: borrowing ReadTransaction, limit: Int) throws -> [Finding] {
    try transaction.fetchAll(Self.differing, limit) { row in
      let id: ID<Subscription> = try row.value(at: 0)
      let found: Int = try row.value(at: 1)
      let expected: Int = try row.value(at: 2)
      return Finding(
        check: name, entity: "subscriptions \(id)",
        problem: "the limit is \(found), the tier gives \(expected)")
    }
  }

  func rebuild(in transaction: borrowing WriteTransaction) throws -> Int {
    try transaction.execute(Self.repair, transaction.now)
  }
}

/// A subscription that gives credits has a billing period, and an anchor to count the next from.
struct SubscriptionPeriodCheck: ConsistencyCheck {
  let name = "subscriptions.period"

  private static let malformed = SQLStatement(
    """
    SELECT id, CASE
        WHEN period_start_at IS NULL THEN 'has no billing period'
        WHEN billing_anchor_at IS NULL THEN 'has no billing anchor'
        ELSE 'has a billing period that begins before its anchor' END
    FROM subscriptions
    WHERE status IN ('trialing', 'active', 'past_due') AND (
      period_start_at IS NULL OR billing_anchor_at IS NULL OR period_start_at < billing_anchor_at)
    LIMIT ?
    """)

  func findings(in transaction: borrowing ReadTransaction, limit: Int) throws -> [Finding] {
    try transaction.fetchAll(Self.malformed, limit) { row in
      let id: ID<Subscription> = try row.value(at: 0)
      return Finding(
        check: name, entity: "subscriptions \(id)", problem: try row.value(at: 1))
    }
  }
}
