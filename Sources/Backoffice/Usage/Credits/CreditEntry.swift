/// An entry of the credit ledger.
///
/// Entries are never changed or deleted.
public struct CreditEntry: TableRow, Hashable {
  /// `credit_entries`.
  public static let tableName = "credit_entries"
  /// The idempotency key of the entry.
  public let key: String?
  /// The customer.
  public let customerID: ID<Customer>
  /// The kind of entry.
  public let kind: CreditEntryKind
  /// The number of credits; negative only in an adjustment or a correction.
  public let credits: Int
  /// The balance after the entry.
  public let after: CreditBalance
  /// The hold that the entry belongs to; nil for none.
  public let holdID: ID<CreditHold>?
  /// The grant whose credits it is about; nil for the plan's credits.
  public let grantID: ID<CreditGrant>?
  /// The reason.
  public let reason: String?
  /// The principal who posted the entry.
  public let principal: Principal
  /// When the entry was posted.
  public let at: Timestamp
}

extension CreditEntry {
  /// Reads all columns except the internal key.
  ///
  /// - Throws: the `ColumnError` of a column, which the initializer passes on.
  public init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      key: column("idempotency_key"), customerID: column("customer_id"), kind: column("kind"),
      credits: column("credits"),
      after: CreditBalance(
        granted: column("granted_after"), reserved: column("reserved_after"),
        spent: column("spent_after"), overage: column("overage_after"),
        periodStart: column("period_start_at")),
      holdID: column("hold_id"), grantID: column("grant_id"), reason: column("reason"),
      principal: Principal(kind: column("actor_kind"), id: column("actor_id")),
      at: column("at"))
  }
}
