extension Usage {
  static let recordsOfPeriod = UsageRecord.select(
    "WHERE customer_id = ? AND period_kind = ? AND period_key = ? ORDER BY meter")
  static let newestRecords = UsageRecord.select(
    "WHERE customer_id = ? AND period_kind = ? ORDER BY period_key DESC, meter DESC LIMIT ?")
  static let warned = SQLStatement(
    """
    SELECT \(UsageRecord.selection), pk FROM usage_records
    WHERE limit_warned_at IS NOT NULL AND period_kind = ?1 AND (period_end_at, pk) > (?2, ?3)
      AND period_start_at <= ?4 AND quantity_sum >= quantity_limit - quantity_limit / 5
    ORDER BY period_end_at, pk LIMIT ?5
    """)
  static let firstEvents = SQLStatement(
    """
    SELECT \(UsageEvent.selection), pk FROM usage_events
    WHERE customer_id = ?1 AND meter = ?2 ORDER BY at DESC, pk DESC LIMIT ?3
    """)
  static let nextEvents = SQLStatement(
    """
    SELECT \(UsageEvent.selection), pk FROM usage_events
    WHERE customer_id = ?1 AND meter = ?2 AND (at, pk) < (?4, ?5)
    ORDER BY at DESC, pk DESC LIMIT ?3
    """)

  /// The usage of a customer in a month: one record per meter, sorted by the meter's name.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index lookup and the records found.
  public func records(
    of customer: ID<Customer>, in month: CalendarMonth
  ) throws -> [UsageRecord] {
    try access.readOnce { transaction in
      let customer = try transaction.survivorID(of: customer) ?? customer
      return try UsageRecord.fetchAll(
        transaction, Self.recordsOfPeriod, customer, UsagePeriodKind.month, month)
    }
  }

  /// The usage of a customer on a day: one record per meter, sorted by the meter's name.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index lookup and the records found.
  public func records(of customer: ID<Customer>, on day: CalendarDate) throws -> [UsageRecord] {
    try access.readOnce { transaction in
      let customer = try transaction.survivorID(of: customer) ?? customer
      return try UsageRecord.fetchAll(
        transaction, Self.recordsOfPeriod, customer, UsagePeriodKind.day, day)
    }
  }

  /// The records of a customer for one kind of period, newest period first.
  ///
  /// - Parameters:
  ///   - customer: the customer.
  ///   - kind: the kind of period.
  ///   - limit: the maximum number of records; 100 by default, at most 1,000.
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index lookup and the records found.
  public func records(
    of customer: ID<Customer>, per kind: UsagePeriodKind, limit: Int = PageLimit.standard
  ) throws -> [UsageRecord] {
    try access.readOnce { transaction in
      let customer = try transaction.survivorID(of: customer) ?? customer
      return try UsageRecord.fetchAll(
        transaction, Self.newestRecords, customer, kind, PageLimit.clamped(limit))
    }
  }

  /// Records of current periods with at least 80 % of the limit used, in the order of the periods'
  /// end.
  ///
  /// ``UsageState/level`` tells whether the limit has been reached.
  ///
  /// - Parameters:
  ///   - kind: the kind of period.
  ///   - cursor: the `next` cursor of the previous page; nil for the first page.
  ///   - limit: the maximum number of results; 100 by default, at most 1,000.
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index lookup and the warned records of current periods.
  public func warnings(
    per kind: UsagePeriodKind = .month, after cursor: PageCursor? = nil,
    limit: Int = PageLimit.standard
  ) throws -> Page<UsageRecord> {
    let limit = PageLimit.clamped(limit)
    return try access.readOnce { transaction in
      let now = transaction.now
      let start = cursor ?? PageCursor(value: now.microseconds, key: .max)
      let rows = try transaction.fetchAll(
        Self.warned, kind, start.value, start.key, now, limit + 1
      ) { row in
        (try UsageRecord(row), try row.value(at: row.count - 1, as: Int64.self))
      }
      return Self.page(rows, limit: limit) { $0.period.end.microseconds }
    }
  }

  /// The events of a customer and meter, newest first.
  ///
  /// - Parameters:
  ///   - customer: the customer.
  ///   - meter: the meter.
  ///   - cursor: the `next` cursor of the previous page; nil for the first page.
  ///   - limit: the maximum number of events; 100 by default, at most 1,000.
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index lookup and the events of the page.
  public func events(
    of customer: ID<Customer>, meter: Meter, after cursor: PageCursor? = nil,
    limit: Int = PageLimit.standard
  ) throws -> Page<UsageEvent> {
    let limit = PageLimit.clamped(limit)
    return try access.readOnce { transaction in
      func decode(_ row: borrowing Row) throws -> (UsageEvent, Int64) {
        // The key follows the nine columns of an event.
        (try UsageEvent(stored: row), try row.value(at: 9))
      }
      let customer = try transaction.survivorID(of: customer) ?? customer
      let rows =
        if let cursor {
          try transaction.fetchAll(
            Self.nextEvents, customer, meter, limit + 1, cursor.value, cursor.key,
            decode: decode)
        } else {
          try transaction.fetchAll(
            Self.firstEvents, customer, meter, limit + 1, decode: decode)
        }
      return Self.page(rows, limit: limit) { $0.at?.microseconds ?? 0 }
    }
  }

  /// Makes a page of rows that were read with one row more than the limit.
  static func page<Element: Sendable>(
    _ rows: [(element: Element, key: Int64)], limit: Int, by value: (Element) -> Int64
  ) -> Page<Element> {
    let kept = rows.prefix(limit)
    let next = rows.count > limit ? kept.last : nil
    return Page(
      elements: kept.map(\.element),
      next: next.map { PageCursor(value: value($0.element), key: $0.key) })
  }
}
