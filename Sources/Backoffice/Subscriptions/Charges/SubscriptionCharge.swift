/// A line of what a subscription costs.
///
/// Lines are never changed. One is written for each billing period that begins with a paid
/// subscription, and two for each change of tier within one.
public struct SubscriptionCharge: TableRow, Hashable, Codable {
  /// `subscription_charges`.
  public static let tableName = "subscription_charges"
  /// The customer.
  public let customerID: ID<Customer>
  /// The kind of line.
  public let kind: Kind
  /// The tier.
  public let tier: SubscriptionTier
  /// The version of the tier, whose price applies.
  public let tierVersion: Int
  /// The amount, negative for unused days; nil if the tier has no price for its billing period.
  public let amount: Money?
  /// The part of the price.
  public let part: ProratedPart
  /// The billing period.
  public let period: BillingPeriod
  /// When the line was written.
  public let at: Timestamp

  /// A kind of line.
  public enum Kind: String, TextEnum {
    /// The price of a whole billing period.
    case period
    /// The days that remain of the old tier after a change, given back.
    case unused
    /// The days that remain of the period with the new tier after a change.
    case remaining
  }

  /// Reads all columns except the internal key.
  ///
  /// - Throws: the `ColumnError` of a column, which the initializer passes on.
  public init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    customerID = try column("customer_id")
    kind = try column("kind")
    tier = try column("tier")
    tierVersion = try column("tier_version")
    amount = try Money(column("amount_minor"), column("currency"))
    part = try ProratedPart(days: column("days"), outOf: column("out_of"))
    period = try BillingPeriod(unchecked: column("period_start_at"), column("period_end_at"))
    at = try column("at")
  }
}

extension Subscriptions {
  static let chargesOfPeriod = SubscriptionCharge.select(
    "WHERE customer_id = ?1 AND period_start_at = ?2 ORDER BY period_start_at, pk LIMIT 1000")

  /// The charges of a customer in the billing period that begins at an instant, oldest first, at most
  /// 1,000.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index lookup and the charges of the period.
  public func charges(
    of customer: ID<Customer>, inPeriodFrom start: Timestamp
  ) throws -> [SubscriptionCharge] {
    try access.readOnce { transaction in
      try SubscriptionCharge.fetchAll(transaction, Self.chargesOfPeriod, customer, start)
    }
  }
}
