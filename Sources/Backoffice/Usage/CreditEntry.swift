public import BackofficeStorage

/// One entry of the credit ledger; entries are never changed or deleted.
public struct CreditEntry: TableRow, Hashable {
  /// `credit_entries`.
  public static let tableName = "credit_entries"
  /// All columns but the internal key.
  public static let columns = [
    "idempotency_key", "customer_id", "kind", "credits", "granted_after", "reserved_after",
    "spent_after", "period_start_at", "queue_item_id", "reason", "actor_kind", "actor_id", "at",
  ]

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
  /// The queue item that they were for.
  public let queueItemID: ID<QueueItem>?
  /// Why.
  public let reason: String?
  /// Who posted the entry.
  public let principal: Principal
  /// When.
  public let at: Timestamp

  /// Decodes a row.
  ///
  /// - Throws: `RowDecodingError` when a column holds something else.
  public init(_ row: borrowing Row) throws {
    var column = row.reader()
    key = try column.next()
    customerID = try column.next()
    kind = try column.next()
    credits = try column.next()
    after = CreditBalance(
      granted: try column.next(), reserved: try column.next(), spent: try column.next(),
      periodStart: try column.next())
    queueItemID = try column.next()
    reason = try column.next()
    principal = Principal(kind: try column.next(), id: try column.next())
    at = try column.next()
  }
}
