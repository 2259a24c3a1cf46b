extension Duration {
  /// The microseconds, rounded towards zero and clamped to the range of `Int64`.
  public var microseconds: Int64 {
    let (seconds, attoseconds) = components
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
    let limit: Int64 = seconds < 0 ? .min : .max
    guard !overflow else { return limit }
    let (sum, carry) = whole.addingReportingOverflow(attoseconds / 1_000_000_000_000)
    return carry ? limit : sum
  }

  /// A number of minutes, clamped to `Int64` seconds.
  public static func minutes(_ minutes: Int) -> Duration { saturated(minutes, times: 60) }

  /// A number of hours, clamped to `Int64` seconds.
  public static func hours(_ hours: Int) -> Duration { saturated(hours, times: 3600) }

  /// A number of 24-hour days, clamped to `Int64` seconds.
  public static func days(_ days: Int) -> Duration { saturated(days, times: 86_400) }

  private static func saturated(_ count: Int, times unit: Int64) -> Duration {
    let (seconds, overflow) = Int64(count).multipliedReportingOverflow(by: unit)
    guard overflow else { return .seconds(seconds) }
    return .seconds(count < 0 ? Int64.min : Int64.max)
  }
}

extension Duration: ColumnConvertible {
  /// Binds the microseconds as an integer.
  ///
  /// - Throws: ``SQLiteError`` if SQLite refuses the value.
  @inlinable
  public func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    try parameter.bind(microseconds)
  }

  /// Decodes an integer as microseconds.
  @inlinable
  public static func decode(_ column: borrowing ColumnValue) -> Duration? {
    column.int64.map(Duration.microseconds)
  }
}
