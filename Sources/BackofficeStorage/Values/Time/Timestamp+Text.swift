extension Timestamp: LosslessStringConvertible {
  /// The RFC 3339 text in UTC, such as `2026-11-20T18:07:00Z`.
  ///
  /// The fraction has the minimum number of digits, from none to six.
  public var description: String {
    let days = Int(microseconds.quotientDown(by: 86_400_000_000))
    let rest = Int(microseconds) - days * 86_400_000_000
    let date = CivilDay(daysSince1970: days)
    let (seconds, fraction) = rest.quotientAndRemainder(dividingBy: 1_000_000)
    return unsafe String(unsafeUninitializedCapacity: 27) { buffer in
      var end = 0
      unsafe UTF8Text.write(date.year, digits: 4, to: buffer, end: &end)
      unsafe UTF8Text.write(UInt8(ascii: "-"), to: buffer, end: &end)
      unsafe UTF8Text.write(date.month, digits: 2, to: buffer, end: &end)
      unsafe UTF8Text.write(UInt8(ascii: "-"), to: buffer, end: &end)
      unsafe UTF8Text.write(date.day, digits: 2, to: buffer, end: &end)
      unsafe UTF8Text.write(UInt8(ascii: "T"), to: buffer, end: &end)
      unsafe UTF8Text.write(seconds / 3600, digits: 2, to: buffer, end: &end)
      unsafe UTF8Text.write(UInt8(ascii: ":"), to: buffer, end: &end)
      unsafe UTF8Text.write(seconds / 60 % 60, digits: 2, to: buffer, end: &end)
      unsafe UTF8Text.write(UInt8(ascii: ":"), to: buffer, end: &end)
      unsafe UTF8Text.write(seconds % 60, digits: 2, to: buffer, end: &end)
      if fraction != 0 {
        unsafe UTF8Text.write(UInt8(ascii: "."), to: buffer, end: &end)
        unsafe UTF8Text.write(fraction, digits: 6, to: buffer, end: &end)
        while unsafe buffer[end - 1] == UInt8(ascii: "0") { end -= 1 }
      }
      unsafe UTF8Text.write(UInt8(ascii: "Z"), to: buffer, end: &end)
      return end
    }
  }

  /// Parses RFC 3339 text.
  ///
  /// Any offset, lower-case `t` and `z`, and a space instead of `T` are accepted. A fraction may
  /// have one to nine digits; digits after the sixth are dropped. Returns nil for any other format,
  /// for leap seconds, and for times outside the years 0001 to 9999.
  public init?(_ text: String) {
    guard let value = UTF8Text.withBytes(of: text, Self.parse) else { return nil }
    microseconds = value
  }

  private static func parse(_ bytes: Span<UInt8>) -> Int64? {
    guard bytes.count >= 20, let day = CivilDay.parse(bytes),
      bytes[10] | 0x20 == UInt8(ascii: "t") || bytes[10] == UInt8(ascii: " "),
      let hour = UTF8Text.number(in: bytes, at: 11, count: 2), hour < 24,
      bytes[13] == UInt8(ascii: ":"),
      let minute = UTF8Text.number(in: bytes, at: 14, count: 2), minute < 60,
      bytes[16] == UInt8(ascii: ":"),
      let second = UTF8Text.number(in: bytes, at: 17, count: 2), second < 60
    else { return nil }
    var position = 19
    var fraction = 0
    if bytes[position] == UInt8(ascii: ".") {
      position += 1
      guard let value = parseFraction(bytes, position: &position) else { return nil }
      fraction = value
    }
    guard let offset = parseOffset(bytes, at: position) else { return nil }
    let seconds = ((day.daysSince1970 * 24 + hour) * 60 + minute) * 60 + second - offset
    let value = Int64(seconds) * 1_000_000 + Int64(fraction)
    return value >= earliest && value <= latest ? value : nil
  }

  /// Parses one to nine digits as microseconds, and advances `position`.
  private static func parseFraction(_ bytes: Span<UInt8>, position: inout Int) -> Int? {
    let start = position
    var value = 0
    var unit = 100_000
    while position < bytes.count {
      let digit = bytes[position] &- UInt8(ascii: "0")
      guard digit < 10 else { break }
      guard position - start < 9 else { return nil }
      value += Int(digit) * unit
      unit /= 10
      position += 1
    }
    return position > start ? value : nil
  }

  /// Parses a final `Z` or `+hh:mm` as seconds.
  private static func parseOffset(_ bytes: Span<UInt8>, at position: Int) -> Int? {
    guard position < bytes.count else { return nil }
    let sign = bytes[position]
    if sign | 0x20 == UInt8(ascii: "z") { return bytes.count == position + 1 ? 0 : nil }
    guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
      bytes.count == position + 6, bytes[position + 3] == UInt8(ascii: ":"),
      let hours = UTF8Text.number(in: bytes, at: position + 1, count: 2), hours < 24,
      let minutes = UTF8Text.number(in: bytes, at: position + 4, count: 2), minutes < 60
    else { return nil }
    let offset = (hours * 60 + minutes) * 60
    return sign == UInt8(ascii: "-") ? -offset : offset
  }
}

extension Timestamp: Codable {
  /// Parses RFC 3339 text.
  ///
  /// - Throws: `DecodingError` if the value has another format.
  public init(from decoder: any Decoder) throws {
    self = try decoder.singleText(as: Timestamp.self)
  }

  /// Encodes RFC 3339 text in UTC.
  ///
  /// - Throws: any error that the encoder throws.
  public func encode(to encoder: any Encoder) throws { try encoder.writeSingleText(self) }
}
