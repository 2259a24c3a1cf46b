/// Advice for a statement that failed.
enum ScriptHint {
  /// Advice that follows the error, or an empty string.
  static func text(for error: SQLiteError, in statement: String) -> String {
    if let name = error.message.value(after: "no such column: "),
      isQuotedTwice(name, in: statement)
    {
      return "; double quotes are for names: write '\(name)', or allow double-quoted texts"
    }
    if let name = error.message.value(after: "no such function: ") {
      return "; register \(name), or update SQLite"
    }
    return ""
  }

  private static func isQuotedTwice(_ name: String, in statement: String) -> Bool {
    let bytes = Array(statement.utf8)
    return SQLTokens(statement).tokens.contains { token in
      token.name == name && bytes.indices.contains(token.offset)
        && bytes[token.offset] == UInt8(ascii: "\"")
    }
  }
}

extension String {
  /// The first word after a prefix, without quotes; nil if the text begins otherwise.
  fileprivate func value(after prefix: String) -> String? {
    guard hasPrefix(prefix) else { return nil }
    let rest = dropFirst(prefix.count)
    if rest.first == "\"" { return String(rest.dropFirst().prefix { $0 != "\"" }) }
    return String(rest)
  }
}
