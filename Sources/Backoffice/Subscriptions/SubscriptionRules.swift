/// The columns of a subscription that its history records.
struct SubscriptionHistoryRow: StatusTracked {
  static let tableName = "subscriptions"

  let id: ID<Subscription>
  let customerID: ID<Customer>
  let status: SubscriptionStatus

  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    id = try column("id")
    customerID = try column("customer_id")
    status = try column("status")
  }

  var historyEntity: ID<AnyEntity> { ID(retyping: id) }
  var historyStatus: String { status.rawValue }
}

/// The rules that every statement that changes subscriptions must satisfy.
enum SubscriptionRules {
  private struct GraceRow: TableRow {
    static let tableName = "subscriptions"
    let id: ID<Subscription>
    let status: SubscriptionStatus
    let tier: SubscriptionTier
    let version: Int

    init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
      id = try column("id")
      status = try column("status")
      tier = try column("tier")
      version = try column("tier_version")
    }
  }

  private static let setGrace = SQLStatement(
    "UPDATE subscriptions SET grace_ends_at = ?2 WHERE id = ?1 AND grace_ends_at IS NOT ?2")

  /// Starts the grace period of a subscription whose payment fails, and ends it with the status.
  static let grace = Trigger.after(
    "subscriptions.grace", .insertOrUpdate(of: "status"), on: GraceRow.self
  ) { change, transaction in
    guard let new = change.new, new.status == .pastDue || change.old?.status == .pastDue,
      new.status != change.old?.status
    else { return }
    var end: Timestamp?
    if new.status == .pastDue,
      let days = try transaction.terms(of: new.tier, version: new.version).graceDays
    {
      end = transaction.now + .days(days)
    }
    try transaction.execute(setGrace, new.id, end)
  }

  static let triggers = [
    Trigger.statusHistory(of: .subscription, on: SubscriptionHistoryRow.self) { old, new in
      old.status.canMove(to: new.status)
        ? nil
        : SubscriptionError.illegalMove(new.customerID, from: old.status, to: new.status)
    },
    TierVersionRules.version, grace, ChargeRules.charge, Trigger.updatedAt(of: Subscription.self),
  ]
}

extension ConsistencyCheck where Self == QueryCheck {
  /// Checks that a subscription that grants credits has a billing period and an anchor.
  static var subscriptionPeriods: QueryCheck {
    QueryCheck(
      "subscriptions.period",
      """
      SELECT 'subscriptions', id, CASE
          WHEN period_start_at IS NULL THEN 'has no billing period'
          WHEN billing_anchor_at IS NULL THEN 'has no billing anchor'
          ELSE 'has a billing period that begins before its anchor' END
      FROM subscriptions
      WHERE status IN (\(SubscriptionStatus.list(where: \.isEntitled))) AND (
        period_start_at IS NULL OR billing_anchor_at IS NULL OR period_start_at < billing_anchor_at)
      LIMIT ?
      """)
  }
}
