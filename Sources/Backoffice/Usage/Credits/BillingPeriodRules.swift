/// Keeps the billing periods that were in force, so that past usage falls into its own.
enum BillingPeriodRules {
  private struct Row: TableRow {
    static let tableName = "credit_balances"

    let customer: ID<Customer>
    let start: Timestamp?
    let end: Timestamp?

    init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
      customer = try column("customer_id")
      start = try column("period_start_at")
      end = try column("period_end_at")
    }
  }

  private static let cut = SQLStatement(
    """
    UPDATE billing_periods SET end_at = ?2
    WHERE customer_id = ?1 AND start_at < ?2 AND end_at > ?2
    """)
  private static let cutRecords = SQLStatement(
    """
    UPDATE usage_records SET period_end_at = ?2
    WHERE customer_id = ?1 AND period_kind = 'billing_period' AND period_start_at < ?2
      AND period_end_at > ?2
    """)
  private static let dropLater = SQLStatement(
    "DELETE FROM billing_periods WHERE customer_id = ?1 AND start_at > ?2 AND start_at < ?3")
  private static let put = SQLStatement(
    """
    INSERT INTO billing_periods (customer_id, start_at, end_at) VALUES (?1, ?2, ?3)
    ON CONFLICT (customer_id, start_at) DO UPDATE SET end_at = excluded.end_at
    """)

  /// Keeps each billing period, and ends the one that a new series cuts short.
  static let keep = Trigger.after(
    "billing_periods.kept", .insertOrUpdate(of: "period_start_at", "period_end_at"), on: Row.self
  ) { change, transaction in
    guard let new = change.new, let start = new.start, let end = new.end else { return }
    if start != change.old?.start, try transaction.execute(cut, new.customer, start) > 0 {
      try transaction.execute(cutRecords, new.customer, start)
    }
    // One that began before the clock was set back.
    if start != change.old?.start { try transaction.execute(dropLater, new.customer, start, end) }
    try transaction.execute(put, new.customer, start, end)
  }

  /// Finds periods that overlap, and current ones that are not kept.
  static var check: QueryCheck {
    QueryCheck(
      "billing_periods.borders",
      """
      SELECT 'billing_periods of customer', p.customer_id, 'two billing periods overlap'
      FROM billing_periods p WHERE EXISTS (
        SELECT 1 FROM billing_periods o WHERE o.customer_id = p.customer_id
          AND o.start_at > p.start_at AND o.start_at < p.end_at)
      UNION ALL
      SELECT 'billing_periods of customer', b.customer_id, 'the current billing period is not kept'
      FROM credit_balances b WHERE b.period_start_at IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM billing_periods p WHERE p.customer_id = b.customer_id
          AND p.start_at = b.period_start_at AND p.end_at = b.period_end_at)
      LIMIT ?
      """)
  }
}
