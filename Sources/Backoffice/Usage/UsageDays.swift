/// Maintains the local days of `usage_events`, and the borders of the records of days and months.
///
/// Both are written with the event; only a change of the file's zone changes them.
struct UsageDays: DerivedValue {
  let name = "usage_events.days"

  var triggers: [Trigger] { [Self.sameDay] }

  private struct NewEvent: TableRow {
    static let tableName = "usage_events"
    let key: String
    let at: Timestamp
    let day: CalendarDate
    let isDayGiven: Bool

    init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
      key = try column("idempotency_key")
      at = try column("at")
      day = try column("local_day")
      isDayGiven = try column("is_day_given")
    }
  }

  /// Refuses an event whose day is not that of its time, unless a program stated the day.
  private static let sameDay = Trigger.after(
    "usage_events.days", .insert, on: NewEvent.self
  ) { change, transaction in
    guard let new = change.new, !new.isDayGiven,
      new.day != transaction.zone.date(of: new.at)
    else { return }
    throw UsageError.invalidEvent(key: new.key, .localDayMismatch)
  }

  private static let derived = SQLStatement(
    """
    SELECT pk, at, local_day FROM usage_events WHERE is_day_given = 0 AND pk > ? ORDER BY pk
    LIMIT \(page)
    """)
  private static let page = 10_000

  private static let borders = SQLStatement(
    """
    SELECT DISTINCT period_kind, period_key, period_start_at, period_end_at FROM usage_records
    WHERE period_kind = 'day' OR period_kind = 'month'
    """)

  private struct Event {
    let pk: Int64
    let at: Timestamp
    let day: CalendarDate
  }

  private struct Borders {
    let kind: UsagePeriodKind
    let key: String
    let start: Timestamp
    let end: Timestamp
    let expected: UsagePeriod?
  }

  /// Events with the day of another zone.
  private func forEachWrongEvent(
    _ transaction: borrowing some Transaction & ~Copyable,
    _ body: (Event, _ expected: CalendarDate) throws -> Bool
  ) throws {
    let zone = transaction.zone
    var last = Int64.min
    while true {
      let events = try transaction.fetchAll(Self.derived, last) { row in
        try Event(pk: row.value(at: 0), at: row.value(at: 1), day: row.value(at: 2))
      }
      for event in events {
        let expected = zone.date(of: event.at)
        if expected != event.day, try !body(event, expected) { return }
      }
      guard events.count == Self.page, let end = events.last else { return }
      last = end.pk
    }
  }

  private func wrongBorders(
    _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> [Borders] {
    let zone = transaction.zone
    return try transaction.fetchAll(Self.borders) { row in
      let kind: UsagePeriodKind = try row.value(at: 0)
      let key: String = try row.value(at: 1)
      return Borders(
        kind: kind, key: key, start: try row.value(at: 2), end: try row.value(at: 3),
        expected: kind == .day
          ? CalendarDate(key).map { .day($0, in: zone) }
          : CalendarMonth(key).map { .month($0, in: zone) })
    }.filter { row in
      row.expected.map { period in period.start != row.start || period.end != row.end } ?? true
    }
  }

  func findings(in transaction: borrowing ReadTransaction, limit: Int) throws -> [Finding] {
    var findings: [Finding] = []
    try forEachWrongEvent(transaction) { event, expected in
      findings.append(
        Finding(
          check: name, entity: "usage_events \(event.pk)",
          problem: "local day should be \(expected), found \(event.day)"))
      return findings.count < limit
    }
    for borders in try wrongBorders(transaction).prefix(limit - findings.count) {
      findings.append(
        Finding(
          check: name, entity: "usage_records, \(borders.kind.rawValue) \(borders.key)",
          problem: "the borders are not those of the zone \(transaction.zone.identifier)"))
    }
    return findings
  }

  private static let setDay = SQLStatement("UPDATE usage_events SET local_day = ?2 WHERE pk = ?1")
  private static let setBorders = SQLStatement(
    """
    UPDATE usage_records SET period_start_at = ?5, period_end_at = ?6
    WHERE period_kind = ?1 AND period_key = ?2 AND period_start_at = ?3 AND period_end_at = ?4
    """)
  private static let isDayUsed = SQLStatement(
    "SELECT EXISTS (SELECT 1 FROM usage_events WHERE local_day = ?)")
  private static let drop = SQLStatement(
    "DELETE FROM usage_records WHERE period_kind = ?1 AND period_key = ?2")

  func rebuild(in transaction: borrowing WriteTransaction) throws -> Int {
    var changed = 0
    try transaction.rewriting { transaction in
      try forEachWrongEvent(transaction) { event, expected in
        changed += try transaction.execute(Self.setDay, event.pk, expected)
        return true
      }
    }
    for borders in try wrongBorders(transaction) {
      guard let period = borders.expected, period.start < period.end else {
        // The zone skips the day. The events that took place on it count towards another one now.
        guard let day = CalendarDate(borders.key) else { continue }
        let isUsed = try transaction.fetchOne(Self.isDayUsed, day) { row in
          try row.value(at: 0, as: Bool.self)
        }
        guard isUsed != true else {
          throw FileZoneError.missingDay(
            day, in: transaction.zone, entity: "usage that a program stated for a day")
        }
        changed += try transaction.execute(Self.drop, borders.kind, borders.key)
        continue
      }
      changed += try transaction.execute(
        Self.setBorders, borders.kind, borders.key, borders.start, borders.end, period.start,
        period.end)
    }
    return changed
  }
}
