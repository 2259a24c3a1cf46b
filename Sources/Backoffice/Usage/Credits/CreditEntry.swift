/// One entry of the credit ledger; entries are never changed or deleted.
public struct CreditEntry: TableRow, Hashable {
  /// `credit_entries`.
  public static let tableName = "credit_entries"
  /// The key that made the posting idempotent.
  public let key: String?
  /// Whose credits they are.
  public let customerID: ID<Customer>
  /// What happened to the balance.
  public let kind: CreditEntryKind
  /// How many credits; negative in an adjustment only.
  public let credits: Int
  /// The balance once the entry counts.
  public let after: CreditBalance
  /// The hold that it moves; nil for none.
  public let holdID: ID<CreditHold>?
  /// Why.
  public let reason: String?
  /// Who posted the entry.
  public let principal: Principal
  /// When.
  public let at: Timestamp
}

extension CreditEntry {
  /// Declares all columns but the internal key.
  public init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      key: column("idempotency_key"), customerID: column("customer_id"), kind: column("kind"),
      credits: column("credits"),
      after: CreditBalance(
        granted: column("granted_after"), reserved: column("reserved_after"),
        spent: column("spent_after"), periodStart: column("period_start_at")),
      holdID: column("hold_id"), reason: column("reason"),
      principal: Principal(kind: column("actor_kind"), id: column("actor_id")),
      at: column("at"))
  }
}
