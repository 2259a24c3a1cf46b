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
    let borders = BillingBorders(anchor: anchor, day: nil, step: .months(1), zone: zone)
    let number = max(0, borders.number(at: max(instant, anchor)))
    let start = borders.border(number)
    let end = borders.border(number + 1)
    // Months end at the maximum timestamp.
    return BillingPeriod(unchecked: start, end > start ? end : start + .days(28))
  }

  /// Half of the period's length.
  var half: Duration { .microseconds((end.microseconds - start.microseconds) / 2) }
}
