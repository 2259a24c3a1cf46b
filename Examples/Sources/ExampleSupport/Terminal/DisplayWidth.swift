extension StringProtocol {
  /// How many columns of a terminal the text takes.
  package var displayWidth: Int { reduce(0) { $0 + $1.displayWidth } }

  /// The text with spaces after it, up to `width` columns.
  package func padded(to width: Int) -> String {
    String(self) + String(repeating: " ", count: Swift.max(0, width - displayWidth))
  }

  /// The text cut to `width` columns, with an ellipsis where something was cut off.
  package func fitted(to width: Int) -> String {
    guard displayWidth > width else { return String(self) }
    guard width > 1 else { return width == 1 ? "…" : "" }
    var result = ""
    var used = 0
    for character in self {
      guard used + character.displayWidth <= width - 1 else { break }
      used += character.displayWidth
      result.append(character)
    }
    return result + "…"
  }
}

extension Character {
  /// 2 for wide characters (East Asian, emoji), 0 for controls, else 1.
  package var displayWidth: Int {
    guard let first = unicodeScalars.first else { return 0 }
    let value = first.value
    if value < 0x20 || (0x7f..<0xa0).contains(value) { return 0 }
    if value < 0x300 { return 1 }
    // A text symbol with the selector that makes it an emoji, such as a star, becomes wide.
    if unicodeScalars.contains("\u{fe0f}") { return 2 }
    if first.properties.isEmojiPresentation { return 2 }
    switch first.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: return Self.isWide(value) ? 2 : 1
    }
  }

  private static func isWide(_ value: UInt32) -> Bool {
    switch value {
    case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0x33ff, 0x3400...0x4dbf, 0x4e00...0x9fff,
      0xa000...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f, 0xff00...0xff60,
      0xffe0...0xffe6, 0x1f300...0x1f64f, 0x1f900...0x1f9ff, 0x20000...0x3fffd:
      true
    default: false
    }
  }
}
