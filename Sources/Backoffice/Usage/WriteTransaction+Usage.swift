extension WriteTransaction {
  private static let insertEvent = SQLStatement(
    """
    INSERT INTO usage_events (idempotency_key, customer_id, meter, quantity, amount_minor,
      currency, at, recorded_at, local_day, period_start_at, period_end_at, metadata, adjusts_at,
      is_day_given)
    SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14
    WHERE NOT EXISTS (SELECT 1 FROM usage_answers WHERE idempotency_key = ?1)
    ON CONFLICT (idempotency_key) DO NOTHING
    """)
  private static let eventOfKey = SQLStatement(
    "SELECT \(UsageEvent.selection) FROM usage_events WHERE idempotency_key = ?")

  /// Records a usage event.
  ///
  /// Recording the same event again changes nothing. The records of its day, month and billing
  /// period are updated immediately.
  ///
  /// - Throws: ``UsageError/invalidEvent(key:_:)``, ``UsageError/unknownCustomer(_:)``,
  ///   ``UsageError/keyConflict(key:)``,
  ///   ``UsageError/currencyMismatch(customer:meter:expected:found:)``.
  @discardableResult
  package func recordUsage(_ event: UsageEvent) throws -> UsageOutcome {
    try event.validate(now: now, zone: zone)
    return try insertUsage(event)
  }

  /// The event recorded with a key.
  func usageEvent(ofKey key: String) throws -> UsageEvent? {
    try fetchOne(Self.eventOfKey, key) { row in try UsageEvent(stored: row) }
  }

  /// Records an event that has been validated.
  func insertUsage(_ event: UsageEvent) throws -> UsageOutcome {
    if try insertNewUsage(event) { return .recorded }
    guard let stored = try usageEvent(ofKey: event.key), try repeats(event, stored) else {
      throw UsageError.keyConflict(key: event.key)
    }
    return .duplicate
  }

  /// Whether an event repeats a stored one, which a merge may have moved to another customer.
  func repeats(_ event: UsageEvent, _ stored: UsageEvent) throws -> Bool {
    guard event.customerID != stored.customerID else { return event.repeats(stored) }
    var moved = event
    moved.customerID = try survivorID(of: event.customerID) ?? event.customerID
    return moved.repeats(stored)
  }

  /// Records an event that is known to be sound unless an event with its key exists.
  ///
  /// - Returns: whether it was recorded.
  func insertNewUsage(_ event: UsageEvent) throws -> Bool {
    let terms = try BillingTerms.find(event.customerID, in: self)
    let at = event.at ?? now
    let own = try terms?.period(at: at, of: event.customerID, in: self)
    let period = try own.map { try openPeriod($0, terms, of: event.customerID) }
    return try execute(
      Self.insertEvent, event.key, event.customerID, event.meter, event.quantity,
      event.amount?.minorUnits, event.amount?.currency, at, now,
      event.localDay ?? zone.date(of: at), period?.start, period?.end, event.metadata,
      period == own ? nil : own?.start, event.localDay != nil) > 0
  }
}

extension BillingTerms {
  private static let select = SQLStatement(
    """
    SELECT billing_anchor_at, period_start_at, period_end_at, billing_period, billing_day
    FROM credit_balances WHERE customer_id = ?
    """)
  static let keptPeriod = SQLStatement(
    """
    SELECT start_at, end_at FROM billing_periods
    WHERE customer_id = ?1 AND start_at <= ?2 ORDER BY start_at DESC LIMIT 1
    """)

  static let firstPeriod = SQLStatement(
    "SELECT start_at FROM billing_periods WHERE customer_id = ? ORDER BY start_at LIMIT 1")

  /// The billing period that contains an instant: the one that was in force then, or one to come.
  func period(
    at instant: Timestamp, of customer: ID<Customer>,
    in transaction: borrowing some Transaction & ~Copyable
  ) throws -> UsagePeriod? {
    if instant >= start { return period(at: instant, in: transaction.zone) }
    let kept = try transaction.fetchOne(Self.keptPeriod, customer, instant) { row in
      try UsagePeriod.billing(start: row.value(at: 0), end: row.value(at: 1))
    }
    if let kept { return kept.contains(instant) ? kept : nil }
    // The file knows no period this early: they were counted from the anchor.
    let next = try transaction.fetchOne(Self.firstPeriod, customer) { row in
      try row.value(at: 0, as: Timestamp.self)
    }
    return period(at: instant, before: next, in: transaction.zone)
  }

  /// The terms of a customer, or nil without a billing period.
  ///
  /// - Throws: ``UsageError/unknownCustomer(_:)``.
  static func find(
    _ customer: ID<Customer>, in transaction: borrowing some Transaction & ~Copyable
  ) throws -> BillingTerms? {
    let terms = try transaction.fetchOne(select, customer) { row -> BillingTerms? in
      let anchor: Timestamp? = try row.value(at: 0)
      let start: Timestamp? = try row.value(at: 1)
      let end: Timestamp? = try row.value(at: 2)
      guard let start, let end else { return nil }
      return try BillingTerms(
        anchor: anchor, start: start, end: end, cycle: row.value(at: 3), day: row.value(at: 4))
    }
    if let terms { return terms }
    guard try transaction.customerExists(customer) else {
      throw UsageError.unknownCustomer(customer)
    }
    return nil
  }
}
