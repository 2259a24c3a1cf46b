/// The answer to an attempt to consume.
public enum Consumption: Sendable, Hashable {
  /// It was recorded; `isFirstWarning` once a period, when 80 % of the limit are used.
  case consumed(UsageState, isFirstWarning: Bool)
  /// It would go beyond the limit, and nothing changed.
  case refused(UsageState)
  /// It was consumed before under the same key, and nothing changed.
  case duplicate(UsageState)

  /// How the use stands.
  public var state: UsageState {
    switch self {
    case .consumed(let state, _), .refused(let state), .duplicate(let state): state
    }
  }
}

extension Usage {
  /// Records a use if it stays within a limit, checked and recorded in one transaction.
  ///
  /// Refused when used + quantity > limit; two callers can never pass the limit together. The limit
  /// is kept with the record of the period: a running period takes the limit given last, a period
  /// that is over keeps its own.
  ///
  /// - Parameters:
  ///   - event: the use, of a quantity of 1 or more.
  ///   - limit: the most that the period allows; nil for the limit kept with the record, or
  ///     unlimited when it has none.
  ///   - kind: the period that the limit is for.
  /// - Returns: whether it was consumed, and how the use stands.
  /// - Throws: ``UsageError/invalidEvent(key:_:)``, ``UsageError/invalidLimit(_:)``,
  ///   ``UsageError/unknownCustomer(_:)``, ``UsageError/noBillingPeriod(_:at:)``,
  ///   ``UsageError/keyConflict(key:)``,
  ///   ``UsageError/currencyMismatch(customer:meter:expected:found:)``.
  /// - Complexity: does not grow with the events recorded before.
  public func consume(
    _ event: UsageEvent, limit: Int? = nil, per kind: UsagePeriodKind = .month
  ) throws -> Consumption {
    guard event.quantity >= 1 else {
      throw UsageError.invalidEvent(key: event.key, .quantityOutOfRange)
    }
    if let limit, limit < 0 { throw UsageError.invalidLimit(limit) }
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
      let inForce = before.limit == nil || isRunning ? limit ?? before.limit : before.limit
      if let inForce, before.used > inForce - event.quantity {
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

  /// Sets the limit of a meter for a customer in the period that runs now.
  ///
  /// - Parameters:
  ///   - limit: the most that the period allows; nil for unlimited.
  ///   - meter: what is limited.
  ///   - customer: for whom.
  ///   - kind: the kind of period.
  /// - Returns: how the use stands under it.
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

  /// How the use of a meter stands in a period: used, limit, remaining, reset time.
  ///
  /// - Parameters:
  ///   - meter: what is counted.
  ///   - customer: for whom.
  ///   - kind: the kind of period.
  ///   - at: an instant in it; nil for now.
  /// - Throws: ``UsageError/unknownCustomer(_:)``, ``UsageError/noBillingPeriod(_:at:)``.
  /// - Complexity: two index probes.
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
