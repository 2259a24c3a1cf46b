/// A billing period, from its start up to but not including its end.
public struct BillingPeriod: Sendable, Hashable, Codable {
  /// The first instant.
  public let start: Timestamp
  /// The first instant after the period.
  public let end: Timestamp

  /// Creates a period, or nil if it would be empty.
  public init?(start: Timestamp, end: Timestamp) {
    guard start < end else { return nil }
    self.start = start
    self.end = end
  }

  init(unchecked start: Timestamp, _ end: Timestamp) {
    self.start = start
    self.end = end
  }

  /// Whether an instant lies in the period.
  public func contains(_ instant: Timestamp) -> Bool { start <= instant && instant < end }

  /// The period that contains an instant, if periods are whole months from an anchor.
  ///
  /// Each boundary is counted from the anchor, so an anchor on the 31st gives boundaries on 28
  /// February and 31 March.
  ///
  /// - Parameters:
  ///   - instant: the instant; an instant before the anchor counts as the anchor.
  ///   - anchor: the start of the first period.
  ///   - zone: the time zone in which months are counted.
  public static func containing(
    _ instant: Timestamp, anchor: Timestamp, zone: Zone
  ) -> BillingPeriod {
    let anchorDay = zone.date(of: anchor)
    let timeOfDay = anchor + .seconds(zone.secondsFromUTC(at: anchor)) - anchorDay.startOfDayUTC
    func border(_ months: Int) -> Timestamp {
      if months == 0 { return anchor }
      let midnight = zone.startOfDay(anchorDay.adding(months: months))
      let border = midnight + timeOfDay
      // After a clock change since midnight, the local time would differ from that of the anchor.
      return border
        - .seconds(zone.secondsFromUTC(at: border) - zone.secondsFromUTC(at: midnight))
    }
    let day = zone.date(of: max(instant, anchor))
    var months = max(0, (day.year - anchorDay.year) * 12 + day.month - anchorDay.month)
    while months > 0, border(months) > instant { months -= 1 }
    // Months end at the maximum timestamp.
    let end = border(months + 1)
    let start = border(months)
    return BillingPeriod(unchecked: start, end > start ? end : start + .days(28))
  }

  /// The calendar month that contains an instant.
  static func calendarMonth(of instant: Timestamp, zone: Zone) -> BillingPeriod {
    let day = zone.date(of: instant)
    let first = CalendarDate(daysSince1970: day.daysSince1970 - day.day + 1)
    return containing(instant, anchor: zone.startOfDay(first), zone: zone)
  }
}
