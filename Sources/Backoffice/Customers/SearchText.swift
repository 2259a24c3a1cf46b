import Foundation

/// The words of a text as they are searched: without case, accents and widths, with letters such as ß, ł
/// and ø spelled out, one word for each CJK character, and `+` and `#` after a letter as words.
enum SearchText {
  /// The letters that are not a base letter with a mark.
  private static let letters: [Unicode.Scalar: String] = [
    "ß": "ss", "ẞ": "ss", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th",
    "ı": "i",
    "ħ": "h", "ŧ": "t", "ŋ": "n", "ĸ": "k", "ſ": "s",
  ]

  /// The words of a text, in order.
  static func words(_ text: String) -> [String] {
    var words: [String] = []
    var word = ""
    func end() {
      if !word.isEmpty { words.append(word) }
      word = ""
    }
    for scalar in text.decomposedStringWithCompatibilityMapping.lowercased().unicodeScalars {
      if let spelling = letters[scalar] {
        word += spelling
      } else if isIdeographic(scalar) {
        end()
        words.append(String(scalar))
      } else if scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
        word.unicodeScalars.append(scalar)
      } else if scalar == "+" || scalar == "#",
        word.unicodeScalars.last?.properties.isAlphabetic == true
      {
        word += scalar == "+" ? "plus" : "sharp"
      } else if !isMark(scalar) {
        end()
      }
    }
    end()
    return words
  }

  /// The words that the tokenizer of the index would not find, as one text.
  ///
  /// - Parameters:
  ///   - texts: the texts of the index entry.
  ///   - phone: the key of the phone number, whose ends are words, so that its parts are found.
  static func folded(_ texts: [String?], phone: String?) -> String {
    var words: [String] = []
    for case let text? in texts
    where text.utf8.contains(where: {
      $0 >= 0x80 || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "#")
    }) {
      words += Self.words(text)
    }
    if let digits = phone?.utf8.prefix(while: { $0 != UInt8(ascii: "x") }),
      digits.count > shortestEnd
    {
      for length in (shortestEnd..<digits.count).reversed() {
        words.append(String(Substring(digits.suffix(length))))
      }
    }
    return words.joined(separator: " ")
  }

  /// The digits of the shortest end of a phone number in the index.
  private static let shortestEnd = 4

  /// A word without a common ending of English, for searches by stem.
  static func stem(_ word: String) -> String {
    for ending in ["ings", "ing", "ies", "ers", "er", "ed", "es", "s", "e", "y"]
    where word.utf8.count >= ending.utf8.count + 3 && word.hasSuffix(ending) {
      return String(word.dropLast(ending.count))
    }
    return word
  }

  /// Whether a word is written with CJK characters, which are searched by character.
  static func isIdeographic(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isIdeographic
      || (0x3040...0x30ff).contains(scalar.value) || (0x1100...0x11ff).contains(scalar.value)
      || (0xac00...0xd7af).contains(scalar.value)
  }

  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: true
    default: scalar.properties.isDefaultIgnorableCodePoint
    }
  }
}
