/// The tokens of a statement, without comments and in canonical spelling.
///
/// Statements with the same tokens have the same meaning. The opposite does not hold: `a <> b` and
/// `a != b` differ.
struct SQLTokens: Equatable {
  /// A token.
  struct Token: Equatable {
    /// The kind of a token.
    enum Kind: Equatable {
      case word, quotedName, string, number, symbol
    }

    let kind: Kind
    /// The canonical spelling: words in lower case, and names quoted only if necessary.
    let text: String
    /// The name as it was written, without quotes.
    let name: String
    /// The byte offset of the token.
    let offset: Int

    /// Whether the token is the unquoted word `word`, in lower case.
    func `is`(_ word: String) -> Bool { kind == .word && text == word }
    /// Whether the token is the symbol `sign`.
    func isSymbol(_ sign: String) -> Bool { kind == .symbol && text == sign }
    /// Whether the token can be a name.
    var isName: Bool { kind == .word || kind == .quotedName || kind == .string }
  }

  private(set) var tokens: [Token] = []

  init(_ tokens: some Sequence<Token>) { self.tokens = Array(tokens) }

  init(_ sql: String) {
    var scanner = SQLScanner(sql)
    while let token = scanner.next() { tokens.append(token) }
  }

  /// The tokens as text, separated by single spaces where necessary.
  var text: String { Self.text(of: tokens[...]) }

  static func text(of tokens: ArraySlice<Token>) -> String {
    var result = ""
    var previous: Token?
    for token in tokens {
      if let previous, !previous.isSymbol("("), !previous.isSymbol("."), !token.isSymbol(")"),
        !token.isSymbol(","), !token.isSymbol("."), !token.isSymbol(";")
      {
        result += " "
      }
      result += token.text
      previous = token
    }
    return result
  }

  /// The canonical spelling of a name.
  static func spelling(ofName name: String) -> String {
    let isPlain =
      name.utf8.allSatisfy(SQLText.isWordByte)
      && !(name.utf8.first.map { (0x30...0x39).contains($0) } ?? true)
    if isPlain, !SQLText.isKeyword(name) { return name.lowercased() }
    return "\"\(name.lowercased())\""
  }
}

/// Splits text into tokens by the rules of SQLite's tokenizer.
struct SQLScanner {
  private let bytes: [UInt8]
  private var position = 0

  init(_ sql: String) { bytes = Array(sql.utf8) }

  mutating func next() -> SQLTokens.Token? {
    while position < bytes.count {
      if Self.isSpace(bytes[position]) {
        position += 1
      } else if !skipComment() {
        return token()
      }
    }
    return nil
  }

  private mutating func token() -> SQLTokens.Token {
    let start = position
    let byte = bytes[position]
    switch byte {
    case UInt8(ascii: "'"):
      let content = quoted(until: byte)
      return SQLTokens.Token(kind: .string, text: text(from: start), name: content, offset: start)
    case UInt8(ascii: "\""), UInt8(ascii: "`"):
      let name = quoted(until: byte)
      return quotedName(name, start)
    case UInt8(ascii: "["):
      let name = quoted(until: UInt8(ascii: "]"))
      return quotedName(name, start)
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      skipNumber()
      let spelling = text(from: start)
      return SQLTokens.Token(
        kind: .number, text: spelling.lowercased(), name: spelling, offset: start)
    case _ where SQLText.isWordByte(byte):
      return word(start)
    default:
      position += symbolLength()
      let sign = text(from: start)
      return SQLTokens.Token(kind: .symbol, text: sign, name: sign, offset: start)
    }
  }

  private mutating func word(_ start: Int) -> SQLTokens.Token {
    while position < bytes.count, SQLText.isWordByte(bytes[position]) { position += 1 }
    let spelling = text(from: start)
    if spelling.lowercased() == "x", position < bytes.count,
      bytes[position] == UInt8(ascii: "'")
    {
      _ = quoted(until: UInt8(ascii: "'"))
      let blob = text(from: start)
      return SQLTokens.Token(kind: .string, text: blob.lowercased(), name: blob, offset: start)
    }
    return SQLTokens.Token(
      kind: .word, text: spelling.lowercased(), name: spelling, offset: start)
  }

  private func quotedName(_ name: String, _ start: Int) -> SQLTokens.Token {
    let spelling = SQLTokens.spelling(ofName: name)
    // A quoted name that needs no quotes is the same token as the word.
    let kind: SQLTokens.Token.Kind = spelling.hasPrefix("\"") ? .quotedName : .word
    return SQLTokens.Token(kind: kind, text: spelling, name: name, offset: start)
  }

  /// Reads to the closing quote, and returns the content with doubled quotes unescaped.
  private mutating func quoted(until quote: UInt8) -> String {
    var content: [UInt8] = []
    position += 1
    while position < bytes.count {
      if bytes[position] == quote {
        position += 1
        guard quote != UInt8(ascii: "]"), position < bytes.count, bytes[position] == quote
        else { break }
      }
      content.append(bytes[position])
      position += 1
    }
    return String(decoding: content, as: UTF8.self)
  }

  private mutating func skipNumber() {
    var previous: UInt8 = 0
    while position < bytes.count {
      let byte = bytes[position]
      let isSign = byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
      let afterExponent = previous == UInt8(ascii: "e") || previous == UInt8(ascii: "E")
      guard
        SQLText.isWordByte(byte) || byte == UInt8(ascii: ".") || (isSign && afterExponent)
      else { return }
      previous = byte
      position += 1
    }
  }

  private func symbolLength() -> Int {
    switch bytes[position] {
    case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ","), UInt8(ascii: ";"): return 1
    default: break
    }
    let rest = bytes[position...].prefix(3)
    for sign in Self.longSymbols where rest.starts(with: sign) { return sign.count }
    return 1
  }

  private mutating func skipComment() -> Bool {
    guard position + 1 < bytes.count else { return false }
    switch (bytes[position], bytes[position + 1]) {
    case (UInt8(ascii: "-"), UInt8(ascii: "-")):
      while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
    case (UInt8(ascii: "/"), UInt8(ascii: "*")):
      position += 2
      while position < bytes.count {
        if position + 1 < bytes.count, bytes[position] == UInt8(ascii: "*"),
          bytes[position + 1] == UInt8(ascii: "/")
        {
          position += 2
          return true
        }
        position += 1
      }
    default:
      return false
    }
    return true
  }

  private func text(from start: Int) -> String {
    String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private static let longSymbols = ["->>", "->", "||", "<=", ">=", "<>", "!=", "==", "<<", ">>"]
    .map { Array($0.utf8) }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || (0x09...0x0d).contains(byte)
  }
}
