/// Text whose control characters cannot act on a terminal.
package enum VisibleText {
  /// The text with each control character and each override of the writing direction as an escape
  /// such as `\u001b`.
  ///
  /// Line feeds, tabs and the colours of ``Paint`` stay. In a JSON document the result means the
  /// same.
  package static func of(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: acts) else { return text }
    var result = ""
    var rest = text.unicodeScalars[...]
    while let scalar = rest.first {
      if scalar == "\u{1b}", Paint.isVisible, let paint = paint(at: rest) {
        result.unicodeScalars += paint
        rest = rest.dropFirst(paint.count)
        continue
      }
      if acts(scalar) {
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      } else {
        result.unicodeScalars.append(scalar)
      }
      rest = rest.dropFirst()
    }
    return result
  }

  private static func acts(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0a: false
    case 0..<0x20, 0x7f..<0xa0, 0x200e, 0x200f, 0x2028...0x202e, 0x2066...0x2069: true
    default: false
    }
  }

  /// A colour sequence of ``Paint`` at the start of the text.
  private static func paint(at text: Substring.UnicodeScalarView) -> Substring.UnicodeScalarView? {
    guard text.dropFirst().first == "[", let end = text.prefix(12).firstIndex(of: "m") else {
      return nil
    }
    let codes = String(text[..<end].dropFirst(2)).split(
      separator: ";", omittingEmptySubsequences: false)
    let known: Set<Substring> = ["0", "1", "2", "31", "32", "33", "36", "39", "22"]
    return codes.allSatisfy(known.contains) ? text[...end] : nil
  }
}
