/// The kinds of periods that usage is added up by.
public enum UsagePeriodKind: String, TextEnum {
  /// A day of the calendar.
  case day
  /// A month of the calendar.
  case month
  /// The billing period of the customer's subscription.
  case billingPeriod = "billing_period"
}

/// A span of time that usage is added up in: from its start up to, but not including, its end.
public struct UsagePeriod: Sendable, Hashable, Codable {
  /// What kind of period it is.
  public let kind: UsagePeriodKind
  /// The text that names it: the day, the month, or the microseconds at which it starts.
  public let key: String
  /// Its first instant.
  public let start: Timestamp
  /// The first instant after it.
  public let end: Timestamp

  /// Whether an instant lies in it.
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

/// What the terms of a customer say about billing periods.
struct BillingTerms {
  /// Periods are whole months from here.
  let anchor: Timestamp?
  /// The current period.
  let start: Timestamp
  let end: Timestamp

  /// The billing period of an instant, or nil before the first one.
  ///
  /// The current period is what the terms say. An earlier or later one is found by whole
  /// months from the anchor, each from the anchor itself, so that the 31st does not drift.
  func period(at instant: Timestamp, in zone: Zone) -> UsagePeriod? {
    if start <= instant, instant < end { return .billing(start: start, end: end) }
    let anchor = anchor ?? start
    guard instant >= min(anchor, start) else { return nil }
    let period = BillingPeriod.containing(instant, anchor: anchor, zone: zone)
    // Periods never overlap the current one, even when the provider moved it off the anchor.
    let first = instant < start ? period.start : max(period.start, end)
    let last = instant < start ? min(period.end, start) : period.end
    guard first <= instant, instant < last else { return nil }
    return .billing(start: first, end: last)
  }
}
