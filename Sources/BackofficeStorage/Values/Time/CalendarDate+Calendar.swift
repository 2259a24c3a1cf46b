extension CalendarDate {
  /// The day `days` later, or earlier for a negative number.
  public func adding(days: Int) -> CalendarDate {
    let (sum, overflow) = daysSince1970.addingReportingOverflow(days)
    guard overflow else { return CalendarDate(daysSince1970: sum) }
    return days < 0 ? .min : .max
  }

  /// The same day `months` later, or the last of that month when it is shorter.
  ///
  /// 31 January and one month give 28 or 29 February.
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
    // The first day of all is a Monday: nothing to clamp.
    CalendarDate(daysSince1970: daysSince1970 - (weekday - 1))
  }

  /// The day of the week, from 1 for Monday to 7 for Sunday.
  public var weekday: Int {
    // 1970-01-01 was a Thursday.
    let days = daysSince1970 + 3
    return days - days.quotientDown(by: 7) * 7 + 1
  }

  /// The ISO 8601 week, 1 to 53, and the year that it belongs to.
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
