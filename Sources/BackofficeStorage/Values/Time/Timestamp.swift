/// An instant in microseconds since 1970 UTC, stored as an INTEGER.
///
/// Every timestamp lies in the years 0001 to 9999, so that each has an RFC 3339 text and a calendar
/// date. Arithmetic never traps: a result outside becomes ``distantPast`` or ``distantFuture``.
/// Leap seconds do not exist, as in POSIX time.
public struct Timestamp: Sendable, Hashable, Comparable {
  /// Microseconds since 1970-01-01T00:00:00Z, negative before.
  public let microseconds: Int64

  /// The instant at `microseconds` since 1970 UTC, clamped to the years 0001 to 9999.
  @inlinable
  public init(microseconds: Int64) {
    self.microseconds = min(max(microseconds, Self.earliest), Self.latest)
  }

  @inlinable static var earliest: Int64 { -62_135_596_800_000_000 }
  @inlinable static var latest: Int64 { 253_402_300_799_999_999 }

  /// The first instant of the year 0001, before any other.
  @inlinable public static var distantPast: Timestamp { Timestamp(microseconds: earliest) }

  /// The last microsecond of the year 9999, after any other.
  @inlinable public static var distantFuture: Timestamp { Timestamp(microseconds: latest) }

  /// The instant that a UTC clock shows, in the proleptic Gregorian calendar.
  ///
  /// Nil when no such day or time exists, or outside the years 0001 to 9999. A second 60 does not
  /// exist.
  public init?(
    year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0,
    microsecond: Int = 0
  ) {
    guard let date = CalendarDate(year: year, month: month, day: day),
      (0..<24).contains(hour), (0..<60).contains(minute), (0..<60).contains(second),
      (0..<1_000_000).contains(microsecond)
    else { return nil }
    let seconds = ((date.daysSince1970 * 24 + hour) * 60 + minute) * 60 + second
    self.init(microseconds: Int64(seconds) * 1_000_000 + Int64(microsecond))
  }

  /// The day of the instant in UTC.
  public var utcDate: CalendarDate {
    CalendarDate(daysSince1970: Int(microseconds.quotientDown(by: 86_400_000_000)))
  }

  /// Whether `left` is before `right`.
  @inlinable
  public static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.microseconds < right.microseconds
  }
}

extension Timestamp {
  /// The instant `duration` later; fractions of a microsecond are dropped.
  public static func + (timestamp: Timestamp, duration: Duration) -> Timestamp {
    timestamp.shifted(by: duration.microseconds)
  }

  /// The instant `duration` earlier; fractions of a microsecond are dropped.
  public static func - (timestamp: Timestamp, duration: Duration) -> Timestamp {
    let (opposite, overflow) = Int64(0).subtractingReportingOverflow(duration.microseconds)
    return timestamp.shifted(by: overflow ? .max : opposite)
  }

  /// The time from `right` to `left`, negative when `right` is later.
  public static func - (left: Timestamp, right: Timestamp) -> Duration {
    // Both lie within 10,000 years, so the difference fits.
    .microseconds(left.microseconds - right.microseconds)
  }

  /// Moves the instant later.
  public static func += (timestamp: inout Timestamp, duration: Duration) {
    timestamp = timestamp + duration
  }

  /// Moves the instant earlier.
  public static func -= (timestamp: inout Timestamp, duration: Duration) {
    timestamp = timestamp - duration
  }

  private func shifted(by offset: Int64) -> Timestamp {
    let (sum, overflow) = microseconds.addingReportingOverflow(offset)
    guard overflow else { return Timestamp(microseconds: sum) }
    return offset < 0 ? .distantPast : .distantFuture
  }
}

extension Timestamp: ColumnConvertible {
  /// Binds the microseconds as an integer.
  @inlinable
  public func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    try parameter.bind(microseconds)
  }

  /// The instant, when the column holds an integer within the years 0001 to 9999.
  @inlinable
  public static func decode(_ column: borrowing ColumnValue) -> Timestamp? {
    guard let value = column.int64, value >= earliest, value <= latest else { return nil }
    return Timestamp(microseconds: value)
  }
}

extension BinaryInteger {
  /// The quotient rounded towards negative infinity; `divisor` is positive.
  @inline(__always)
  func quotientDown(by divisor: Self) -> Self {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
