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
  /// - Returns: whether the quantity was consumed, and the usage relative to the limit. A call with
  ///   a key that was answered before gets the first answer, its marks included; a refusal is
  ///   answered alike even after the limit has been raised, so that the event needs another key.
  /// - Throws: ``UsageError/invalidEvent(key:_:)``, ``UsageError/invalidLimit(_:)``,
  ///   ``UsageError/unknownCustomer(_:)``, ``UsageError/noBillingPeriod(_:at:)``,
  ///   ``UsageError/keyConflict(key:)`` if the key belongs to other content or another kind of
  ///   period, ``UsageError/sumOutOfRange(customer:meter:period:)``,
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
      try event.validate(now: transaction.now, zone: transaction.zone)
      if let answer = try transaction.firstAnswer(to: event, per: kind) { return answer }
      if let stored = try transaction.usageEvent(ofKey: event.key) {
        guard try transaction.repeats(event, stored) else {
          throw UsageError.keyConflict(key: event.key)
        }
        let period = try Self.period(kind, of: stored, in: transaction)
        return .duplicate(try Self.state(of: stored, in: period, transaction))
      }
      try transaction.applyDueTerms(of: event.customerID)
      let period = try Self.period(kind, of: event, in: transaction)
      let answer = try Self.answer(event, limit: limit, in: period, transaction)
      try transaction.store(answer, to: event)
      return answer
    }
  }

  /// The one place where a quantity is checked against a limit and recorded.
  private static func answer(
    _ event: UsageEvent, limit: UsageLimit, in period: UsagePeriod,
    _ transaction: borrowing WriteTransaction
  ) throws -> Consumption {
    if try transaction.declaration(of: event.meter).isGauge {
      return try raise(event, limit: limit, in: period, transaction)
    }
    let before = try state(of: event, in: period, transaction)
    let isRunning = transaction.now < period.end
    let inForce =
      before.limit == nil || isRunning ? limit.inForce(replacing: before.limit) : before.limit
    if let inForce, before.used > inForce.subtracting(event.quantity) {
      return .refused(
        UsageState(
          meter: event.meter, period: period, used: before.used, limit: inForce,
          warnedAt: before.warnedAt, reached: before.reached))
    }
    var reached = before.reached
    if inForce != before.limit {
      reached = reached.rearmed(used: before.used, limit: inForce)
      try keep(inForce, reached, of: event, in: period, transaction)
    }
    _ = try transaction.insertUsage(event)
    let after = try state(of: event, in: period, transaction)
    return .consumed(after, crossed: after.reached.subtracting(reached, limit: after.limit))
  }

  /// Raises a gauge if its level stays within the limit.
  private static func raise(
    _ event: UsageEvent, limit: UsageLimit, in period: UsagePeriod,
    _ transaction: borrowing WriteTransaction
  ) throws -> Consumption {
    let stored = try state(of: event, in: period, transaction)
    let inForce = limit.inForce(replacing: stored.limit)
    let level = try Self.level(of: event.meter, for: event.customerID, in: transaction)
    func standing(_ used: Int) -> UsageState {
      UsageState(
        meter: event.meter, period: period, used: used, limit: inForce, warnedAt: nil,
        reached: ReachedMarks())
    }
    if let inForce, level > inForce.subtracting(event.quantity) { return .refused(standing(level)) }
    _ = try transaction.insertUsage(event)
    let after = level.adding(event.quantity)
    let marks = try transaction.declaration(of: event.meter).marks.filter { mark in
      !mark.isReached(used: level, limit: inForce) && mark.isReached(used: after, limit: inForce)
    }
    return .consumed(standing(after), crossed: marks.sorted(at: inForce))
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
  ///   ``UsageError/noBillingPeriod(_:at:)``, ``UsageError/invalidEvent(key:_:)`` if the meter has
  ///   no name.
  @discardableResult
  public func setLimit(
    _ limit: Int?, of meter: Meter, for customer: ID<Customer>, per kind: UsagePeriodKind = .month
  ) throws -> UsageState {
    if let limit, limit < 0 { throw UsageError.invalidLimit(limit) }
    guard !meter.rawValue.isEmpty else { throw UsageError.invalidEvent(key: "", .emptyMeter) }
    return try access.write { transaction in
      let event = UsageEvent(key: "limit", customerID: customer, meter: meter)
      let period = try Self.period(kind, of: event, in: transaction)
      let before = try Self.state(of: event, in: period, transaction)
      let reached = before.reached.rearmed(used: before.used, limit: limit)
      try Self.keep(limit, reached, of: event, in: period, transaction)
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
      let event = UsageEvent(
        key: "state", customerID: try transaction.survivorID(of: customer) ?? customer,
        meter: meter, at: at)
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
      guard let period = try terms?.period(at: at, of: event.customerID, in: transaction) else {
        throw UsageError.noBillingPeriod(event.customerID, at: at)
      }
      return try transaction.openPeriod(period, terms, of: event.customerID)
    }
  }

  static let recordState = SQLStatement(
    """
    SELECT quantity_sum, quantity_limit, limit_warned_at, marks_reached FROM usage_records
    WHERE customer_id = ? AND period_kind = ? AND period_key = ? AND meter = ?
    """)
  private static let writeLimit = SQLStatement(
    """
    UPDATE usage_records SET quantity_limit = ?5, updated_at = ?6,
      limit_warned_at = coalesce(limit_warned_at,
        iif(quantity_sum >= ?5 - ?5 / 5, ?6, NULL)), marks_reached = ?7
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
        warnedAt: row.value(at: 2), reached: ReachedMarks(row.value(at: 3)))
    }
    return kept
      ?? UsageState(
        meter: event.meter, period: period, used: 0, limit: nil, warnedAt: nil,
        reached: ReachedMarks())
  }

  /// Stores a limit; the marks that it moves beyond what is used may be reached again.
  private static func keep(
    _ limit: Int?, _ reached: ReachedMarks, of event: UsageEvent, in period: UsagePeriod,
    _ transaction: borrowing WriteTransaction
  ) throws {
    func write() throws -> Int {
      try transaction.execute(
        writeLimit, event.customerID, period.kind, period.key, event.meter, limit, transaction.now,
        reached.text)
    }
    guard try write() == 0 else { return }
    try UsageSums.open(
      period, customer: event.customerID, meter: event.meter, sums: UsageSums.Sums(),
      in: transaction)
    _ = try write()
  }
}
