import Foundation

extension String {
  /// The text in the normalization form in which keys and names are stored and compared (NFC).
  ///
  /// Swift compares strings by canonical equivalence and SQLite by bytes. Without normalization, a
  /// composed and a decomposed "é" would be the same key in Swift and two keys in the file.
  package var keyForm: String {
    var text = self
    let isASCII = text.withUTF8 { bytes in unsafe bytes.allSatisfy { $0 < 0x80 } }
    return isASCII ? text : text.precomposedStringWithCanonicalMapping
  }

  /// The longest prefix of whole characters that has at most `count` bytes of UTF-8.
  package func prefix(bytes count: Int) -> String {
    guard utf8.count > count else { return self }
    var end = utf8.index(utf8.startIndex, offsetBy: max(0, count))
    while end > startIndex, end.samePosition(in: self) == nil { end = utf8.index(before: end) }
    return String(self[..<end])
  }
}
