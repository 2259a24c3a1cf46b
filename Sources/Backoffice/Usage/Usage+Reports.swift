/// The total usage of one meter by all customers in a month or on a day.
public struct UsageTotal: Sendable, Hashable {
  /// The day, or the first day of the month.
  public let day: CalendarDate
  /// The number of customers with usage.
  public internal(set) var customers = 0
  /// The number of events.
  public internal(set) var events = 0
  /// The sum of the quantities.
  public internal(set) var quantity = 0
  /// The sums of the amounts, one per currency, sorted by currency code.
  public internal(set) var amounts: [Money] = []

  /// The month of the total.
  public var month: CalendarMonth { CalendarMonth(of: day) }

  init(day: CalendarDate) { self.day = day }

  /// The sum in one currency, 0 if there was none.
  public func amount(in currency: Currency) -> Money {
    amounts.first { $0.currency == currency } ?? Money(minorUnits: 0, currency: currency)
  }
}

extension Usage {
  static let totals = SQLStatement(
    """
    SELECT period_key, currency, count(*), sum(event_count), \(WideSum.columns("quantity_sum")),
      \(WideSum.columns("amount_minor_sum"))
    FROM usage_records
    WHERE period_kind = ?1 AND period_key = ?2 AND meter = ?3 AND event_count > 0
    GROUP BY currency
    """)
  static let newcomers = SQLStatement(
    """
    SELECT count(*) FROM usage_records r
    WHERE r.period_kind = 'month' AND r.period_key = ?1 AND r.meter = ?2 AND r.event_count > 0
      AND NOT EXISTS (SELECT 1 FROM usage_records o
        WHERE o.customer_id = r.customer_id AND o.period_kind = 'month' AND o.period_key < ?1
          AND o.meter = ?2 AND o.event_count > 0)
    """)
  static let active = SQLStatement(
    """
    SELECT count(DISTINCT customer_id) FROM usage_records
    WHERE period_kind = 'month' AND period_key = ?1 AND event_count > 0
    """)

  static let activeIn = SQLStatement(
    """
    SELECT count(DISTINCT customer_id) FROM usage_records
    WHERE period_kind = 'day' AND period_key BETWEEN ?1 AND ?2 AND meter = ?3 AND event_count > 0
    """)
  static let dormant = SQLStatement(
    """
    SELECT count(DISTINCT r.customer_id) FROM usage_records r
    WHERE r.period_kind = 'day' AND r.period_key < ?1 AND r.meter = ?2 AND r.event_count > 0
      AND NOT EXISTS (SELECT 1 FROM usage_records o
        WHERE o.customer_id = r.customer_id AND o.period_kind = 'day' AND o.period_key >= ?1
          AND o.meter = ?2 AND o.event_count > 0)
    """)

  /// The maximum number of periods in one report.
  public static let maximumPeriods = 1200

  /// The total usage of a meter by all customers in a month.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: reads the month's records of the meter, one per customer.
  public func total(of meter: Meter, in month: CalendarMonth) throws -> UsageTotal {
    try access.readOnce { transaction in
      try Self.total(.month, month.firstDay, key: month.description, meter, in: transaction)
    }
  }

  /// The total usage of a meter by all customers for each month, including months without usage.
  ///
  /// - Parameters:
  ///   - meter: the meter.
  ///   - first: the first month.
  ///   - last: the last month; a report covers at most 1,200 months.
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: reads the records of the meter in these months.
  public func months(
    of meter: Meter, from first: CalendarMonth, through last: CalendarMonth
  ) throws -> [UsageTotal] {
    try access.read { transaction in
      var totals: [UsageTotal] = []
      var month = first
      while month <= last, totals.count < Self.maximumPeriods {
        totals.append(
          try Self.total(.month, month.firstDay, key: month.description, meter, in: transaction))
        month = month.adding(months: 1)
      }
      return totals
    }
  }

  /// The total usage of a meter by all customers for each day, including days without usage.
  ///
  /// - Parameters:
  ///   - meter: the meter.
  ///   - first: the first day.
  ///   - last: the last day; a report covers at most 1,200 days.
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: reads the records of the meter on these days.
  public func days(
    of meter: Meter, from first: CalendarDate, through last: CalendarDate
  ) throws -> [UsageTotal] {
    try access.read { transaction in
      var totals: [UsageTotal] = []
      var day = first
      while day <= last, totals.count < Self.maximumPeriods {
        totals.append(try Self.total(.day, day, key: day.description, meter, in: transaction))
        day = day.adding(days: 1)
      }
      return totals
    }
  }

  /// The number of customers who used a meter for the first time in a month.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index lookup per customer active in the month.
  public func newCustomers(of meter: Meter, in month: CalendarMonth) throws -> Int {
    try access.readOnce { transaction in
      try transaction.fetchOne(Self.newcomers, month, meter) { row in try row.value(at: 0) } ?? 0
    }
  }

  /// The number of customers with any usage in a month.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: reads the month's records.
  public func activeCustomers(in month: CalendarMonth) throws -> Int {
    try access.readOnce { transaction in
      try transaction.fetchOne(Self.active, month) { row in try row.value(at: 0) } ?? 0
    }
  }

  /// The number of customers with any usage in a range of days.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: reads the records of all meters on these days.
  public func activeCustomers(
    of meter: Meter, from first: CalendarDate, through last: CalendarDate
  ) throws -> Int {
    try access.readOnce { transaction in
      try transaction.fetchOne(Self.activeIn, first, last, meter) { row in
        try row.value(at: 0)
      } ?? 0
    }
  }

  /// The number of customers who used a meter before a day but not since.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: reads the records of all meters before the day, with one index lookup each.
  public func dormantCustomers(of meter: Meter, since day: CalendarDate) throws -> Int {
    try access.readOnce { transaction in
      try transaction.fetchOne(Self.dormant, day, meter) { row in try row.value(at: 0) } ?? 0
    }
  }

  private static func total(
    _ kind: UsagePeriodKind, _ day: CalendarDate, key: String, _ meter: Meter,
    in transaction: borrowing ReadTransaction
  ) throws -> UsageTotal {
    var total = UsageTotal(day: day)
    try transaction.forEach(totals, kind, key, meter) { row in
      let currency: Currency? = try row.value(at: 1)
      total.customers.add(try row.value(at: 2, as: Int.self))
      total.events.add(try row.value(at: 3, as: Int.self))
      let quantity = try WideSum(high: row.value(at: 4), low: row.value(at: 5)).value
      let amount = try WideSum(high: row.value(at: 6), low: row.value(at: 7)).value
      guard let quantity, let minorUnits = amount,
        case (let sum, false) = total.quantity.addingReportingOverflow(Int(quantity))
      else { throw UsageError.sumOutOfRange(customer: nil, meter: meter, period: key) }
      total.quantity = sum
      if let currency {
        total.amounts.append(Money(minorUnits: minorUnits, currency: currency))
      }
      return true
    }
    return total
  }
}

/// A sum of 64-bit integers that may exceed 64 bits, which SQLite's `sum` would refuse.
private struct WideSum {
  let high: Int64
  let low: Int64

  static func columns(_ column: String) -> String {
    "sum(\(column) >> 32), sum(\(column) & 4294967295)"
  }

  /// The sum, or nil if it does not fit in 64 bits.
  var value: Int64? { Int64(exactly: Int128(high) * 4_294_967_296 + Int128(low)) }
}
