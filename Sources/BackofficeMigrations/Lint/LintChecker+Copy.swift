/// The rows of a rebuilt table, which a comparison of the schemas does not show.
extension LintChecker {
  /// Checks that a rebuild copies all rows and values to where they were.
  mutating func checkCopy(
    of table: String, _ before: DatabaseSchema.Table, _ after: DatabaseSchema.Table, at drop: Int
  ) {
    // Code and the rows of a virtual table cannot be read.
    guard !trial.steps.isEmpty, before.module == nil, after.module == nil else { return }
    let copies = copies(of: table)
    guard !copies.isEmpty else {
      report(
        .rebuildDropsRows, at: drop,
        "no statement copies the rows of \(before.name) to the new table")
      return
    }
    var written: Set<String> = []
    for (index, copy) in copies {
      if let conflict = copy.conflict {
        report(
          .rebuildDropsRows, at: index,
          "\(conflict) leaves out rows of \(before.name) that violate a constraint of the new table; "
            + "without it, the migration fails and names them")
      }
      if let filter = copy.filter {
        report(
          .rebuildDropsRows, at: index,
          "\(filter) may leave out rows of \(before.name), which are dropped with the old table")
      }
      checkPositions(of: copy, before, after, at: index)
      let all = after.columns.filter { $0.generated == nil }.map { $0.name.lowercased() }
      written.formUnion(copy.columns ?? all)
    }
    let omitted = before.columns.filter { column in
      column.generated == nil && after.column(column.name)?.generated == nil
        && after.column(column.name) != nil && !written.contains(column.name.lowercased())
        && !isUpdated(column.name, of: table)
    }
    for column in omitted {
      report(
        .rebuildDropsValues, at: copies[0].index,
        "the values of column \(column.name) of \(before.name) are not copied to the new table")
    }
  }

  private mutating func checkPositions(
    of copy: RowCopy, _ before: DatabaseSchema.Table, _ after: DatabaseSchema.Table, at index: Int
  ) {
    // With both lists written out, other names are intended.
    guard copy.columns == nil || copy.readsAll else { return }
    let targets =
      copy.columns ?? after.columns.filter { $0.generated == nil }.map { $0.name.lowercased() }
    let sources: [String?] =
      copy.readsAll
      ? before.columns.map { $0.name.lowercased() } : copy.values.indices.map(copy.column(ofValue:))
    guard targets.count == sources.count else { return }
    let moved = zip(targets, sources).compactMap { target, source -> String? in
      guard let source, source != target, targets.contains(source) else { return nil }
      return "\(source) to \(target)"
    }
    guard !moved.isEmpty else { return }
    report(
      .rebuildMisplacesValues, at: index,
      "the rows of \(before.name) are copied by position, and values move: "
        + "\(moved.joined(separator: ", ")); list the columns")
  }

  /// Whether a column of a rebuilt table may get NULL, by what its copies write to it.
  func mayCopyNull(to column: String, of table: String) -> Bool {
    let name = column.lowercased()
    // The rowid is never NULL.
    if trial.before.table(table)?.rowIDColumn?.lowercased() == name { return false }
    let copies = copies(of: table.lowercased())
    guard !copies.isEmpty else { return true }
    return copies.contains { _, copy in
      guard copy.conflict == nil, !isUpdated(name, of: table.lowercased()) else { return false }
      // A filter such as `WHERE c IS NOT NULL`.
      if copy.filter == "WHERE", copy.rest.contains(where: { $0.name.lowercased() == name }) {
        return false
      }
      if copy.readsAll { return true }
      let targets =
        copy.columns ?? trial.after.table(table)?.columns.filter { $0.generated == nil }.map {
          $0.name.lowercased()
        } ?? []
      guard let index = targets.firstIndex(of: name) else { return false }
      return copy.column(ofValue: index) != nil
    }
  }

  // MARK: Names

  /// The statements that copy rows of a rebuilt table to the new one, under any of their names.
  private func copies(of table: String) -> [(index: Int, copy: RowCopy)] {
    var new: Set<String> = [table]
    var old: Set<String> = [table]
    for step in trial.steps where step.starts(with: "alter", "table") {
      guard let (from, to) = Self.renaming(step.tokens) else { continue }
      if to == table { new.insert(from) }
      if from == table { old.insert(to) }
    }
    let all = trial.steps.indices.compactMap { index in
      RowCopy(trial.steps[index].tokens).map { (index: index, copy: $0) }
    }
    // The rows may take a detour over another table.
    for step in trial.steps where step.starts(with: "create") {
      if let name = Self.tableMadeFromQuery(step.tokens),
        step.tokens.contains(where: { old.contains($0.name.lowercased()) })
      {
        old.insert(name)
      }
    }
    for (_, copy) in all where old.contains(copy.source) && !new.contains(copy.target) {
      old.insert(copy.target)
    }
    return all.filter { _, copy in
      old.contains(copy.source) && new.contains(copy.target) && copy.source != copy.target
    }
  }

  private static func renaming(_ tokens: [SQLTokens.Token]) -> (from: String, to: String)? {
    guard let rename = tokens.firstIndex(where: { $0.is("rename") }), rename >= 3,
      tokens.count > rename + 2, tokens[rename + 1].is("to")
    else { return nil }
    return (tokens[rename - 1].name.lowercased(), tokens[rename + 2].name.lowercased())
  }

  private static func tableMadeFromQuery(_ tokens: [SQLTokens.Token]) -> String? {
    guard let place = tokens.firstIndex(where: { $0.is("as") }), place >= 3,
      tokens.prefix(3).contains(where: { $0.is("table") })
    else { return nil }
    return tokens[place - 1].name.lowercased()
  }

  /// Whether a statement of the script updates a column of a table, under any of its names.
  private func isUpdated(_ column: String, of table: String) -> Bool {
    let name = column.lowercased()
    return trial.steps.contains { step in
      guard step.starts(with: "update"),
        let set = step.tokens.firstIndex(where: { $0.is("set") })
      else { return false }
      return step.tokens[set...].contains { $0.name.lowercased() == name }
    }
  }
}
