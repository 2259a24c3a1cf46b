/// Tracks quotes and block comments from line to line.
struct QuoteScanner {
  private enum Place {
    case outside
    case quoted(UInt8)
    case comment
  }
  private var place = Place.outside
  /// Whether anything but comments was read.
  private(set) var hasText = false

  var isOutside: Bool { if case .outside = place { true } else { false } }
  var isQuoted: Bool { if case .quoted = place { true } else { false } }

  private func isCommentStart(_ byte: UInt8, _ next: UInt8) -> Bool {
    (byte == UInt8(ascii: "-") && next == UInt8(ascii: "-"))
      || (byte == UInt8(ascii: "/") && next == UInt8(ascii: "*"))
  }

  /// Reads a line, and returns where its `--` comment begins.
  @discardableResult
  mutating func read(_ line: ArraySlice<UInt8>) -> Int? {
    var index = line.startIndex
    while index < line.endIndex {
      let byte = line[index]
      let next = index + 1 < line.endIndex ? line[index + 1] : 0
      switch place {
      case .quoted(let quote):
        if byte == quote { place = .outside }
      case .comment:
        if byte == UInt8(ascii: "*"), next == UInt8(ascii: "/") {
          place = .outside
          index += 1
        }
      case .outside:
        if byte > 0x20, !isCommentStart(byte, next) { hasText = true }
        switch byte {
        case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"): place = .quoted(byte)
        case UInt8(ascii: "["): place = .quoted(UInt8(ascii: "]"))
        case UInt8(ascii: "-") where next == UInt8(ascii: "-"): return index
        case UInt8(ascii: "/") where next == UInt8(ascii: "*"):
          place = .comment
          index += 1
        default: break
        }
      }
      index += 1
    }
    return nil
  }
}
