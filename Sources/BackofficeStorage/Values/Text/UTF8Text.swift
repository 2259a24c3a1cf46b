/// Parsing and formatting of fixed-format ASCII text without Foundation.
enum UTF8Text {
  /// Calls `body` with the bytes of `text`.
  static func withBytes<Result>(of text: String, _ body: (Span<UInt8>) -> Result) -> Result {
    var text = text
    return text.withUTF8 { unsafe body($0.span) }
  }

  /// Parses `count` decimal digits from `start` on; nil if one is not a digit.
  static func number(in bytes: Span<UInt8>, at start: Int, count: Int) -> Int? {
    guard start >= 0, count > 0, count <= 18, start <= bytes.count - count else { return nil }
    var value = 0
    for index in start..<(start + count) {
      let digit = bytes[index] &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      value = value &* 10 &+ Int(digit)
    }
    return value
  }

  /// Writes `value` with `count` decimal digits, including leading zeros, and advances `end`.
  @inline(__always)
  static func write(
    _ value: Int, digits count: Int, to buffer: UnsafeMutableBufferPointer<UInt8>,
    end: inout Int
  ) {
    var rest = value
    for index in stride(from: end + count - 1, through: end, by: -1) {
      unsafe buffer[index] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
    end += count
  }

  /// Writes one byte and advances `end`.
  @inline(__always)
  static func write(
    _ byte: UInt8, to buffer: UnsafeMutableBufferPointer<UInt8>, end: inout Int
  ) {
    unsafe buffer[end] = byte
    end += 1
  }
}
