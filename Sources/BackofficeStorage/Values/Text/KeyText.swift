import Foundation

extension String {
  /// The text in the one form in which keys and names are stored and compared: composed (NFC).
  ///
  /// Swift compares texts by what they mean, SQLite by their bytes: without one form, a composed and a
  /// decomposed "é" would be one key to a program and two to the file.
  package var keyForm: String {
    var text = self
    let isASCII = text.withUTF8 { bytes in unsafe bytes.allSatisfy { $0 < 0x80 } }
    return isASCII ? text : text.precomposedStringWithCanonicalMapping
  }

  /// The longest beginning that has at most `count` bytes of UTF-8 and cuts no character in two.
  package func prefix(bytes count: Int) -> String {
    guard utf8.count > count else { return self }
    var end = utf8.index(utf8.startIndex, offsetBy: max(0, count))
    while end > startIndex, end.samePosition(in: self) == nil { end = utf8.index(before: end) }
    return String(self[..<end])
  }
}
