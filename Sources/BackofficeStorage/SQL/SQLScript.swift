import CBackofficeSQLite

/// SQL text, split into statements without a database.
///
/// Quotes and comments are parsed here. `sqlite3_complete` finds the end of a `CREATE TRIGGER`,
/// whose body contains semicolons.
package struct SQLScript {
  /// A statement of the text.
  package struct Statement: Equatable {
    /// The text of the statement, from its first word to its semicolon.
    package let text: String
    /// The line of the first word, starting at 1.
    package let line: Int
    /// The first words that are not quoted names, in capitals.
    package let words: [String]

    /// Whether it is a command of the sqlite3 shell, such as `.timeout 100`, which is one line.
    package var isShellCommand: Bool { text.utf8.first == UInt8(ascii: ".") }
  }

  package private(set) var statements: [Statement] = []
  private let bytes: [UInt8]
  package private(set) var position = 0
  package private(set) var line: Int

  package init(_ text: String, firstLine: Int = 1) {
    self.init(reading: Array(text.utf8), firstLine: firstLine)
    while skipToStatement() { readStatement() }
  }

  /// Creates a script that the caller reads position by position.
  package init(reading bytes: [UInt8], firstLine: Int) {
    self.bytes = bytes
    line = firstLine
  }

  /// Moves to a byte offset.
  package mutating func move(to end: Int) {
    while position < min(end, bytes.count) { advance() }
  }

  /// The column of `place` in its line, in characters, starting at 1.
  package func column(of place: Int) -> Int {
    let start = bytes[..<place].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    return 1 + bytes[start..<place].count { $0 & 0xc0 != 0x80 }
  }

  /// The first words of the statement at the current position, in capitals.
  package func leadingWords() -> [String] {
    var copy = self
    var words: [String] = []
    while copy.position < bytes.count, words.count < 3, bytes[copy.position] != UInt8(ascii: ";") {
      if copy.skipComment() || copy.skipByteOrderMark() { continue }
      if SQLText.isWordByte(bytes[copy.position]) {
        words.append(copy.readWord())
      } else {
        copy.advance()
      }
    }
    return words
  }

  private mutating func readWord() -> String {
    let start = position
    while position < bytes.count, SQLText.isWordByte(bytes[position]) { position += 1 }
    return String(decoding: bytes[start..<position], as: UTF8.self).uppercased()
  }

  /// Skips white space, comments and empty statements; returns false at the end.
  package mutating func skipToStatement() -> Bool {
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"), 0x0c,
        UInt8(ascii: ";"):
        advance()
      default:
        guard skipComment() || skipByteOrderMark() else { return true }
      }
    }
    return false
  }

  /// Skips a byte order mark, which SQLite reads as white space wherever a token may begin.
  private mutating func skipByteOrderMark() -> Bool {
    guard bytes[position...].starts(with: [0xef, 0xbb, 0xbf]) else { return false }
    position += 3
    return true
  }

  /// The end of a command of the sqlite3 shell at the current position; nil for a statement.
  package var endOfShellCommand: Int? {
    guard bytes[position] == UInt8(ascii: ".") else { return nil }
    return bytes[position...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
  }

  private mutating func readStatement() {
    let start = position
    let startLine = line
    if let end = endOfShellCommand {
      move(to: end)
      return append(start, startLine, [])
    }
    var words: [String] = []
    while position < bytes.count {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: ";"):
        advance()
        if !Self.isTrigger(words) || isComplete(bytes[start..<position]) {
          return append(start, startLine, words)
        }
      case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"):
        skip(to: byte)
      case UInt8(ascii: "["):
        skip(to: UInt8(ascii: "]"))
      default:
        if skipComment() || skipByteOrderMark() { continue }
        guard SQLText.isWordByte(byte) else {
          advance()
          continue
        }
        let word = readWord()
        // Three words suffice for CREATE TEMPORARY TRIGGER, and for PRAGMA with a schema; EXPLAIN
        // QUERY PLAN precedes them.
        if words.count < (words.first == "EXPLAIN" ? 6 : 3) { words.append(word) }
      }
    }
    append(start, startLine, words)
  }

  private mutating func append(_ start: Int, _ line: Int, _ words: [String]) {
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    statements.append(Statement(text: text, line: line, words: words))
  }

  private mutating func advance() {
    if bytes[position] == UInt8(ascii: "\n") { line += 1 }
    position += 1
  }

  /// Skips a comment, if one starts here.
  private mutating func skipComment() -> Bool {
    guard position + 1 < bytes.count else { return false }
    switch (bytes[position], bytes[position + 1]) {
    case (UInt8(ascii: "-"), UInt8(ascii: "-")):
      while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
    case (UInt8(ascii: "/"), UInt8(ascii: "*")):
      position += 2
      // The asterisk that opens the comment does not close it: `/*/` is still open.
      while position < bytes.count {
        if bytes[position...].starts(with: [UInt8(ascii: "*"), UInt8(ascii: "/")]) {
          position += 2
          break
        }
        advance()
      }
    default:
      return false
    }
    return true
  }

  /// Skips to the end of a quoted part; a doubled quote starts the next one.
  private mutating func skip(to quote: UInt8) {
    position += 1
    while position < bytes.count, bytes[position] != quote { advance() }
    if position < bytes.count { position += 1 }
  }

  private static func isTrigger(_ words: [String]) -> Bool {
    guard let verb = words.firstIndex(of: "CREATE") else { return false }
    return words[..<verb].allSatisfy { ["EXPLAIN", "QUERY", "PLAN"].contains($0) }
      && words[(verb + 1)...].contains("TRIGGER")
  }

  private func isComplete(_ statement: ArraySlice<UInt8>) -> Bool {
    unsafe sqlite3_complete(String(decoding: statement, as: UTF8.self)) == 1
  }
}
