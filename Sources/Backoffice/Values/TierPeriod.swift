/// The length of billing periods, and whether they follow the calendar.
///
/// An anniversary period is counted from the billing anchor: a full local date and time. A calendar
/// period begins at local midnight: a week on Monday, a quarter in January, April, July or October.
/// The first calendar period begins when the subscription does.
public enum TierPeriod: String, TextEnum {
  /// Seven local days from the billing anchor.
  case anniversaryWeeks = "anniversary_weeks"
  /// Fourteen local days from the billing anchor.
  case anniversaryFortnights = "anniversary_fortnights"
  /// Whole months from the billing anchor.
  case anniversaryMonths = "anniversary_months"
  /// Three months from the billing anchor.
  case anniversaryQuarters = "anniversary_quarters"
  /// Twelve months from the billing anchor.
  case anniversaryYears = "anniversary_years"
  /// Weeks that begin on Monday.
  case calendarWeeks = "calendar_weeks"
  /// Two weeks that begin on a Monday, counted from Monday 5 January 1970.
  case calendarFortnights = "calendar_fortnights"
  /// Calendar months.
  case calendarMonths = "calendar_months"
  /// Calendar quarters.
  case calendarQuarters = "calendar_quarters"
  /// Calendar years.
  case calendarYears = "calendar_years"

  /// The distance between two borders.
  enum Step: Hashable, Sendable {
    case days(Int)
    case months(Int)
  }

  var step: Step {
    switch self {
    case .anniversaryWeeks, .calendarWeeks: .days(7)
    case .anniversaryFortnights, .calendarFortnights: .days(14)
    case .anniversaryMonths, .calendarMonths: .months(1)
    case .anniversaryQuarters, .calendarQuarters: .months(3)
    case .anniversaryYears, .calendarYears: .months(12)
    }
  }

  var isCalendar: Bool {
    switch self {
    case .calendarWeeks, .calendarFortnights, .calendarMonths, .calendarQuarters, .calendarYears:
      true
    case .anniversaryWeeks, .anniversaryFortnights, .anniversaryMonths, .anniversaryQuarters,
      .anniversaryYears:
      false
    }
  }

  /// The borders of the periods.
  ///
  /// - Parameters:
  ///   - anchor: the billing anchor.
  ///   - day: the wanted day of the month; nil for that of the anchor.
  ///   - zone: the zone of local days.
  func borders(anchor: Timestamp, day: Int? = nil, zone: Zone) -> BillingBorders {
    guard isCalendar else {
      return BillingBorders(anchor: anchor, day: day, step: step, zone: zone)
    }
    let date = zone.date(of: anchor)
    let first: CalendarDate
    switch step {
    case .days(let days):
      let monday = CalendarDate(daysSince1970: 4)
      let distance = date.daysSince1970 - monday.daysSince1970
      first = monday.adding(days: distance.floored(by: days) * days)
    case .months(let months):
      let month = (date.month - 1) / months * months
      first = CalendarDate(daysSince1970: date.daysSince1970 - date.day + 1)
        .adding(months: month - (date.month - 1))
    }
    return BillingBorders(anchor: zone.startOfDay(first), day: 1, step: step, zone: zone)
  }

  /// The first billing period that begins at an instant.
  func firstPeriod(from start: Timestamp, day: Int? = nil, zone: Zone) -> BillingPeriod {
    let end = borders(anchor: start, day: day, zone: zone).next(after: start)
    return BillingPeriod(unchecked: start, max(end, start + .microseconds(1)))
  }

  /// The billing period that follows the one that ends at an instant.
  func nextPeriod(
    from end: Timestamp, anchor: Timestamp, day: Int? = nil, zone: Zone
  ) -> BillingPeriod {
    let next = borders(anchor: isCalendar ? end : anchor, day: day, zone: zone).next(after: end)
    return BillingPeriod(unchecked: end, max(next, end + .microseconds(1)))
  }
}
