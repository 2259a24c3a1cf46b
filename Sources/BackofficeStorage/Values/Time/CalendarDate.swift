/// A day of the proleptic Gregorian calendar without time or zone, stored as TEXT `YYYY-MM-DD`.
///
/// The years run from 0001 to 9999. Initialisers that are handed a day outside give nil; arithmetic
/// stops at ``min`` and ``max``.
public struct CalendarDate: Sendable, Hashable {
  // Year, month and day in one number that orders as they do.
  private let packed: Int32

  /// The year, 1 to 9999.
  public var year: Int { Int(packed >> 9) }

  /// The month, 1 to 12.
  public var month: Int { Int(packed >> 5 & 0xf) }

  /// The day of the month, 1 to 31.
  public var day: Int { Int(packed & 0x1f) }

  /// The day, or nil when the calendar has no such day.
  public init?(year: Int, month: Int, day: Int) {
    guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
      day <= CivilDay.daysInMonth(month, of: year)
    else { return nil }
    self.init(CivilDay(year: year, month: month, day: day))
  }

  /// The day that is `days` after 1970-01-01, clamped to the years 0001 to 9999.
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

  /// How many days after 1970-01-01 the day is, negative before.
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
  public func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    try parameter.bind(description)
  }

  /// The day, when the column holds a text `YYYY-MM-DD` of one that exists.
  public static func decode(_ column: borrowing ColumnValue) -> CalendarDate? {
    column.withUTF8(Self.parse)
  }

  /// A day with this number.
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

  /// Reads `YYYY-MM-DD`, four, two and two digits; nil for all else.
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
  /// Reads a text `YYYY-MM-DD`.
  ///
  /// - Throws: `DecodingError` when the value is no such text.
  public init(from decoder: any Decoder) throws {
    self = try decoder.singleText(as: CalendarDate.self)
  }

  /// Writes the text `YYYY-MM-DD`.
  public func encode(to encoder: any Encoder) throws { try encoder.writeSingleText(self) }
}

extension CalendarDate: CodingKeyRepresentable {
  /// The text as a key, so that a dictionary by day becomes a JSON object.
  public var codingKey: any CodingKey { TextKey(stringValue: description) }

  /// Reads the text of a key.
  public init?(codingKey: some CodingKey) { self.init(codingKey.stringValue) }
}
