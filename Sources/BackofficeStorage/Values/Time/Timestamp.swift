/// A point in time in microseconds since 1970 UTC, stored as an INTEGER.
///
/// Timestamps are within the years 0001 to 9999, so that each has an RFC 3339 text and a calendar
/// date. Arithmetic never traps: results outside this range become ``distantPast`` or
/// ``distantFuture``. As in POSIX time, there are no leap seconds.
public struct Timestamp: Sendable, Hashable, Comparable {
  /// The microseconds since 1970-01-01T00:00:00Z; negative before.
  public let microseconds: Int64

  /// Creates a timestamp from microseconds since 1970 UTC, clamped to the years 0001 to 9999.
  @inlinable
  public init(microseconds: Int64) {
    self.microseconds = min(max(microseconds, Self.earliest), Self.latest)
  }

  @inlinable static var earliest: Int64 { -62_135_596_800_000_000 }
  @inlinable static var latest: Int64 { 253_402_300_799_999_999 }

  /// The first microsecond of the year 0001, the earliest timestamp.
  @inlinable public static var distantPast: Timestamp { Timestamp(microseconds: earliest) }

  /// The last microsecond of the year 9999, the latest timestamp.
  @inlinable public static var distantFuture: Timestamp { Timestamp(microseconds: latest) }

  /// Creates a timestamp from a UTC date and time in the proleptic Gregorian calendar.
  ///
  /// Returns nil if the date or time does not exist, or is outside the years 0001 to 9999. There
  /// are no leap seconds.
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

  /// The date in UTC.
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
  /// Returns the timestamp `duration` later; fractions of a microsecond are dropped.
  public static func + (timestamp: Timestamp, duration: Duration) -> Timestamp {
    timestamp.shifted(by: duration.microseconds)
  }

  /// Returns the timestamp `duration` earlier; fractions of a microsecond are dropped.
  public static func - (timestamp: Timestamp, duration: Duration) -> Timestamp {
    let (opposite, overflow) = Int64(0).subtractingReportingOverflow(duration.microseconds)
    return timestamp.shifted(by: overflow ? .max : opposite)
  }

  /// Returns the duration from `right` to `left`; negative if `right` is later.
  public static func - (left: Timestamp, right: Timestamp) -> Duration {
    // Both are within 10,000 years, so the difference fits.
    .microseconds(left.microseconds - right.microseconds)
  }

  /// Moves the timestamp forwards.
  public static func += (timestamp: inout Timestamp, duration: Duration) {
    timestamp = timestamp + duration
  }

  /// Moves the timestamp backwards.
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
  ///
  /// - Throws: ``SQLiteError`` if SQLite refuses the value.
  @inlinable
  public func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    try parameter.bind(microseconds)
  }

  /// Decodes an integer within the years 0001 to 9999.
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
