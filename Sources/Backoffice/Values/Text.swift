extension String {
  /// The text without surrounding white space.
  var trimmed: String {
    // Usually there is nothing to trim, which two bytes show.
    if let first = utf8.first, let last = utf8.last, (0x21...0x7e).contains(first),
      (0x21...0x7e).contains(last)
    {
      return self
    }
    guard let first = firstIndex(where: { !$0.isWhitespace }),
      let last = lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    let isTrimmed = first == startIndex && last == index(before: endIndex)
    return isTrimmed ? self : String(self[first...last])
  }

  /// The text without invisible characters, such as a byte order mark or a soft hyphen.
  var withoutIgnorable: String {
    guard utf8.contains(where: { $0 >= 0x80 }) else { return self }
    return String(
      String.UnicodeScalarView(
        unicodeScalars.filter { !$0.properties.isDefaultIgnorableCodePoint }))
  }

  /// Whether the text contains only white space.
  var isBlank: Bool { allSatisfy(\.isWhitespace) }
}

extension String? {
  /// The text, unless it is nil or empty.
  var nonEmpty: String? { self?.isEmpty == false ? self : nil }
}
