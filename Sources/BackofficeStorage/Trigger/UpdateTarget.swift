/// The columns that an UPDATE statement sets, read from its text.
///
/// What it does not set it leaves as it was: such columns need neither be compared nor fetched
/// twice. Where the text is not understood, every column may change.
///
/// Belongs to a prepared statement, and with it to one connection.
final class UpdateTarget {
  let table: String
  let columns: Set<String>
  private var watch: Watch?
  private var mask: UInt64 = .max

  /// Nil for a statement that is no plain UPDATE.
  init?(_ sql: String) {
    var tokens = SQLTokens(sql).tokens[...]
    guard tokens.popFirst()?.is("update") == true else { return nil }
    if tokens.first?.is("or") == true { tokens.removeFirst(min(2, tokens.count)) }
    guard var name = tokens.popFirst(), name.isName else { return nil }
    if tokens.first?.isSymbol(".") == true {
      guard name.name.lowercased() == "main", tokens.popFirst() != nil,
        let second = tokens.popFirst(), second.isName
      else { return nil }
      name = second
    }
    guard let set = tokens.firstIndex(where: { $0.is("set") }),
      let columns = Self.assigned(tokens[(set + 1)...])
    else { return nil }
    table = name.name.lowercased()
    self.columns = columns
  }

  /// The names on the left of the assignments.
  private static func assigned(_ tokens: ArraySlice<SQLTokens.Token>) -> Set<String>? {
    var names: Set<String> = []
    var isLeft = true
    var depth = 0
    var previous = ""
    for token in tokens {
      defer { previous = token.text }
      if token.isSymbol("(") {
        depth += 1
      } else if token.isSymbol(")") {
        depth -= 1
      } else if isLeft {
        if token.isSymbol("=") {
          isLeft = false
        } else if token.isName {
          names.insert(token.name.lowercased())
        } else if !token.isSymbol(",") {
          return nil
        }
      } else if depth == 0 {
        if token.isSymbol(",") { isLeft = true }
        if token.is("where") || token.is("returning") { break }
        if token.is("from"), previous != "distinct" { break }
      }
    }
    // Whoever sets the key of the table by another name changes its column too.
    let isKeySet = !names.isDisjoint(with: ["rowid", "oid", "_rowid_"])
    return depth != 0 || isLeft || isKeySet ? nil : names
  }

  /// A bit for each copied column of a table: whether the statement may change it.
  func mask(of watch: Watch, table name: String) -> UInt64 {
    if self.watch === watch { return mask }
    self.watch = watch
    mask = .max
    guard name.lowercased() == table, watch.columns.count <= 64 else { return mask }
    mask = 0
    for (place, column) in watch.names.enumerated() {
      if columns.contains(column) || watch.computed.contains(place) { mask |= 1 << UInt64(place) }
    }
    return mask
  }
}
