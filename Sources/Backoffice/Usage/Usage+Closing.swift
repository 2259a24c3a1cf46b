/// Usage that came too late for a closed billing period and counts in a later one.
public struct UsageAdjustment: Sendable, Hashable {
  /// The meter.
  public let meter: Meter
  /// The start of the closed period in which the usage took place.
  public let periodStart: Timestamp
  /// The sum of the quantities.
  public let quantity: Int
  /// The sum of the amounts; nil if no event had one.
  public let amount: Money?
}

extension Usage {
  private static let close = SQLStatement(
    """
    INSERT INTO usage_closings (customer_id, period_start_at, period_end_at, closed_at)
    VALUES (?, ?, ?, ?) ON CONFLICT (customer_id, period_start_at) DO NOTHING
    """)
  static let closed = SQLStatement(
    "SELECT 1 FROM usage_closings WHERE customer_id = ? AND period_start_at = ?")
  static let adjustmentsOfPeriod = SQLStatement(
    """
    SELECT meter, adjusts_at, sum(quantity), coalesce(sum(amount_minor), 0), max(currency)
    FROM usage_events INDEXED BY usage_events_adjustments
    WHERE customer_id = ? AND period_start_at = ? AND adjusts_at IS NOT NULL
    GROUP BY meter, adjusts_at ORDER BY adjusts_at, meter
    """)

  /// Closes a billing period of a customer: its records stay as they are from now on.
  ///
  /// An event that is recorded later for a time in the closed period counts in the current billing
  /// period, as an adjustment. Its day and its calendar month stay those of the time of use. Closing
  /// a closed period again changes nothing.
  ///
  /// - Parameters:
  ///   - instant: an instant in the period, which must have ended.
  ///   - customer: the customer.
  /// - Returns: the records of the period, one per meter, sorted by the meter's name.
  /// - Throws: ``UsageError/periodNotEnded(customer:at:)``, ``UsageError/unknownCustomer(_:)``.
  /// - Complexity: a constant number of index lookups, and the records found.
  @discardableResult
  public func closePeriod(
    containing instant: Timestamp, of customer: ID<Customer>
  ) throws -> [UsageRecord] {
    try access.write { transaction in
      let terms = try BillingTerms.find(customer, in: transaction)
      guard let terms, let period = terms.period(at: instant, in: transaction.zone),
        period.end <= transaction.now, period.end <= terms.start
      else { throw UsageError.periodNotEnded(customer: customer, at: instant) }
      try transaction.execute(
        Self.close, customer, period.start, period.end, transaction.now)
      return try UsageRecord.fetchAll(
        transaction, Self.recordsOfPeriod, customer, UsagePeriodKind.billingPeriod, period.key)
    }
  }

  /// The adjustments that count in the billing period with a start: usage of closed periods, one line
  /// per period and meter.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index lookup and the late events of the period.
  public func adjustments(
    of customer: ID<Customer>, inPeriodFrom start: Timestamp
  ) throws -> [UsageAdjustment] {
    try access.readOnce { transaction in
      try transaction.fetchAll(Self.adjustmentsOfPeriod, customer, start) { row in
        try UsageAdjustment(
          meter: row.value(at: 0), periodStart: row.value(at: 1), quantity: row.value(at: 2),
          amount: Money(row.value(at: 3), row.value(at: 4)))
      }
    }
  }
}

extension Transaction where Self: ~Copyable {
  /// Whether the billing period with a start is closed.
  func isClosed(_ start: Timestamp, of customer: ID<Customer>) throws -> Bool {
    try fetchOne(Usage.closed, customer, start) { _ in true } ?? false
  }

  /// The period in which usage of a period counts: the period itself unless it is closed, otherwise
  /// the current one.
  func openPeriod(
    _ period: UsagePeriod, _ terms: BillingTerms?, of customer: ID<Customer>
  ) throws -> UsagePeriod {
    guard let terms, period.end <= terms.start, try isClosed(period.start, of: customer) else {
      return period
    }
    return .billing(start: terms.start, end: terms.end)
  }
}
