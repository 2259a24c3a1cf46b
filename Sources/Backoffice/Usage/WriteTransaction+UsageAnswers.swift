extension WriteTransaction {
  static let answerOfKey = SQLStatement(
    """
    SELECT \(UsageEvent.selection), is_consumed, period_kind, period_key, period_start_at,
      period_end_at, used, quantity_limit, limit_warned_at, marks_reached, crossed
    FROM usage_answers WHERE idempotency_key = ?
    """)
  private static let insertAnswer = SQLStatement(
    """
    INSERT INTO usage_answers (idempotency_key, customer_id, meter, quantity, amount_minor,
      currency, at, local_day, metadata, is_consumed, period_kind, period_key, period_start_at,
      period_end_at, used, quantity_limit, limit_warned_at, marks_reached, crossed)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)
    """)

  /// The first answer to a consumption, or nil if its key is free.
  ///
  /// - Throws: ``UsageError/keyConflict(key:)`` if the key was answered for other content.
  func firstAnswer(to event: UsageEvent, per kind: UsagePeriodKind) throws -> Consumption? {
    let found = try fetchOne(Self.answerOfKey, event.key) { row in
      var column = row.reader()
      let asked = try UsageEvent(stored: &column)
      let isConsumed: Bool = try column("is_consumed")
      let period = UsagePeriod(
        kind: try column("period_kind"), key: try column("period_key"),
        start: try column("period_start_at"), end: try column("period_end_at"))
      let state = UsageState(
        meter: event.meter, period: period, used: try column("used"),
        limit: try column("quantity_limit"), warnedAt: try column("limit_warned_at"),
        reached: ReachedMarks(try column("marks_reached")))
      let crossed = [UsageMark](text: try column("crossed"))
      return (asked, isConsumed ? Consumption.consumed(state, crossed: crossed) : .refused(state))
    }
    guard let (asked, answer) = found else { return nil }
    guard try repeats(event, asked), answer.state.period.kind == kind else {
      throw UsageError.keyConflict(key: event.key)
    }
    return answer
  }

  /// Stores the answer to a consumption under its key.
  func store(_ answer: Consumption, to event: UsageEvent) throws {
    let isConsumed: Bool
    var crossed: [UsageMark] = []
    switch answer {
    case .duplicate: return
    case .refused: isConsumed = false
    case .consumed(_, let marks):
      isConsumed = true
      crossed = marks
    }
    let at = event.at ?? now
    let state = answer.state
    try execute(
      Self.insertAnswer, event.key, event.customerID, event.meter, event.quantity,
      event.amount?.minorUnits, event.amount?.currency, at, event.localDay ?? zone.date(of: at),
      event.metadata, isConsumed, state.period.kind, state.period.key, state.period.start,
      state.period.end, state.used, state.limit, state.warnedAt, state.reached.text,
      crossed.text)
  }
}
