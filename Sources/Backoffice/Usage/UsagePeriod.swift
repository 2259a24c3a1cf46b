/// The kinds of periods for which usage is added up.
public enum UsagePeriodKind: String, TextEnum {
  /// A calendar day.
  case day
  /// A calendar month.
  case month
  /// The billing period of the customer's subscription.
  case billingPeriod = "billing_period"
}

/// A period for which usage is added up: from its start up to, but not including, its end.
public struct UsagePeriod: Sendable, Hashable, Codable {
  /// The kind of period.
  public let kind: UsagePeriodKind
  /// The text that identifies the period: the day, the month, or the start in microseconds.
  public let key: String
  /// The first instant.
  public let start: Timestamp
  /// The first instant after the period.
  public let end: Timestamp

  /// Whether an instant lies in the period.
  public func contains(_ at: Timestamp) -> Bool { start <= at && at < end }
}

extension UsagePeriod {
  static func day(_ day: CalendarDate, in zone: Zone) -> UsagePeriod {
    UsagePeriod(
      kind: .day, key: day.description, start: zone.startOfDay(day),
      end: zone.startOfDay(day.adding(days: 1)))
  }

  static func month(_ month: CalendarMonth, in zone: Zone) -> UsagePeriod {
    UsagePeriod(
      kind: .month, key: month.description, start: zone.startOfDay(month.firstDay),
      end: zone.startOfDay(month.endDay))
  }

  static func billing(start: Timestamp, end: Timestamp) -> UsagePeriod {
    UsagePeriod(
      kind: .billingPeriod, key: String(start.microseconds), start: start, end: end)
  }
}

/// The terms of a customer that determine billing periods.
struct BillingTerms {
  /// The instant from which whole months are counted.
  let anchor: Timestamp?
  /// The current period.
  let start: Timestamp
  let end: Timestamp
  /// The length of the periods.
  let cycle: TierPeriod
  /// The wanted day of the month.
  let day: Int?

  /// The billing period that contains an instant, counted from the anchor; nil before it.
  ///
  /// - Parameter next: the start of the first period that is known to follow the instant.
  func period(
    at instant: Timestamp, before next: Timestamp? = nil, in zone: Zone
  ) -> UsagePeriod? {
    if start <= instant, instant < end { return .billing(start: start, end: end) }
    let anchor = anchor ?? start
    let isPast = instant < start
    guard !isPast || instant >= anchor else { return nil }
    let from = cycle.isCalendar ? (isPast ? instant : end) : anchor
    let borders = cycle.borders(anchor: from, day: day, zone: zone)
    var first = borders.border(borders.number(at: instant))
    var last = borders.next(after: instant)
    // Other periods never overlap the known ones.
    if isPast { last = min(last, next ?? start) } else { first = max(first, end) }
    guard first <= instant, instant < last else { return nil }
    return .billing(start: first, end: last)
  }
}
