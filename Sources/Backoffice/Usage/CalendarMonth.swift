/// A calendar month, stored as TEXT `YYYY-MM`.
public struct CalendarMonth: Sendable, Hashable {
  /// The first day.
  public let firstDay: CalendarDate

  /// The year, 1 to 9999.
  public var year: Int { firstDay.year }
  /// The month, 1 to 12.
  public var month: Int { firstDay.month }
  /// The first day of the following month.
  public var endDay: CalendarDate { firstDay.adding(months: 1) }

  /// The month that contains a day.
  public init(of day: CalendarDate) { firstDay = day.startOfMonth }

  /// Creates a month, or nil if the year or month is out of range.
  public init?(year: Int, month: Int) {
    guard let day = CalendarDate(year: year, month: month, day: 1) else { return nil }
    firstDay = day
  }

  /// The month that is `months` later, or earlier for a negative number.
  public func adding(months: Int) -> CalendarMonth {
    CalendarMonth(of: firstDay.adding(months: months))
  }
}

extension CalendarMonth: Comparable {
  /// Whether `left` is before `right`.
  public static func < (left: CalendarMonth, right: CalendarMonth) -> Bool {
    left.firstDay < right.firstDay
  }
}

extension CalendarMonth: LosslessStringConvertible {
  /// The text `YYYY-MM`.
  public var description: String { String(firstDay.description.prefix(7)) }

  /// Parses `YYYY-MM`; nil for any other text.
  public init?(_ text: String) {
    guard text.utf8.count == 7, let day = CalendarDate("\(text)-01") else { return nil }
    firstDay = day
  }
}

extension CalendarMonth: Bindable {
  /// Binds the text `YYYY-MM`.
  ///
  /// - Throws: `SQLiteError` if SQLite refuses the value.
  public func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    try parameter.bind(description)
  }
}

extension CalendarMonth: Codable {
  /// Decodes a text `YYYY-MM`.
  ///
  /// - Throws: `DecodingError` if the value has another format.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let month = CalendarMonth(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "not a month such as 2026-01")
    }
    self = month
  }

  /// Encodes the text `YYYY-MM`.
  ///
  /// - Throws: any error that the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
