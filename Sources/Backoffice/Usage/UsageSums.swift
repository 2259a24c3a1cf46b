/// Maintains the counts and sums of `usage_records`, which add up the events of a period.
///
/// They are updated with each event rather than at the commit, so that a limit is checked against
/// the exact usage and a second currency is refused immediately. One event costs three upserts,
/// regardless of the number of earlier events.
struct UsageSums: DerivedValue {
  let name = "usage_records.sums"

  var triggers: [Trigger] { [Self.recorded] }

  /// The columns of an event that records add up.
  struct Event: TableRow {
    static let tableName = "usage_events"

    let customer: ID<Customer>
    let meter: Meter
    let quantity: Int
    let minorUnits: Int64?
    let currency: Currency?
    let day: CalendarDate
    let periodStart: Timestamp?
    let periodEnd: Timestamp?
  }

  private static let recorded = Trigger.after(
    "usage_events.sums", .insert, on: Event.self
  ) { change, transaction in
    guard let event = change.new else { return }
    try add(event, .day, event.day.description, in: transaction) {
      .day(event.day, in: transaction.zone)
    }
    let month = CalendarMonth(of: event.day)
    try add(event, .month, month.description, in: transaction) {
      .month(month, in: transaction.zone)
    }
    if let start = event.periodStart, let end = event.periodEnd {
      if end <= transaction.now, try transaction.isClosed(start, of: event.customer) {
        throw UsageError.periodClosed(customer: event.customer, start: start)
      }
      let period = UsagePeriod.billing(start: start, end: end)
      try add(event, .billingPeriod, period.key, in: transaction) { period }
    }
  }

  static let addToRecord = SQLStatement(
    """
    UPDATE usage_records SET event_count = event_count + 1, quantity_sum = quantity_sum + ?5,
      amount_minor_sum = amount_minor_sum + ?6, currency = coalesce(currency, ?7),
      limit_warned_at = coalesce(limit_warned_at,
        iif(quantity_sum + ?5 >= quantity_limit - quantity_limit / 5, ?8, NULL)),
      updated_at = ?8
    WHERE customer_id = ?1 AND period_kind = ?2 AND period_key = ?3 AND meter = ?4
    RETURNING currency, quantity_sum, quantity_limit, marks_reached
    """)
  private static let open = SQLStatement(
    """
    INSERT INTO usage_records (customer_id, meter, period_kind, period_key, period_start_at,
      period_end_at, event_count, quantity_sum, amount_minor_sum, currency, tier, created_at,
      updated_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,
      (SELECT tier FROM credit_balances WHERE customer_id = ?1), ?11, ?11)
    """)

  private static func add(
    _ event: Event, _ kind: UsagePeriodKind, _ key: String,
    in transaction: borrowing WriteTransaction, period: () -> UsagePeriod
  ) throws {
    let kept = try UsageError.addingUp(event.customer, event.meter, key) {
      try transaction.fetchOne(
        addToRecord, event.customer, kind, key, event.meter, event.quantity,
        event.minorUnits ?? 0, event.currency, transaction.now
      ) { row in try Kept(row) }
    }
    guard let kept else {
      try open(
        period(), customer: event.customer, meter: event.meter,
        sums: Sums(
          count: 1, quantity: event.quantity, minorUnits: event.minorUnits ?? 0,
          currency: event.currency), in: transaction)
      return try mark(
        event, kind, key, Kept(quantity: event.quantity), in: transaction)
    }
    if let currency = event.currency, let expected = kept.currency, expected != currency {
      throw UsageError.currencyMismatch(
        customer: event.customer, meter: event.meter, expected: expected, found: currency)
    }
    try mark(event, kind, key, kept, in: transaction)
  }

  /// A record after an event.
  private struct Kept {
    var currency: Currency?
    var quantity: Int
    var limit: Int?
    var reached = ReachedMarks()

    init(quantity: Int) { self.quantity = quantity }

    init(_ row: borrowing Row) throws {
      currency = try row.value(at: 0)
      quantity = try row.value(at: 1)
      limit = try row.value(at: 2)
      reached = try ReachedMarks(row.value(at: 3))
    }
  }

  private static let setMarks = SQLStatement(
    """
    UPDATE usage_records SET marks_reached = ?5
    WHERE customer_id = ?1 AND period_kind = ?2 AND period_key = ?3 AND meter = ?4
    """)

  /// Notes the marks that an event reached, in the transaction of the event.
  private static func mark(
    _ event: Event, _ kind: UsagePeriodKind, _ key: String, _ kept: Kept,
    in transaction: borrowing WriteTransaction
  ) throws {
    let marks = try transaction.declaration(of: event.meter).marks
    let reached = kept.reached.adding(marks, used: kept.quantity, limit: kept.limit)
    guard reached != kept.reached else { return }
    try transaction.execute(
      setMarks, event.customer, kind, key, event.meter, reached.text)
  }

  /// The derived columns of a record.
  struct Sums {
    var count = 0
    var quantity = 0
    var minorUnits: Int64 = 0
    var currency: Currency?
  }

  /// Creates the record of a period.
  static func open(
    _ period: UsagePeriod, customer: ID<Customer>, meter: Meter, sums: Sums,
    in transaction: borrowing WriteTransaction
  ) throws {
    try transaction.execute(
      open, customer, meter, period.kind, period.key, period.start, period.end, sums.count,
      sums.quantity, sums.minorUnits, sums.currency, transaction.now)
  }
}

extension UsageSums.Event {
  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      customer: column("customer_id"), meter: column("meter"), quantity: column("quantity"),
      minorUnits: column("amount_minor"), currency: column("currency"), day: column("local_day"),
      periodStart: column("period_start_at"), periodEnd: column("period_end_at"))
  }
}
