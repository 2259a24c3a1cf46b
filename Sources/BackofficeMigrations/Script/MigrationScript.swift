/// The script of a migration, validated without a database.
struct MigrationScript {
  /// The pack and the file, for errors.
  let file: String
  /// The line of the file at which the script begins.
  let firstLine: Int
  let text: String
  let statements: [SQLScript.Statement]
  /// Whether the file's own `BEGIN` and `COMMIT`, and harmless commands of the shell, are skipped.
  let isUnwrapped: Bool

  /// Parses a script, and rejects what is reserved to the runner or cannot be meant as it stands.
  init(
    _ text: String, file: String, firstLine: Int = 1, unwrapping: Bool = false
  ) throws(MigrationError) {
    self.file = file
    self.firstLine = firstLine
    self.text = text
    if let end = text.utf8.firstIndex(of: 0) {
      // SQLite would ignore the text after it.
      let line = firstLine + text.utf8[..<end].count { $0 == UInt8(ascii: "\n") }
      throw .invalidText(file: file, line: line, reason: "a NUL character; remove it")
    }
    statements = SQLScript(text, firstLine: firstLine).statements
    isUnwrapped = unwrapping
    if statements.isEmpty, Directive.isUnwritten(text) { throw .emptyScript(file: file) }
    let hasPairs = unwrapping && Self.isWrapped(statements)
    for statement in statements {
      if hasPairs, ScriptRule.isTransactionBoundary(statement.words) { continue }
      try check(statement)
    }
  }

  private func check(_ statement: SQLScript.Statement) throws(MigrationError) {
    if statement.isShellCommand {
      guard isUnwrapped, ScriptRule.isHarmlessCommand(statement.text) else {
        throw .invalidText(
          file: file, line: statement.line,
          reason: "a command of a shell [\(statement.text.singleLine(limit: 80))]; "
            + (ScriptRule.isHarmlessCommand(statement.text)
              ? "remove it, or have the runner skip it (unwrapping)" : "remove it"))
      }
      return
    }
    guard ScriptRule(statement.words) != .reject else {
      throw .forbiddenStatement(
        file: file, line: statement.line, statement: statement.text.singleLine(limit: 80))
    }
    // The arguments of a virtual table are not expressions.
    guard statement.words.dropFirst().first != "VIRTUAL" else { return }
    if let place = ScriptPlaceholder.first(in: statement.text) {
      throw .invalidText(file: file, line: statement.line + place.line, reason: place.reason)
    }
  }

  /// Whether one `BEGIN` and one `COMMIT` enclose all statements but settings and commands.
  ///
  /// What follows a `COMMIT` in the middle would be undone with what precedes it.
  static func isWrapped(_ statements: [SQLScript.Statement]) -> Bool {
    let inner = statements.filter { !$0.isShellCommand && $0.words.first != "PRAGMA" }
    let ends = inner.indices.filter { ScriptRule.isTransactionBoundary(inner[$0].words) }
    return ends.count == 2 && ends == [0, inner.count - 1] && inner.first?.words.first == "BEGIN"
      && inner.last?.words.first != "BEGIN"
  }

  /// Whether the script contains nothing to run.
  var isEmpty: Bool {
    statements.allSatisfy {
      $0.isShellCommand || (isUnwrapped && ScriptRule.isTransactionBoundary($0.words))
    }
  }

  /// Whether the script may change the schema.
  var changesSchema: Bool {
    statements.contains { ["CREATE", "ALTER", "DROP"].contains($0.words.first) }
  }

  /// Whether the script may delete rows, columns or tables.
  var isDestructive: Bool {
    statements.contains { statement in
      switch (statement.words.first, statement.words.dropFirst().first) {
      case ("DROP", "TABLE"), ("DELETE", _), ("REPLACE", _): true
      case ("ALTER", _): statement.text.uppercased().contains("DROP")
      default: false
      }
    }
  }
}

/// Something that is neither SQL nor text: a parameter, which would be NULL, or a placeholder, which
/// another tool would have replaced.
///
/// In quotes and comments, the same characters are text, which runs as it stands.
enum ScriptPlaceholder {
  struct Place {
    let reason: String
    /// The number of lines before it in the statement.
    let line: Int
  }

  /// Returns the first one in a statement.
  static func first(in statement: String) -> Place? {
    let signs: Set<UInt8> = [0x3f, 0x3a, 0x40, 0x24, 0x7b, 0x23, 0x5c]
    guard statement.utf8.contains(where: signs.contains) else { return nil }
    let tokens = SQLTokens(statement).tokens
    for (index, token) in tokens.enumerated() {
      guard let what = what(token, tokens[index...].dropFirst().first) else { continue }
      let line = statement.utf8.prefix(token.offset).count { $0 == UInt8(ascii: "\n") }
      return Place(reason: what, line: line)
    }
    return nil
  }

  private static func what(_ token: SQLTokens.Token, _ next: SQLTokens.Token?) -> String? {
    let isTight = next.map { $0.offset == token.offset + token.text.utf8.count } ?? false
    let following = isTight ? next?.name ?? "" : ""
    switch token.text {
    case "$" where following == "{", "{":
      return "a placeholder [\(token.text)\(following)…], which another tool would replace; "
        + "write the value"
    case "#" where following == "{":
      return "a placeholder [#{…], which another tool would replace; write the value"
    case "?":
      return "a parameter [?], which would be NULL; write the value"
    // `::` is a cast in other databases, which SQLite rejects.
    case ":" where following == ":" || following.isEmpty: return nil
    case ":", "@":
      return "a parameter [\(token.text)\(following)], which would be NULL; write the value"
    case "\\":
      return "a command of a shell [\\\(following)]; remove it"
    case _ where token.kind == .word && token.name.hasPrefix("$"):
      return "a parameter [\(token.name)], which would be NULL; write the value"
    default:
      return nil
    }
  }
}

extension MigrationScript {
  /// What the runner does otherwise than the script may expect, apart from skipped statements.
  var notices: [MigrationNotice] {
    var notices: [MigrationNotice] = []
    if isEmpty {
      notices.append(
        MigrationNotice(
          file: file, line: firstLine, text: "contains no statements; it is only recorded"))
    }
    let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated()
    where line.first == UInt8(ascii: "-") && Self.asksForNoTransaction(Substring(line)) {
      notices.append(
        MigrationNotice(
          file: file, line: firstLine + index, text: "the runner uses a transaction nevertheless"))
    }
    return notices
  }

  /// Whether a line is the comment with which a tool runs a file without a transaction.
  private static func asksForNoTransaction(_ line: Substring) -> Bool {
    let words = line.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return words.hasPrefix("-- +goose no transaction") || words.hasPrefix("-- no-transaction")
      || (words.hasPrefix("-- +migrate ") && words.hasSuffix(" notransaction"))
      || (words.hasPrefix("-- migrate:") && words.contains(" transaction:false"))
  }
}
