/// The canonical forms of e-mail addresses and phone numbers for comparison.
public enum ContactKey {
  /// The key of an e-mail address: without ignorable characters such as a byte order mark or a soft
  /// hyphen, trimmed, in lower case and composed (NFC).
  ///
  /// Only the format is checked: one `@`, a local part of up to 64 bytes, a domain of at least two
  /// labels, and at most 254 bytes in total.
  ///
  /// - Returns: the key, or nil if `text` is not in the format of an address.
  public static func email(_ text: String) -> String? {
    let key = text.withoutIgnorable.trimmed.lowercased().keyForm
    guard key.utf8.count <= 254 else { return nil }
    // Nearly every address is ASCII, for which a pass over the bytes is equivalent.
    if key.utf8.allSatisfy({ $0 < 0x80 }) { return isASCIIAddress(key.utf8) ? key : nil }
    guard !key.unicodeScalars.contains(where: isForbidden) else {
      return nil
    }
    let parts = key.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, isLocalPart(parts[0]), isDomain(parts[1]) else { return nil }
    return key
  }

  private static func isASCIIAddress(_ bytes: String.UTF8View) -> Bool {
    let (dot, hyphen, at) = (UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "@"))
    var isInDomain = false
    var length = 0
    var dots = 0
    var previous: UInt8 = 0
    for byte in bytes {
      switch (isInDomain, byte) {
      case (true, dot):
        guard (1...63).contains(length), previous != hyphen else { return false }
        dots += 1
        length = 0
      case (true, _):
        guard isAlphanumeric(byte) || (byte == hyphen && length > 0) else { return false }
        length += 1
      case (false, at):
        guard (1...64).contains(length), previous != dot else { return false }
        isInDomain = true
        length = 0
      case (false, _):
        guard !isForbidden(Unicode.Scalar(byte)), byte != dot || (length > 0 && previous != dot)
        else { return false }
        length += 1
      }
      previous = byte
    }
    return isInDomain && dots > 0 && (1...63).contains(length) && previous != hyphen
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }

  private static func isLocalPart(_ part: Substring) -> Bool {
    (1...64).contains(part.utf8.count) && !part.hasPrefix(".") && !part.hasSuffix(".")
      && !part.contains("..")
  }

  private static func isDomain(_ domain: Substring) -> Bool {
    let labels = domain.split(separator: ".", omittingEmptySubsequences: false)
    return labels.count >= 2
      && labels.allSatisfy { label in
        (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
          && label.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" }
      }
  }

  private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
    if !scalar.isASCII { return scalar.properties.isWhitespace }
    switch scalar {
    case "(", ")", ",", ":", ";", "<", ">", "[", "]", "\\", "\"": return true
    default: return scalar.value <= 0x20 || scalar.value == 0x7f
    }
  }
}
