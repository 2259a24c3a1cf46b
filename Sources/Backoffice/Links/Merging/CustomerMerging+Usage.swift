extension CustomerMerging {
  static let moveEvents = SQLStatement(
    "UPDATE usage_events SET customer_id = ?2 WHERE customer_id = ?1")
  static let moveAnswers = SQLStatement(
    "UPDATE usage_answers SET customer_id = ?2 WHERE customer_id = ?1")
  private static let moveClosings = SQLStatement(
    """
    UPDATE usage_closings SET customer_id = ?2
    WHERE customer_id = ?1 AND NOT EXISTS (SELECT 1 FROM usage_closings o
      WHERE o.customer_id = ?2 AND o.period_start_at = usage_closings.period_start_at)
    """)
  static let shared = SQLStatement(
    """
    SELECT o.pk, k.pk, k.meter, k.period_key, o.event_count, k.event_count, o.quantity_sum,
      k.quantity_sum, o.amount_minor_sum, k.amount_minor_sum, o.currency, k.currency,
      o.limit_warned_at, k.limit_warned_at, o.marks_reached, k.marks_reached
    FROM usage_records o JOIN usage_records k ON k.customer_id = ?2
      AND k.period_kind = o.period_kind AND k.period_key = o.period_key AND k.meter = o.meter
    WHERE o.customer_id = ?1
    """)
  private static let addRecord = SQLStatement(
    """
    UPDATE usage_records SET event_count = ?2, quantity_sum = ?3, amount_minor_sum = ?4,
      currency = ?5, limit_warned_at = ?6, marks_reached = ?7, updated_at = ?8
    WHERE pk = ?1
    """)
  private static let dropRecord = SQLStatement("DELETE FROM usage_records WHERE pk = ?")
  static let moveRecords = SQLStatement(
    "UPDATE usage_records SET customer_id = ?2 WHERE customer_id = ?1")

  /// A record that both customers have.
  private struct Shared {
    let old: Int64
    let kept: Int64
    let meter: Meter
    let period: String
    let count: Int
    let quantity: (Int, Bool)
    let minorUnits: (Int64, Bool)
    let currencies: (old: Currency?, kept: Currency?)
    let warnedAt: Timestamp?
    let marks: String

    init(_ row: borrowing Row) throws {
      var column = row.reader()
      old = try column("pk")
      kept = try column("pk")
      meter = try column("meter")
      period = try column("period_key")
      count = try column("event_count") + column("event_count")
      quantity = (try column("quantity_sum") as Int).addingReportingOverflow(
        try column("quantity_sum"))
      minorUnits = (try column("amount_minor_sum") as Int64).addingReportingOverflow(
        try column("amount_minor_sum"))
      currencies = (old: try column("currency"), kept: try column("currency"))
      let warned: (Timestamp?, Timestamp?) = (
        try column("limit_warned_at"), try column("limit_warned_at")
      )
      warnedAt = [warned.0, warned.1].compactMap { $0 }.min()
      let (oldMarks, marks): (String, String) = (
        try column("marks_reached"), try column("marks_reached")
      )
      let known = marks.split(separator: " ")
      let added = oldMarks.split(separator: " ").filter { !known.contains($0) }
      self.marks = (known + added).joined(separator: " ")
    }
  }

  /// Moves usage: events, first answers, closed periods and the sums of each period.
  ///
  /// A record that both have keeps the limit of the survivor.
  static func moveUsage(
    _ merge: inout CustomerMerge, _ transaction: borrowing WriteTransaction
  ) throws {
    let (duplicate, survivor) = (merge.duplicate, merge.survivor)
    for row in try transaction.fetchAll(
      shared, duplicate, survivor, decode: { row in try Shared(row) })
    {
      if let expected = row.currencies.kept, let found = row.currencies.old, expected != found {
        throw UsageError.currencyMismatch(
          customer: survivor, meter: row.meter, expected: expected, found: found)
      }
      guard !row.quantity.1, !row.minorUnits.1 else {
        throw UsageError.sumOutOfRange(
          customer: survivor, meter: row.meter, period: row.period)
      }
      try transaction.execute(
        addRecord, row.kept, row.count, row.quantity.0, row.minorUnits.0,
        row.currencies.kept ?? row.currencies.old, row.warnedAt, row.marks, transaction.now)
      try transaction.execute(dropRecord, row.old)
    }
    try transaction.execute(moveRecords, duplicate, survivor)
    merge.usageEvents = try transaction.execute(moveEvents, duplicate, survivor)
    try transaction.execute(moveAnswers, duplicate, survivor)
    try transaction.execute(moveClosings, duplicate, survivor)
  }
}
