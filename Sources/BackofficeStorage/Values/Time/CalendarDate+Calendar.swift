extension CalendarDate {
  /// Returns the date `days` days later, or earlier if it is negative.
  public func adding(days: Int) -> CalendarDate {
    let (sum, overflow) = daysSince1970.addingReportingOverflow(days)
    guard overflow else { return CalendarDate(daysSince1970: sum) }
    return days < 0 ? .min : .max
  }

  /// Returns the same day `months` months later, or the last day of a shorter month.
  ///
  /// For example, one month after 31 January is 28 or 29 February.
  public func adding(months: Int) -> CalendarDate {
    let (sum, overflow) = (year * 12 + month - 1).addingReportingOverflow(months)
    guard !overflow else { return months < 0 ? .min : .max }
    let newYear = sum.quotientDown(by: 12)
    guard newYear >= 1 else { return .min }
    guard newYear <= 9999 else { return .max }
    let newMonth = sum - newYear * 12 + 1
    let length = CivilDay.daysInMonth(newMonth, of: newYear)
    return CalendarDate(
      CivilDay(year: newYear, month: newMonth, day: Swift.min(day, length)))
  }

  /// The first day of the month.
  public var startOfMonth: CalendarDate {
    CalendarDate(CivilDay(year: year, month: month, day: 1))
  }

  /// The Monday of the ISO 8601 week.
  public var startOfWeek: CalendarDate {
    // The first supported date is a Monday, so the result needs no clamping.
    CalendarDate(daysSince1970: daysSince1970 - (weekday - 1))
  }

  /// The day of the week, from 1 for Monday to 7 for Sunday.
  public var weekday: Int {
    // 1970-01-01 was a Thursday.
    let days = daysSince1970 + 3
    return days - days.quotientDown(by: 7) * 7 + 1
  }

  /// The ISO 8601 week, 1 to 53, and its year.
  ///
  /// A week belongs to the year of its Thursday.
  public var isoWeek: (year: Int, week: Int) {
    let thursday = CivilDay(daysSince1970: daysSince1970 - weekday + 4)
    let firstDay = CivilDay(year: thursday.year, month: 1, day: 1).daysSince1970
    return (thursday.year, (thursday.daysSince1970 - firstDay) / 7 + 1)
  }

  /// The first instant of the day in UTC.
  public var startOfDayUTC: Timestamp {
    Timestamp(microseconds: Int64(daysSince1970) * 86_400_000_000)
  }
}
