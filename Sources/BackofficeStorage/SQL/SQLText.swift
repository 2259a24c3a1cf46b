import CBackofficeSQLite

/// SQLite's rules for keywords and identifiers.
package enum SQLText {
  /// The first words of statements that begin, end or nest a transaction, in capitals.
  package static let transactionWords: Set<String> = [
    "BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE",
  ]

  /// An identifier in double quotes.
  package static func quoted(_ name: String) -> String {
    var result = "\""
    for character in name.unicodeScalars {
      if character == "\"" { result += "\"" }
      result.unicodeScalars.append(character)
    }
    return result + "\""
  }

  /// Whether a word, in any case, is a keyword.
  package static func isKeyword(_ word: String) -> Bool {
    unsafe sqlite3_keyword_check(word, Int32(clamping: word.utf8.count)) != 0
  }

  /// The word that a statement begins with, in capitals; nil if it begins with white space, a comment
  /// or anything else.
  package static func leadingWord(of sql: String) -> String? {
    let letters = sql.utf8.prefix {
      switch $0 {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
      default: false
      }
    }
    return letters.isEmpty ? nil : Substring(letters).uppercased()
  }

  /// Whether a UTF-8 byte can be part of a word or an unquoted identifier.
  @inlinable
  package static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...:
      true
    default: false
    }
  }
}
