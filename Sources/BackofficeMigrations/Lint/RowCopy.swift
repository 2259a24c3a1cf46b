/// An `INSERT … SELECT` from one table into another.
struct RowCopy {
  /// The table that is written, in lower case.
  let target: String
  /// The table that is read, in lower case.
  let source: String
  /// The columns that are written, in lower case; nil if the statement lists none.
  let columns: [String]?
  /// The values that are read.
  let values: [ArraySlice<SQLTokens.Token>]
  /// How rows that violate a constraint are left out, such as `OR IGNORE`; nil if they fail.
  let conflict: String?
  /// The clause that selects some of the rows, such as `WHERE`; nil if all are copied.
  let filter: String?
  /// The tokens after the source.
  let rest: ArraySlice<SQLTokens.Token>

  /// Parses a statement; nil for any other.
  init?(_ tokens: [SQLTokens.Token]) {
    guard let first = tokens.first, first.is("insert") || first.is("replace"),
      let into = tokens.firstIndex(where: { $0.is("into") }),
      let select = tokens.firstIndex(where: { $0.is("select") }), into < select
    else { return nil }
    var head = tokens[(into + 1)..<select]
    guard let target = Self.table(&head) else { return nil }
    self.target = target
    if head.first?.is("as") == true { head = head.dropFirst(2) }
    columns =
      head.first?.isSymbol("(") == true
      ? ParenthesizedList(head).items.compactMap { $0.first?.name.lowercased() } : nil
    var body = tokens[(select + 1)...]
    let isDistinct = body.first?.is("distinct") == true
    if isDistinct || body.first?.is("all") == true { body = body.dropFirst() }
    guard let from = Self.outer(body).first(where: { body[$0].is("from") }) else { return nil }
    values = Self.split(body[..<from])
    var tail = body[(from + 1)...]
    guard let source = Self.table(&tail) else { return nil }
    self.source = source
    rest = tail
    conflict = Self.conflict(first, tokens[1...], tail)
    filter = isDistinct ? "DISTINCT" : Self.filter(tail)
  }

  /// The column that a value is, if it is nothing but a column.
  func column(ofValue index: Int) -> String? {
    guard values.indices.contains(index), let last = values[index].last, last.isName,
      last.kind != .string
    else { return nil }
    let value = values[index]
    guard value.count == 1 || (value.count == 3 && value.dropFirst().first?.isSymbol(".") == true)
    else { return nil }
    return last.name.lowercased()
  }

  /// Whether all columns are read with `*`.
  var readsAll: Bool { values.count == 1 && values[0].last?.isSymbol("*") == true }

  /// The name of a table at the start of `tokens`, which is removed with its schema.
  private static func table(_ tokens: inout ArraySlice<SQLTokens.Token>) -> String? {
    guard var name = tokens.popFirst(), name.isName else { return nil }
    if tokens.first?.isSymbol(".") == true {
      guard let second = tokens.dropFirst().first else { return nil }
      name = second
      tokens = tokens.dropFirst(2)
    }
    return name.name.lowercased()
  }

  /// The positions outside parentheses.
  private static func outer(_ tokens: ArraySlice<SQLTokens.Token>) -> [Int] {
    var depth = 0
    return tokens.indices.filter { index in
      if tokens[index].isSymbol("(") { depth += 1 }
      defer { if tokens[index].isSymbol(")") { depth -= 1 } }
      return depth == 0
    }
  }

  private static func split(
    _ tokens: ArraySlice<SQLTokens.Token>
  ) -> [ArraySlice<SQLTokens.Token>] {
    var items: [ArraySlice<SQLTokens.Token>] = []
    var start = tokens.startIndex
    for index in outer(tokens) where tokens[index].isSymbol(",") {
      items.append(tokens[start..<index])
      start = index + 1
    }
    return items + [tokens[start...]]
  }

  private static func conflict(
    _ first: SQLTokens.Token, _ rest: ArraySlice<SQLTokens.Token>,
    _ tail: ArraySlice<SQLTokens.Token>
  ) -> String? {
    if first.is("replace") { return "REPLACE" }
    if rest.first?.is("or") == true, let way = rest.dropFirst().first,
      way.is("ignore") || way.is("replace")
    {
      return "OR \(way.text.uppercased())"
    }
    return outer(tail).contains { tail[$0].is("conflict") } ? "ON CONFLICT" : nil
  }

  private static func filter(_ tail: ArraySlice<SQLTokens.Token>) -> String? {
    for index in outer(tail) {
      let token = tail[index]
      let next = tail[index...].dropFirst().first
      switch token.text {
      case "where" where token.kind == .word:
        // `WHERE true` only separates an upsert from a join.
        guard next?.is("true") == true || next?.text == "1" else { return "WHERE" }
      case "limit", "group", "having", "except", "intersect":
        if token.kind == .word { return token.text.uppercased() }
      case "join" where token.kind == .word:
        let isOuter = tail[..<index].suffix(2).contains { $0.is("left") || $0.is("full") }
        if !isOuter { return "JOIN" }
      default: continue
      }
    }
    return nil
  }
}
