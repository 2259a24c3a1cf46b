/// A date of the proleptic Gregorian calendar without time or zone, stored as TEXT `YYYY-MM-DD`.
///
/// The years range from 0001 to 9999. Failable initializers return nil for dates outside this
/// range; arithmetic stops at ``min`` and ``max``.
public struct CalendarDate: Sendable, Hashable {
  // Year, month and day, packed into one number that preserves their order.
  private let packed: Int32

  /// The year, 1 to 9999.
  public var year: Int { Int(packed >> 9) }

  /// The month, 1 to 12.
  public var month: Int { Int(packed >> 5 & 0xf) }

  /// The day of the month, 1 to 31.
  public var day: Int { Int(packed & 0x1f) }

  /// Creates a date; nil if it does not exist.
  public init?(year: Int, month: Int, day: Int) {
    guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
      day <= CivilDay.daysInMonth(month, of: year)
    else { return nil }
    self.init(CivilDay(year: year, month: month, day: day))
  }

  /// Creates the date `days` days after 1970-01-01, clamped to the years 0001 to 9999.
  public init(daysSince1970 days: Int) {
    // 0001-01-01 and 9999-12-31.
    self.init(CivilDay(daysSince1970: Swift.min(Swift.max(days, -719_162), 2_932_896)))
  }

  init(_ civil: CivilDay) {
    packed = Int32(truncatingIfNeeded: civil.year << 9 | civil.month << 5 | civil.day)
  }

  /// 0001-01-01.
  public static var min: CalendarDate { CalendarDate(CivilDay(year: 1, month: 1, day: 1)) }

  /// 9999-12-31.
  public static var max: CalendarDate { CalendarDate(CivilDay(year: 9999, month: 12, day: 31)) }

  /// The number of days since 1970-01-01; negative before.
  public var daysSince1970: Int { CivilDay(year: year, month: month, day: day).daysSince1970 }
}

extension CalendarDate: Comparable {
  /// Whether `left` is before `right`.
  public static func < (left: CalendarDate, right: CalendarDate) -> Bool {
    left.packed < right.packed
  }
}

extension CalendarDate: ColumnConvertible {
  /// Binds the text `YYYY-MM-DD`.
  ///
  /// - Throws: ``SQLiteError`` if SQLite refuses the value.
  public func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    try parameter.bind(description)
  }

  /// Decodes the text `YYYY-MM-DD` of an existing date.
  public static func decode(_ column: borrowing ColumnValue) -> CalendarDate? {
    column.withUTF8(Self.parse)
  }

  /// The date with this number.
  public static func columnSample(_ number: Int) -> CalendarDate? {
    CalendarDate(daysSince1970: number)
  }
}

extension CalendarDate: LosslessStringConvertible {
  /// The text `YYYY-MM-DD`.
  public var description: String {
    unsafe String(unsafeUninitializedCapacity: 10) { buffer in
      var end = 0
      unsafe UTF8Text.write(year, digits: 4, to: buffer, end: &end)
      unsafe UTF8Text.write(UInt8(ascii: "-"), to: buffer, end: &end)
      unsafe UTF8Text.write(month, digits: 2, to: buffer, end: &end)
      unsafe UTF8Text.write(UInt8(ascii: "-"), to: buffer, end: &end)
      unsafe UTF8Text.write(day, digits: 2, to: buffer, end: &end)
      return end
    }
  }

  /// Parses `YYYY-MM-DD`; nil for any other format.
  public init?(_ text: String) {
    guard let date = UTF8Text.withBytes(of: text, Self.parse) else { return nil }
    self = date
  }

  private static func parse(_ bytes: Span<UInt8>) -> CalendarDate? {
    guard bytes.count == 10, let civil = CivilDay.parse(bytes) else { return nil }
    return CalendarDate(civil)
  }
}

extension CalendarDate: Codable {
  /// Decodes the text `YYYY-MM-DD`.
  ///
  /// - Throws: `DecodingError` if the value has another format.
  public init(from decoder: any Decoder) throws {
    self = try decoder.singleText(as: CalendarDate.self)
  }

  /// Encodes the text `YYYY-MM-DD`.
  ///
  /// - Throws: any error that the encoder throws.
  public func encode(to encoder: any Encoder) throws { try encoder.writeSingleText(self) }
}

extension CalendarDate: CodingKeyRepresentable {
  /// The text as a key, so that a dictionary with date keys encodes as a JSON object.
  public var codingKey: any CodingKey { TextKey(stringValue: description) }

  /// Parses the text of a key.
  public init?(codingKey: some CodingKey) { self.init(codingKey.stringValue) }
}
