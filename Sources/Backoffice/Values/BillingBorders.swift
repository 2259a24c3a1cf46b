/// The borders of billing periods, each computed from the anchor so that none drifts.
///
/// The anchor is a local date and time. A border whose local time does not exist moves forward by
/// the gap of the clock; of a local time that occurs twice, the border is the first.
struct BillingBorders: Sendable {
  let step: TierPeriod.Step
  private let zone: Zone
  private let first: Timestamp
  private let date: CalendarDate
  private let timeOfDay: Duration
  /// The wanted day of the month.
  let day: Int

  init(anchor: Timestamp, day: Int?, step: TierPeriod.Step, zone: Zone) {
    self.step = step
    self.zone = zone
    first = anchor
    date = zone.date(of: anchor)
    timeOfDay = .microseconds(
      (anchor + .seconds(zone.secondsFromUTC(at: anchor))).microseconds
        - date.startOfDayUTC.microseconds)
    self.day = day ?? date.day
  }

  /// The border with a number; 0 is the anchor.
  func border(_ number: Int) -> Timestamp {
    number == 0 ? first : zone.instant(of: localDate(number), at: timeOfDay)
  }

  private func localDate(_ number: Int) -> CalendarDate {
    switch step {
    case .days(let days): date.adding(days: number * days)
    case .months(let months): date.inMonth(number * months, day: day)
    }
  }

  /// The number of the last border at or before an instant.
  func number(at instant: Timestamp) -> Int {
    let local = zone.date(of: instant)
    var number: Int
    switch step {
    case .days(let days): number = (local.daysSince1970 - date.daysSince1970) / days
    case .months(let months):
      number = ((local.year - date.year) * 12 + local.month - date.month) / months
    }
    // Borders are equal at the ends of time, and where a local day is missing.
    while number > -120_000, border(number) > instant { number -= 1 }
    while border(number + 1) <= instant, border(number + 1) > border(number) { number += 1 }
    return number
  }

  /// The first border strictly after an instant, or the instant at the end of time.
  func next(after instant: Timestamp) -> Timestamp {
    var number = number(at: instant) + 1
    let limit = number + 3
    while number < limit, border(number) <= instant { number += 1 }
    return max(border(number), instant)
  }

  /// The number of the border nearest to an instant.
  func nearest(to instant: Timestamp) -> Int {
    let number = number(at: instant)
    let before = instant.microseconds - border(number).microseconds
    let after = border(number + 1).microseconds - instant.microseconds
    return before <= after ? number : number + 1
  }
}

extension CalendarDate {
  /// The date in a later or earlier month, on a wanted day or the last day of the month.
  func inMonth(_ months: Int, day: Int) -> CalendarDate {
    let first = CalendarDate(daysSince1970: daysSince1970 - self.day + 1).adding(months: months)
    let last = first.adding(months: 1).adding(days: -1)
    return CalendarDate(
      daysSince1970: first.daysSince1970 + Swift.min(Swift.max(day, 1), Swift.max(last.day, 28)) - 1
    )
  }

  /// The first date strictly after this one that falls on a day of the month.
  ///
  /// - Parameters:
  ///   - day: the wanted day, 1 to 31; the last day of a shorter month.
  ///   - months: the number of months between two borders.
  func nextBorder(day: Int, everyMonths months: Int) -> CalendarDate {
    let candidate = inMonth(0, day: day)
    return candidate > self ? candidate : inMonth(months, day: day)
  }
}

extension Zone {
  /// The instant of a local date and time.
  ///
  /// A time that does not exist moves forward by the gap of the clock; of a time that occurs twice,
  /// the result is the first.
  func instant(of date: CalendarDate, at timeOfDay: Duration) -> Timestamp {
    let local = date.startOfDayUTC + timeOfDay
    let before = secondsFromUTC(at: local - .days(1))
    let after = secondsFromUTC(at: local + .days(1))
    for offset in [max(before, after), min(before, after)] {
      let instant = local - .seconds(offset)
      if secondsFromUTC(at: instant) == offset { return instant }
    }
    return local - .seconds(before)
  }
}
