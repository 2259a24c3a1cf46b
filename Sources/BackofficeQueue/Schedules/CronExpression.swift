/// Recurring times in cron notation: minute, hour, day of the month, month, day of the week.
///
/// ```swift
/// try CronExpression("30 8 * * MON-FRI")   // 8:30 on working days
/// try CronExpression("0 0 L * *")          // midnight at the start of a month's last day
/// try CronExpression("0 9 * * MON#1")      // 9:00 on the first Monday of a month
/// try CronExpression("@daily")
/// ```
///
/// A field is `*`, a number, a range `a-b`, a step `*/n` or `a-b/n`, or a list of these; months and
/// weekdays have English names; 0 and 7 are Sunday; `L` is the last day of a month, `FRIL` its last
/// Friday, `MON#1` its first Monday. Where neither day field begins with `*`, a date needs to fit
/// only one of them, as POSIX says; else it has to fit both. Seconds do not exist.
///
/// When clocks change, an expression for every hour follows real time, so that it misses no hour
/// and repeats none. Any other expression follows local time and runs once for each local time: the
/// times in a gap run once at the first instant after the gap, and a repeated time runs at its
/// first occurrence.
public struct CronExpression: Sendable, Hashable {
  /// The expression as it was written.
  public let text: String

  let minutes: UInt64
  let hours: UInt64
  let days: CronField
  let months: UInt64
  let weekdays: CronField

  /// Reads an expression of five fields, or one of `@yearly`, `@annually`, `@monthly`, `@weekly`,
  /// `@daily`, `@midnight` and `@hourly`.
  ///
  /// - Throws: ``CronError``, also when no date fits, such as 30 February.
  public init(_ text: String) throws(CronError) {
    var fields = text.split(whereSeparator: \.isWhitespace)
    if let word = fields.first, word.first == "@" {
      guard fields.count == 1, let expansion = Self.aliases[word.lowercased()] else {
        throw .unknownAlias(fields.joined(separator: " "))
      }
      fields = expansion.split(separator: " ")
    }
    guard fields.count == 5 else { throw .fieldCount(fields.count) }
    self.text = text
    minutes = try CronField(fields[0], .minute).bits
    hours = try CronField(fields[1], .hour).bits
    days = try CronField(fields[2], .dayOfMonth)
    months = try CronField(fields[3], .month).bits
    weekdays = try CronField(fields[4], .dayOfWeek)
    // The calendar repeats itself after 400 years.
    guard nextDay(from: Self.first, within: 400) != nil else { throw .neverFires(text) }
  }

  private static let aliases = [
    "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0", "@daily": "0 0 * * *", "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
  ]

  private static let first = 10_957  // 2000-01-01

  /// Whether the expression covers every hour, so that it follows real time and not local time.
  var isEveryHour: Bool { hours == 0xff_ffff }
}

extension CronExpression {
  /// Whether the date is one of the expression's.
  func matches(_ date: CalendarDate) -> Bool {
    guard months >> UInt64(date.month) & 1 == 1 else { return false }
    let fitsDay = matchesDay(date)
    let fitsWeekday = matchesWeekday(date)
    return days.beginsWithStar || weekdays.beginsWithStar
      ? fitsDay && fitsWeekday : fitsDay || fitsWeekday
  }

  private func matchesDay(_ date: CalendarDate) -> Bool {
    if days.bits >> UInt64(date.day) & 1 == 1 { return true }
    return days.hasLastDay && date.adding(days: 1).day == 1
  }

  private func matchesWeekday(_ date: CalendarDate) -> Bool {
    let weekday = date.weekday % 7
    if weekdays.bits >> UInt64(weekday) & 1 == 1 { return true }
    guard weekdays.ordinals != 0 else { return false }
    if weekdays.ordinals >> UInt64(weekday * 8 + (date.day + 6) / 7) & 1 == 1 { return true }
    return weekdays.ordinals >> UInt64(weekday * 8 + 6) & 1 == 1
      && date.adding(days: 7).month != date.month
  }

  /// The first day from `days` after 1970 on that fits, or nil if there is none within the searched
  /// years.
  func nextDay(from days: Int, within years: Int) -> Int? {
    var date = CalendarDate(daysSince1970: days)
    let last = date.year + years
    while date.year <= last {
      if months >> UInt64(date.month) & 1 == 0 {
        let next = date.startOfMonth.adding(months: 1)
        // The calendar has an end.
        guard next > date else { return nil }
        date = next
      } else if matches(date) {
        return date.daysSince1970
      } else {
        let next = date.adding(days: 1)
        guard next > date else { return nil }
        date = next
      }
    }
    return nil
  }

  /// The first minute of a day from `minute` on that fits.
  func nextMinute(from minute: Int) -> Int? {
    var hour = minute / 60
    var first = minute % 60
    while hour < 24 {
      if hours >> UInt64(hour) & 1 == 1, first < 60 {
        let rest = minutes >> UInt64(first)
        if rest != 0 { return hour * 60 + first + rest.trailingZeroBitCount }
      }
      hour += 1
      first = 0
    }
    return nil
  }
}

extension CronExpression: CustomStringConvertible {
  /// The expression as it was written.
  public var description: String { text }
}
