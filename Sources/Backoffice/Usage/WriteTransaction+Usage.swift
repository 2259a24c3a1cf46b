extension WriteTransaction {
  private static let insertEvent = SQLStatement(
    """
    INSERT INTO usage_events (idempotency_key, customer_id, meter, quantity, amount_minor,
      currency, at, recorded_at, local_day, period_start_at, period_end_at, metadata)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
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
    try event.validate(now: now)
    return try insertUsage(event)
  }

  /// The event recorded with a key.
  func usageEvent(ofKey key: String) throws -> UsageEvent? {
    try fetchOne(Self.eventOfKey, key) { row in try UsageEvent(stored: row) }
  }

  /// Records an event that has been validated.
  func insertUsage(_ event: UsageEvent) throws -> UsageOutcome {
    if try insertNewUsage(event) { return .recorded }
    guard let stored = try usageEvent(ofKey: event.key), event.repeats(stored) else {
      throw UsageError.keyConflict(key: event.key)
    }
    return .duplicate
  }

  /// Records an event that is known to be sound unless an event with its key exists.
  ///
  /// - Returns: whether it was recorded.
  func insertNewUsage(_ event: UsageEvent) throws -> Bool {
    let terms = try BillingTerms.find(event.customerID, in: self)
    let at = event.at ?? now
    let period = terms?.period(at: at, in: zone)
    return try execute(
      Self.insertEvent, event.key, event.customerID, event.meter, event.quantity,
      event.amount?.minorUnits, event.amount?.currency, at, now,
      event.localDay ?? zone.date(of: at), period?.start, period?.end, event.metadata) > 0
  }
}

extension BillingTerms {
  private static let select = SQLStatement(
    """
    SELECT billing_anchor_at, period_start_at, period_end_at FROM credit_balances
    WHERE customer_id = ?
    """)

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
      return BillingTerms(anchor: anchor, start: start, end: end)
    }
    if let terms { return terms }
    guard try transaction.customerExists(customer) else {
      throw UsageError.unknownCustomer(customer)
    }
    return nil
  }
}
