/// What a `CREATE TABLE` says that no pragma reports: checks, expressions, conflicts, deferral.
struct TableDefinition {
  private(set) var checks: [DatabaseSchema.Check] = []
  /// The expression of each generated column, by its name in lower case.
  private(set) var generated: [String: String] = [:]
  private(set) var conflictClauses: [String] = []
  /// The columns of each foreign key that is deferred, in lower case.
  private(set) var deferredKeys: Set<[String]> = []

  init(_ sql: String) {
    for item in ParenthesizedList(SQLTokens(sql).tokens[...]).items { read(item) }
    checks.sort { $0.summary < $1.summary }
    conflictClauses.sort()
  }

  private static let tableConstraints: Set<String> = [
    "constraint", "primary", "unique", "check", "foreign",
  ]

  private mutating func read(_ item: ArraySlice<SQLTokens.Token>) {
    guard let first = item.first else { return }
    let isConstraint = first.kind == .word && Self.tableConstraints.contains(first.text)
    var reader = ConstraintReader(
      column: isConstraint ? nil : first.name, rest: isConstraint ? item : item.dropFirst())
    reader.read()
    checks += reader.checks
    conflictClauses += reader.conflicts
    deferredKeys.formUnion(reader.deferred)
    if let expression = reader.generated { generated[first.name.lowercased()] = expression }
  }
}

/// Walks the constraints of one column, or one constraint of the table.
private struct ConstraintReader {
  let column: String?
  var rest: ArraySlice<SQLTokens.Token>
  var checks: [DatabaseSchema.Check] = []
  var conflicts: [String] = []
  var deferred: Set<[String]> = []
  var generated: String?
  /// The constraint whose words are being read, such as `unique`, and its columns.
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
        // Without INITIALLY DEFERRED the word changes nothing.
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

  /// `ON CONFLICT IGNORE`; `ON DELETE` and `ON UPDATE` are reported by a pragma.
  private mutating func readConflict() {
    guard rest.first?.is("conflict") == true, let way = rest.dropFirst().first, !way.is("abort")
    else { return }
    conflicts.append("\(current) (\(columns.joined(separator: ", "))) on conflict \(way.text)")
  }

  /// The columns of a constraint of the table; one of a column has its column already.
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

/// The first list in parentheses of some tokens, cut at its outer commas.
struct ParenthesizedList {
  /// All between the parentheses.
  private(set) var content: ArraySlice<SQLTokens.Token>
  private(set) var items: [ArraySlice<SQLTokens.Token>] = []
  /// What follows the closing one.
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

/// What a `CREATE INDEX` says that no pragma reports: its expressions and which rows it has.
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
