/// Formats and parses the canonical text of 16 bytes.
enum UUIDText {
  /// The text in lower case, 8-4-4-4-12.
  static func format(high: UInt64, low: UInt64) -> String {
    unsafe String(unsafeUninitializedCapacity: 36) { buffer in
      var end = 0
      unsafe write(high >> 32, digits: 8, to: buffer, end: &end)
      unsafe UTF8Text.write(UInt8(ascii: "-"), to: buffer, end: &end)
      unsafe write(high >> 16, digits: 4, to: buffer, end: &end)
      unsafe UTF8Text.write(UInt8(ascii: "-"), to: buffer, end: &end)
      unsafe write(high, digits: 4, to: buffer, end: &end)
      unsafe UTF8Text.write(UInt8(ascii: "-"), to: buffer, end: &end)
      unsafe write(low >> 48, digits: 4, to: buffer, end: &end)
      unsafe UTF8Text.write(UInt8(ascii: "-"), to: buffer, end: &end)
      unsafe write(low, digits: 12, to: buffer, end: &end)
      return end
    }
  }

  @inline(__always)
  private static func write(
    _ value: UInt64, digits count: Int, to buffer: UnsafeMutableBufferPointer<UInt8>,
    end: inout Int
  ) {
    var shift = UInt64(count) &* 4
    for index in end..<(end + count) {
      shift &-= 4
      let nibble = UInt8(truncatingIfNeeded: value &>> shift) & 0xf
      unsafe buffer[index] = nibble &+ (nibble < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") &- 10)
    }
    end += count
  }

  /// Parses 36 characters with dashes or 32 without, in either case.
  static func parse(_ bytes: Span<UInt8>) -> (high: UInt64, low: UInt64)? {
    switch bytes.count {
    case 32:
      guard let high = number(in: bytes, at: 0, count: 16),
        let low = number(in: bytes, at: 16, count: 16)
      else { return nil }
      return (high, low)
    case 36:
      let dash = UInt8(ascii: "-")
      guard bytes[8] == dash, bytes[13] == dash, bytes[18] == dash, bytes[23] == dash,
        let first = number(in: bytes, at: 0, count: 8),
        let second = number(in: bytes, at: 9, count: 4),
        let third = number(in: bytes, at: 14, count: 4),
        let fourth = number(in: bytes, at: 19, count: 4),
        let fifth = number(in: bytes, at: 24, count: 12)
      else { return nil }
      return (first << 32 | second << 16 | third, fourth << 48 | fifth)
    default:
      return nil
    }
  }

  @inline(__always)
  private static func number(in bytes: Span<UInt8>, at start: Int, count: Int) -> UInt64? {
    var value: UInt64 = 0
    for index in start..<(start + count) {
      let byte = bytes[index]
      let digit = byte &- UInt8(ascii: "0")
      let letter = (byte | 0x20) &- UInt8(ascii: "a")
      guard digit < 10 || letter < 6 else { return nil }
      value = value << 4 | UInt64(digit < 10 ? digit : letter &+ 10)
    }
    return value
  }
}
