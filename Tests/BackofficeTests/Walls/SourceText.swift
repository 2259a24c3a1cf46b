/// The text of a Swift file, taken apart: the words of its code, and its string literals.
struct SourceText {
  /// A string literal without what is interpolated, and the code before it.
  struct Literal {
    let text: String
    /// How many tokens stand before it.
    let position: Int
  }

  /// Identifiers, keywords and single characters of the code, in order; no comments, no literals.
  private(set) var tokens: [String] = []
  private(set) var literals: [Literal] = []

  init(_ text: String) {
    var reader = SourceReader(bytes: Array(text.utf8))
    reader.readCode(untilParenthesis: false)
    tokens = reader.tokens
    literals = reader.literals
  }

  /// A type, or a member that the file adds to a transaction or a store, with the name it has elsewhere.
  func declarations() -> Set<String> {
    var names: Set<String> = []
    var depth = 0
    var extended: String?
    for (index, token) in tokens.enumerated() {
      let next = index + 1 < tokens.count ? tokens[index + 1] : ""
      switch token {
      case "{": depth += 1
      case "}": depth -= 1
      case "extension" where depth == 0: extended = next
      case "struct", "enum", "class", "protocol", "typealias", "actor":
        if depth == 0 {
          extended = nil
          names.insert(next)
        }
      case "func", "var", "let":
        if depth == 1, let extended, Self.receivers.contains(extended) { names.insert("." + next) }
      default: break
      }
    }
    return names
  }

  private static let receivers: Set = [
    "Transaction", "WriteTransaction", "ReadTransaction", "BackofficeStore", "DatabaseAccess",
  ]
  private static let variables: Set = ["transaction", "store", "access", "$0"]

  /// The names used, members of transactions and stores with a full stop before them.
  func uses() -> Set<String> {
    var names: Set<String> = []
    for (index, token) in tokens.enumerated() {
      if index >= 2, tokens[index - 1] == ".", Self.variables.contains(tokens[index - 2]) {
        names.insert("." + token)
      } else if token.first?.isUppercase == true {
        names.insert(token)
      }
    }
    return names
  }

  private static let statements: Set = ["SELECT", "INSERT", "UPDATE", "DELETE", "REPLACE", "JOIN"]

  /// The words of the SQL texts, and the names in lists that follow `tables:`.
  func wordsOfSQL() -> Set<String> {
    var words: Set<String> = []
    for literal in literals {
      let own = literal.text.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
      if own.contains(where: Self.statements.contains)
        || tokens[..<literal.position].suffix(8).contains("tables")
      {
        words.formUnion(own)
      }
    }
    return words
  }

  /// The modules that are imported.
  func imports() -> Set<String> {
    Set(zip(tokens, tokens.dropFirst()).filter { $0.0 == "import" }.map(\.1))
  }
}

/// Reads the bytes of a Swift file.
private struct SourceReader {
  let bytes: [UInt8]
  var index = 0
  var tokens: [String] = []
  var literals: [SourceText.Literal] = []

  init(bytes: [UInt8]) { self.bytes = bytes }

  private func isNext(_ text: String, at offset: Int = 0) -> Bool {
    bytes[min(index + offset, bytes.count)...].starts(with: text.utf8)
  }

  mutating func readCode(untilParenthesis: Bool) {
    var depth = 0
    while index < bytes.count {
      if isNext("//") {
        while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { index += 1 }
      } else if isNext("\"") || isNext("#\"") || isNext("##\"") {
        readLiteral()
      } else {
        let word = bytes[index...].prefix(while: Self.isWord)
        let token = word.isEmpty ? bytes[index...index] : word
        index += token.count
        let text = String(decoding: token, as: UTF8.self)
        if text == "(" { depth += 1 }
        if text == ")" { depth -= 1 }
        if untilParenthesis, depth < 0 { return }
        if text.first?.isWhitespace == false { tokens.append(text) }
      }
    }
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"):
      true
    default: byte >= 0x80
    }
  }

  private mutating func readLiteral() {
    let position = tokens.count
    let signs = bytes[index...].prefix { $0 == UInt8(ascii: "#") }.count
    index += signs
    let quotes = isNext("\"\"\"") ? "\"\"\"" : "\""
    index += quotes.utf8.count
    let end = quotes + String(repeating: "#", count: signs)
    let escape = "\\" + String(repeating: "#", count: signs)
    var text: [UInt8] = []
    while index < bytes.count, !isNext(end) {
      if isNext(escape + "(") {
        index += escape.utf8.count + 1
        readCode(untilParenthesis: true)
        text.append(UInt8(ascii: "?"))
      } else if isNext(escape) {
        index += escape.utf8.count + 1
        text.append(UInt8(ascii: " "))
      } else {
        text.append(bytes[index])
        index += 1
      }
    }
    index += end.utf8.count
    literals.append(
      SourceText.Literal(text: String(decoding: text, as: UTF8.self), position: position))
  }
}
