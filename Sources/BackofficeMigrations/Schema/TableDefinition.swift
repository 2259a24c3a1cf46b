/// The columns of a `CREATE TABLE` as they are declared.
struct ColumnTexts {
  /// The columns with their names in lower case.
  let columns: [(name: String, text: String)]
  private let sql: String
  /// Where another column goes, in bytes, and whether a constraint of the table follows there.
  private let place: (offset: Int, isBeforeConstraint: Bool)?

  init(_ sql: String) {
    self.sql = sql
    let tokens = SQLTokens(sql).tokens
    let list = ParenthesizedList(tokens[...])
    let items = list.items.filter { !$0.isEmpty }
    let split = items.firstIndex { TableDefinition.isConstraint($0) } ?? items.endIndex
    columns = items[..<split].compactMap { item in
      item.first.map { first in
        (
          first.name.lowercased(),
          "\(SQLText.quoted(first.name)) \(SQLTokens.text(of: item.dropFirst()))"
        )
      }
    }
    if split < items.endIndex, let constraint = items[split].first {
      place = (constraint.offset, true)
    } else if tokens.indices.contains(list.content.endIndex) {
      place = (tokens[list.content.endIndex].offset, false)
    } else {
      place = nil
    }
  }

  /// The text with further columns behind its own.
  func adding(_ texts: [String]) -> String {
    guard let place, !texts.isEmpty else { return sql }
    let text = texts.joined(separator: ", ")
    return String(decoding: sql.utf8.prefix(place.offset), as: UTF8.self)
      + (place.isBeforeConstraint ? "\(text), " : ", \(text)")
      + String(decoding: sql.utf8.dropFirst(place.offset), as: UTF8.self)
  }
}

/// The parts of a `CREATE TABLE` statement that no pragma reports.
struct TableDefinition {
  private(set) var checks: [DatabaseSchema.Check] = []
  /// The expressions of generated columns, by name in lower case.
  private(set) var generated: [String: String] = [:]
  private(set) var conflictClauses: [String] = []
  /// The columns of each deferred foreign key, in lower case.
  private(set) var deferredKeys: Set<[String]> = []

  init(_ sql: String) {
    for item in ParenthesizedList(SQLTokens(sql).tokens[...]).items { read(item) }
    checks.sort { $0.summary < $1.summary }
    conflictClauses.sort()
  }

  private static let tableConstraints: Set<String> = [
    "constraint", "primary", "unique", "check", "foreign",
  ]

  /// Whether an item of the list is a constraint of the table.
  static func isConstraint(_ item: ArraySlice<SQLTokens.Token>) -> Bool {
    item.first.map { $0.kind == .word && tableConstraints.contains($0.text) } ?? false
  }

  private mutating func read(_ item: ArraySlice<SQLTokens.Token>) {
    guard let first = item.first else { return }
    let isConstraint = Self.isConstraint(item)
    var reader = ConstraintReader(
      column: isConstraint ? nil : first.name, rest: isConstraint ? item : item.dropFirst())
    reader.read()
    checks += reader.checks
    conflictClauses += reader.conflicts
    deferredKeys.formUnion(reader.deferred)
    if let expression = reader.generated { generated[first.name.lowercased()] = expression }
  }
}

/// Reads the constraints of a column, or a table constraint.
private struct ConstraintReader {
  let column: String?
  var rest: ArraySlice<SQLTokens.Token>
  var checks: [DatabaseSchema.Check] = []
  var conflicts: [String] = []
  var deferred: Set<[String]> = []
  var generated: String?
  /// The current constraint, such as `unique`, and its columns.
  private var current = ""
  private var columns: [String] = []
  private var name: String?

  init(column: String?, rest: ArraySlice<SQLTokens.Token>) {
    self.column = column
    self.rest = rest
    columns = column.map { [$0.lowercased()] } ?? []
  }

  mutating func read() {
    while let token = rest.popFirst() {
      guard token.kind == .word else {
        if token.isSymbol("(") { skipGroup() }
        continue
      }
      switch token.text {
      case "constraint":
        name = rest.popFirst()?.text
      case "check":
        if let expression = group() {
          checks.append(DatabaseSchema.Check(name: name, expression: expression))
        }
        name = nil
      case "as":
        generated = group()
      case "primary", "unique", "null":
        current = token.text == "null" ? "not null" : token.text
        if current == "primary" { current = "primary key" }
        name = nil
        readColumns()
      case "foreign":
        readColumns()
      case "references":
        current = "references"
        name = nil
      case "on":
        readConflict()
      case "deferrable":
        // Without INITIALLY DEFERRED, the word has no effect.
        if rest.starts(with: ["initially", "deferred"], by: { $0.is($1) }) {
          deferred.insert(columns)
        }
      case "not":
        if rest.first?.is("deferrable") == true { rest = rest.dropFirst() }
      default:
        break
      }
    }
  }

  /// Reads an `ON CONFLICT` clause; a pragma reports `ON DELETE` and `ON UPDATE`.
  private mutating func readConflict() {
    guard rest.first?.is("conflict") == true, let way = rest.dropFirst().first, !way.is("abort")
    else { return }
    conflicts.append("\(current) (\(columns.joined(separator: ", "))) on conflict \(way.text)")
  }

  /// Reads the columns of a table constraint.
  private mutating func readColumns() {
    guard column == nil else { return }
    if rest.first?.is("key") == true { rest = rest.dropFirst() }
    guard rest.first?.isSymbol("(") == true else { return }
    let list = ParenthesizedList(rest)
    columns = list.items.compactMap { $0.first?.name.lowercased() }
    rest = list.rest
  }

  private mutating func group() -> String? {
    guard rest.first?.isSymbol("(") == true else { return nil }
    let list = ParenthesizedList(rest)
    rest = list.rest
    return SQLTokens.text(of: list.content)
  }

  private mutating func skipGroup() {
    var depth = 1
    while depth > 0, let token = rest.popFirst() {
      if token.isSymbol("(") { depth += 1 }
      if token.isSymbol(")") { depth -= 1 }
    }
  }
}

/// The first parenthesized list of some tokens, split at its outer commas.
struct ParenthesizedList {
  /// The tokens between the parentheses.
  private(set) var content: ArraySlice<SQLTokens.Token>
  private(set) var items: [ArraySlice<SQLTokens.Token>] = []
  /// The tokens after the closing parenthesis.
  private(set) var rest: ArraySlice<SQLTokens.Token>

  init(_ tokens: ArraySlice<SQLTokens.Token>) {
    content = []
    rest = []
    guard let open = tokens.firstIndex(where: { $0.isSymbol("(") }) else { return }
    var depth = 0
    var start = open + 1
    for index in tokens[open...].indices {
      let token = tokens[index]
      if token.isSymbol("(") { depth += 1 }
      if token.isSymbol(")") { depth -= 1 }
      if depth == 0 || (depth == 1 && token.isSymbol(",")) {
        items.append(tokens[start..<index])
        start = index + 1
      }
      if depth == 0 {
        content = tokens[(open + 1)..<index]
        rest = tokens[(index + 1)...]
        return
      }
    }
  }
}

/// The parts of a `CREATE INDEX` statement that no pragma reports.
struct IndexDefinition {
  let parts: [String]
  let predicate: String?

  init(_ sql: String) {
    let list = ParenthesizedList(SQLTokens(sql).tokens[...])
    parts = list.items.map { item in
      let isOrdered = item.last?.is("asc") == true || item.last?.is("desc") == true
      return SQLTokens.text(of: isOrdered ? item.dropLast() : item)
    }
    predicate =
      list.rest.first?.is("where") == true ? SQLTokens.text(of: list.rest.dropFirst()) : nil
  }
}
