extension UsageSums {
  /// A record whose columns differ from the sums of its events.
  private struct Difference {
    let customer: ID<Customer>
    let meter: Meter
    let kind: UsagePeriodKind
    let key: String
    let billingEnd: Timestamp?
    let expected: Sums
    /// The stored values; nil if there is no record.
    let kept: Sums?

    init(_ row: borrowing Row) throws {
      var column = row.reader()
      customer = try column("customer")
      meter = try column("meter")
      kind = try column("kind")
      key = try column("key")
      billingEnd = try column("billing_end")
      expected = Sums(
        count: try column("count"), quantity: try column("quantity"),
        minorUnits: try column("minor_units"),
        currency: try column("currency"))
      let count: Int? = try column("count")
      let quantity: Int? = try column("quantity")
      let minorUnits: Int64? = try column("minor_units")
      let currency: Currency? = try column("currency")
      if let count, let quantity, let minorUnits {
        kept = Sums(
          count: count, quantity: quantity, minorUnits: minorUnits, currency: currency)
      } else {
        kept = nil
      }
    }

    func period(in zone: Zone) -> UsagePeriod? {
      switch kind {
      case .day: CalendarDate(key).map { .day($0, in: zone) }
      case .month: CalendarMonth(key).map { .month($0, in: zone) }
      case .billingPeriod:
        if let start = Int64(key), let billingEnd {
          .billing(start: Timestamp(microseconds: start), end: billingEnd)
        } else {
          nil
        }
      }
    }
  }

  private static func sums(of kind: UsagePeriodKind, key: String, end: String) -> String {
    """
    SELECT customer_id, meter, '\(kind.rawValue)' AS kind, \(key) AS key, \(end) AS billing_end,
      count(*) AS n, sum(quantity) AS quantity, coalesce(sum(amount_minor), 0) AS amount,
      max(currency) AS currency
    FROM usage_events WHERE \(key) IS NOT NULL GROUP BY customer_id, meter, \(key)
    """
  }

  /// Records that differ from the sums of their events, with both values.
  ///
  /// A record created only for its limit has the sum zero.
  private static let differing = SQLStatement(
    """
    WITH expected AS (
      \(sums(of: .day, key: "local_day", end: "NULL"))
      UNION ALL \(sums(of: .month, key: "substr(local_day, 1, 7)", end: "NULL"))
      UNION ALL \(sums(
        of: .billingPeriod, key: "CAST(period_start_at AS TEXT)", end: "max(period_end_at)"))
    )
    SELECT x.customer_id, x.meter, x.kind, x.key, x.billing_end, x.n, x.quantity, x.amount,
      x.currency, r.event_count, r.quantity_sum, r.amount_minor_sum, r.currency
    FROM expected x LEFT JOIN usage_records r ON r.customer_id = x.customer_id
      AND r.period_kind = x.kind AND r.period_key = x.key AND r.meter = x.meter
    WHERE (x.n, x.quantity, x.amount, x.currency)
      IS NOT (r.event_count, r.quantity_sum, r.amount_minor_sum, r.currency)
    UNION ALL
    SELECT r.customer_id, r.meter, r.period_kind, r.period_key, NULL, 0, 0, 0, NULL,
      r.event_count, r.quantity_sum, r.amount_minor_sum, r.currency
    FROM usage_records r LEFT JOIN expected x ON x.customer_id = r.customer_id
      AND x.kind = r.period_kind AND x.key = r.period_key AND x.meter = r.meter
    WHERE x.n IS NULL
      AND (r.event_count <> 0 OR r.quantity_sum <> 0 OR r.amount_minor_sum <> 0)
    LIMIT ?
    """)

  func findings(in transaction: borrowing ReadTransaction, limit: Int) throws -> [Finding] {
    let differences = try transaction.fetchAll(Self.differing, limit) { row in
      try Difference(row)
    }
    return differences.map { difference in
      let found = difference.kept.map(\.text) ?? "no record"
      return Finding(
        check: name,
        entity: "usage_records of customer \(difference.customer), \(difference.meter), "
          + "\(difference.kind.rawValue) \(difference.key)",
        problem: "should be \(difference.expected.text), found \(found)")
    }
  }

  private static let write = SQLStatement(
    """
    UPDATE usage_records SET event_count = ?5, quantity_sum = ?6, amount_minor_sum = ?7,
      currency = ?8, updated_at = ?9
    WHERE customer_id = ?1 AND period_kind = ?2 AND period_key = ?3 AND meter = ?4
    """)

  func rebuild(in transaction: borrowing WriteTransaction) throws -> Int {
    let differences = try transaction.fetchAll(Self.differing, -1) { row in try Difference(row) }
    for difference in differences {
      let sums = difference.expected
      if difference.kept != nil {
        try transaction.execute(
          Self.write, difference.customer, difference.kind, difference.key, difference.meter,
          sums.count, sums.quantity, sums.minorUnits, sums.currency, transaction.now)
      } else if let period = difference.period(in: transaction.zone) {
        try Self.open(
          period, customer: difference.customer, meter: difference.meter, sums: sums,
          in: transaction)
      }
    }
    return differences.count
  }

  private static let dropEmpty = SQLStatement(
    """
    DELETE FROM usage_records
    WHERE (period_kind = 'day' OR period_kind = 'month') AND event_count = 0
      AND quantity_sum = 0 AND amount_minor_sum = 0 AND quantity_limit IS NULL
    """)

  /// Rebuilds the sums, and removes the records of days and months that have no events in the zone.
  func zoneDidChange(in transaction: borrowing WriteTransaction) throws -> Int {
    try rebuild(in: transaction) + transaction.execute(Self.dropEmpty)
  }
}

extension UsageSums.Sums {
  /// The numbers, for findings.
  fileprivate var text: String {
    "\(count) events, quantity \(quantity), amount \(minorUnits) \(currency?.code ?? "-")"
  }
}
