/// The result of an attempt to consume a quantity.
public enum Consumption: Sendable, Hashable {
  /// The event was recorded.
  ///
  /// `isFirstWarning` is true once per period, when usage reaches 80 % of the limit.
  case consumed(UsageState, isFirstWarning: Bool)
  /// The event would exceed the limit; nothing changed.
  case refused(UsageState)
  /// The key was consumed before; nothing changed.
  case duplicate(UsageState)

  /// The usage relative to the limit.
  public var state: UsageState {
    switch self {
    case .consumed(let state, _), .refused(let state), .duplicate(let state): state
    }
  }
}

/// The limit that a call to ``Usage/consume(_:limit:per:)`` applies.
public enum UsageLimit: Sendable, Hashable, ExpressibleByIntegerLiteral {
  /// The limit that is stored for the period; unlimited if none is stored.
  case stored
  /// A quantity for each period.
  case quantity(Int)
  /// No limit; removes the stored one of the current period.
  case unlimited

  /// A quantity for each period.
  public init(integerLiteral value: Int) { self = .quantity(value) }

  /// The quantity, or unlimited for nil, as everywhere.
  public init(_ quantity: Int?) { self = quantity.map(UsageLimit.quantity) ?? .unlimited }

  func inForce(replacing stored: Int?) -> Int? {
    switch self {
    case .stored: stored
    case .quantity(let quantity): quantity
    case .unlimited: nil
    }
  }
}

extension Usage {
  /// Records an event if it stays within a limit.
  ///
  /// The check and the record are one transaction. The event is refused if used + quantity > limit,
  /// so concurrent callers cannot exceed the limit together. The limit is stored with the record of
  /// the period: the current period takes the most recent limit, and a period that is over keeps
  /// its own.
  ///
  /// - Parameters:
  ///   - event: the event, with a quantity of 1 or more.
  ///   - limit: the limit of the period; the stored one by default.
  ///   - kind: the kind of period that the limit applies to.
  /// - Returns: whether the quantity was consumed, and the usage relative to the limit.
  /// - Throws: ``UsageError/invalidEvent(key:_:)``, ``UsageError/invalidLimit(_:)``,
  ///   ``UsageError/unknownCustomer(_:)``, ``UsageError/noBillingPeriod(_:at:)``,
  ///   ``UsageError/keyConflict(key:)``,
  ///   ``UsageError/currencyMismatch(customer:meter:expected:found:)``.
  /// - Complexity: independent of the number of events recorded before.
  public func consume(
    _ event: UsageEvent, limit: UsageLimit = .stored, per kind: UsagePeriodKind = .month
  ) throws -> Consumption {
    guard event.quantity >= 1 else {
      throw UsageError.invalidEvent(key: event.key, .quantityOutOfRange)
    }
    if case .quantity(let limit) = limit, limit < 0 { throw UsageError.invalidLimit(limit) }
    return try access.write { transaction in
      try event.validate(now: transaction.now)
      if let stored = try transaction.usageEvent(ofKey: event.key) {
        guard event.repeats(stored) else { throw UsageError.keyConflict(key: event.key) }
        let period = try Self.period(kind, of: stored, in: transaction)
        return .duplicate(try Self.state(of: stored, in: period, transaction))
      }
      let period = try Self.period(kind, of: event, in: transaction)
      let before = try Self.state(of: event, in: period, transaction)
      let isRunning = transaction.now < period.end
      let inForce =
        before.limit == nil || isRunning ? limit.inForce(replacing: before.limit) : before.limit
      if let inForce, before.used > inForce.subtracting(event.quantity) {
        return .refused(
          UsageState(
            meter: event.meter, period: period, used: before.used, limit: inForce,
            warnedAt: before.warnedAt))
      }
      if inForce != before.limit {
        try Self.keep(inForce, of: event, in: period, transaction)
      }
      _ = try transaction.insertUsage(event)
      let after = try Self.state(of: event, in: period, transaction)
      return .consumed(
        after, isFirstWarning: before.warnedAt == nil && after.warnedAt != nil)
    }
  }

  /// Sets the limit of a meter for a customer in the current period.
  ///
  /// - Parameters:
  ///   - limit: the limit of the period; nil for unlimited.
  ///   - meter: what is limited.
  ///   - customer: the customer.
  ///   - kind: the kind of period.
  /// - Returns: the usage relative to the new limit.
  /// - Throws: ``UsageError/invalidLimit(_:)``, ``UsageError/unknownCustomer(_:)``,
  ///   ``UsageError/noBillingPeriod(_:at:)``.
  @discardableResult
  public func setLimit(
    _ limit: Int?, of meter: Meter, for customer: ID<Customer>, per kind: UsagePeriodKind = .month
  ) throws -> UsageState {
    if let limit, limit < 0 { throw UsageError.invalidLimit(limit) }
    return try access.write { transaction in
      let event = UsageEvent(key: "limit", customerID: customer, meter: meter)
      let period = try Self.period(kind, of: event, in: transaction)
      try Self.keep(limit, of: event, in: period, transaction)
      return try Self.state(of: event, in: period, transaction)
    }
  }

  /// The usage of a meter in a period: used, limit, remaining and reset time.
  ///
  /// - Parameters:
  ///   - meter: the meter.
  ///   - customer: the customer.
  ///   - kind: the kind of period.
  ///   - at: an instant in the period; nil for now.
  /// - Throws: ``UsageError/unknownCustomer(_:)``, ``UsageError/noBillingPeriod(_:at:)``.
  /// - Complexity: two index lookups.
  public func state(
    of meter: Meter, for customer: ID<Customer>, per kind: UsagePeriodKind = .month,
    at: Timestamp? = nil
  ) throws -> UsageState {
    try access.read { transaction in
      let event = UsageEvent(key: "state", customerID: customer, meter: meter, at: at)
      let period = try Self.period(kind, of: event, in: transaction)
      return try Self.state(of: event, in: period, transaction)
    }
  }

  private static func period(
    _ kind: UsagePeriodKind, of event: UsageEvent,
    in transaction: borrowing some Transaction & ~Copyable
  ) throws -> UsagePeriod {
    let terms = try BillingTerms.find(event.customerID, in: transaction)
    let zone = transaction.zone
    let at = event.at ?? transaction.now
    let day = event.localDay ?? zone.date(of: at)
    switch kind {
    case .day: return .day(day, in: zone)
    case .month: return .month(CalendarMonth(of: day), in: zone)
    case .billingPeriod:
      guard let period = terms?.period(at: at, in: zone) else {
        throw UsageError.noBillingPeriod(event.customerID, at: at)
      }
      return period
    }
  }

  static let recordState = SQLStatement(
    """
    SELECT quantity_sum, quantity_limit, limit_warned_at FROM usage_records
    WHERE customer_id = ? AND period_kind = ? AND period_key = ? AND meter = ?
    """)
  private static let writeLimit = SQLStatement(
    """
    UPDATE usage_records SET quantity_limit = ?5, updated_at = ?6,
      limit_warned_at = coalesce(limit_warned_at,
        iif(quantity_sum >= ?5 - ?5 / 5, ?6, NULL))
    WHERE customer_id = ?1 AND period_kind = ?2 AND period_key = ?3 AND meter = ?4
    """)

  private static func state(
    of event: UsageEvent, in period: UsagePeriod,
    _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> UsageState {
    let kept = try transaction.fetchOne(
      recordState, event.customerID, period.kind, period.key, event.meter
    ) { row in
      try UsageState(
        meter: event.meter, period: period, used: row.value(at: 0), limit: row.value(at: 1),
        warnedAt: row.value(at: 2))
    }
    return kept
      ?? UsageState(meter: event.meter, period: period, used: 0, limit: nil, warnedAt: nil)
  }

  private static func keep(
    _ limit: Int?, of event: UsageEvent, in period: UsagePeriod,
    _ transaction: borrowing WriteTransaction
  ) throws {
    func write() throws -> Int {
      try transaction.execute(
        writeLimit, event.customerID, period.kind, period.key, event.meter, limit, transaction.now)
    }
    guard try write() == 0 else { return }
    try UsageSums.open(
      period, customer: event.customerID, meter: event.meter, sums: UsageSums.Sums(),
      in: transaction)
    _ = try write()
  }
}
