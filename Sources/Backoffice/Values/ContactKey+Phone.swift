extension ContactKey {
  /// The key of a phone number: its digits, without a leading international `00`, and `x` with an
  /// extension.
  ///
  /// It reads what people type: spaces, dots, dashes, slashes and brackets; a label such as `Tel.:`, or
  /// `tel:` of a URI; full-width characters; an extension after `x`, `ext.`, `#` or `;ext=`. A trunk
  /// zero in brackets after a country code, as in `+49 (0)30 123`, is left out. Of two numbers in one
  /// text, the first counts.
  ///
  /// A number without a country code stays a number of its own, since its country is not known.
  ///
  /// - Returns: 7 to 15 ASCII digits, followed by `x` and 1 to 8 digits for an extension; nil if `text`
  ///   is not a phone number.
  public static func phone(_ text: String) -> String? {
    guard var rest = ascii(text) else { return nil }
    rest.removeFirst(label(of: rest))
    let line = first(of: rest)
    let end = line.firstIndex { isLetter($0) || $0 == UInt8(ascii: "#") } ?? line.endIndex
    guard let digits = number(line[..<end]) else { return nil }
    guard end < line.endIndex else { return digits }
    return ext(line[end...]).map { "\(digits)x\($0)" }
  }

  /// The text in lower-case ASCII; nil if it has a character that no phone number has.
  private static func ascii(_ text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    for scalar in text.unicodeScalars where !scalar.properties.isDefaultIgnorableCodePoint {
      if scalar.isASCII {
        let byte = UInt8(scalar.value)
        bytes.append((0x41...0x5a).contains(byte) ? byte | 0x20 : byte)
      } else if scalar.properties.numericType == .decimal,
        let value = scalar.properties.numericValue
      {
        bytes.append(UInt8(ascii: "0") + UInt8(value))
      } else if (0xff01...0xff5e).contains(scalar.value) {
        bytes += ascii(String(Unicode.Scalar(scalar.value - 0xfee0) ?? "?")) ?? []
      } else if scalar.properties.isWhitespace
        || scalar.properties.generalCategory == .dashPunctuation
      {
        bytes.append(UInt8(ascii: " "))
      } else {
        return nil
      }
    }
    let space = UInt8(ascii: " ")
    guard let start = bytes.firstIndex(where: { $0 > space }),
      let end = bytes.lastIndex(where: { $0 > space })
    else { return nil }
    return Array(bytes[start...end])
  }

  private static let labels: Set<String> = [
    "tel", "telefon", "telephone", "phone", "ph", "t", "mobil", "mobile", "mob", "m", "cell",
    "handy",
  ]

  /// The length of a label before the number.
  private static func label(of bytes: [UInt8]) -> Int {
    let word = bytes.prefix(while: isLetter)
    guard labels.contains(String(decoding: word, as: UTF8.self)) else { return 0 }
    return word.count + bytes[word.count...].prefix { ": .".utf8.contains($0) }.count
  }

  /// The first of several numbers.
  private static func first(of bytes: [UInt8]) -> ArraySlice<UInt8> {
    let text = String(decoding: bytes, as: UTF8.self).replacing(";ext=", with: "x")
    var line = ArraySlice(Array(text.utf8))
    if let end = line.firstIndex(where: { ",;|\n\r".utf8.contains($0) }) { line = line[..<end] }
    for word in [" or ", " oder ", " and ", " und "] {
      if let range = line.firstRange(of: Array(word.utf8)) { line = line[..<range.lowerBound] }
    }
    // A slash also separates an area code.
    if let slash = line.firstIndex(of: UInt8(ascii: "/")),
      line[..<slash].count(where: isDigit) >= 7, line[slash...].count(where: isDigit) >= 7
    {
      line = line[..<slash]
    }
    return line
  }

  /// The digits of a number without an extension.
  private static func number(_ bytes: ArraySlice<UInt8>) -> String? {
    var digits: [UInt8] = []
    var isInternational = false
    var position = bytes.startIndex
    while position < bytes.endIndex {
      let byte = bytes[position]
      if isDigit(byte) {
        digits.append(byte)
      } else if byte == UInt8(ascii: "+") {
        guard digits.isEmpty, !isInternational else { return nil }
        isInternational = true
      } else if byte == UInt8(ascii: "("), isInternational || digits.starts(with: "00".utf8),
        let trunk = trunkZero(bytes[position...])
      {
        position = trunk
        continue
      } else if !" .-/()\t".utf8.contains(byte) {
        return nil
      }
      position += 1
    }
    if !isInternational, digits.starts(with: "00".utf8) { digits.removeFirst(2) }
    guard (7...15).contains(digits.count) else { return nil }
    return String(decoding: digits, as: UTF8.self)
  }

  /// The end of a `(0)`.
  private static func trunkZero(_ bytes: ArraySlice<UInt8>) -> Int? {
    guard let end = bytes.firstIndex(of: UInt8(ascii: ")")),
      bytes[bytes.startIndex..<end].filter(isDigit) == [UInt8(ascii: "0")]
    else { return nil }
    return end + 1
  }

  private static let extensions: Set<String> = [
    "x", "ext", "extn", "extension", "durchwahl", "dw", "#",
  ]

  private static func ext(_ bytes: ArraySlice<UInt8>) -> String? {
    let isSign = bytes.first == UInt8(ascii: "#")
    let word = isSign ? bytes.prefix(1) : bytes.prefix(while: isLetter)
    guard extensions.contains(String(decoding: word, as: UTF8.self)) else { return nil }
    let rest = bytes[word.endIndex...].drop { ".:= ".utf8.contains($0) }
    let digits = rest.filter { $0 != UInt8(ascii: " ") }
    guard (1...8).contains(digits.count), digits.allSatisfy(isDigit) else { return nil }
    return String(decoding: digits, as: UTF8.self)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte) }
}
