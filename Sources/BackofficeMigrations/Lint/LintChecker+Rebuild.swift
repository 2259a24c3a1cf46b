extension LintChecker {
  /// Checks a rebuilt table for effects that a comparison of the schemas does not show.
  mutating func checkRebuild(of table: String) {
    guard let before = trial.before.table(table), let after = trial.after.table(table) else {
      return
    }
    let drop =
      trial.steps.firstIndex { step in
        step.difference.changes.contains { $0.table.lowercased() == table && $0.after == nil }
      } ?? 0
    checkCopy(of: table, before, after, at: drop)
    let copiesSequence = trial.steps.contains { $0.tokens.contains { $0.is("sqlite_sequence") } }
    if before.isAutoincrement, after.isAutoincrement, !copiesSequence {
      report(
        .rebuildSequence, at: drop,
        "table \(before.name) loses its AUTOINCREMENT sequence and reuses deleted keys; "
          + "copy its row of sqlite_sequence, or use rebuildTable")
    }
    let children = trial.before.tables.filter { child in
      child.foreignKeys.contains { key in
        key.parent.lowercased() == table
          && ["CASCADE", "SET NULL", "SET DEFAULT"].contains(key.onDelete)
      }
    }
    guard !children.isEmpty else { return }
    report(
      .rebuildParent, at: drop,
      "rows of \(children.map(\.name).joined(separator: ", ")) refer to \(before.name) with an "
        + "ON DELETE action: a runner that keeps foreign keys enabled would delete them")
  }

  /// Checks for foreign keys and views that refer to missing tables.
  mutating func checkReferences() {
    let last = max(0, trial.steps.count - 1)
    for table in trial.after.tables {
      let known = Set(
        (trial.before.table(table.name)?.foreignKeys ?? [])
          .filter { trial.before.table($0.parent) == nil }.map(\.summary))
      for key in table.foreignKeys
      where trial.after.table(key.parent) == nil && !known.contains(key.summary) {
        let index = trial.steps.firstIndex { step in
          step.difference.changes.contains {
            $0.table.lowercased() == key.parent.lowercased() && $0.after == nil
              || $0.table.lowercased() == table.name.lowercased()
          }
        }
        let finding = report(
          .danglingForeignKey, at: index ?? last,
          "table \(table.name): \(key.summary), which does not exist"
            + (trial.before.table(table.name)?.foreignKeys.contains { $0.columns == key.columns }
              == true ? "; create the new table first, and rename it last" : ""))
        if let finding { dangling[finding] = key.parent }
      }
    }
    for view in trial.after.views where view.columns.isEmpty {
      let wasBroken = trial.before.views.contains { $0.name == view.name && $0.columns.isEmpty }
      guard !wasBroken else { continue }
      report(
        .brokenDependent, at: last,
        "view \(view.name) can no longer be read: it uses something that does not exist")
    }
  }

  /// Checks for expressions that depend on the current time, which SQLite rejects only when a row
  /// is written.
  mutating func checkMovingTime() {
    for table in trial.after.tables {
      let old = trial.before.table(table.name)
      for index in table.indexes where old?.indexes.contains(index) != true {
        let texts = index.parts.map(\.expression) + [index.predicate ?? ""]
        guard texts.contains(where: Self.dependsOnTime) else { continue }
        reportTime(table.name, "index \(index.name)")
      }
      for check in table.checks
      where old?.checks.contains(check) != true && Self.dependsOnTime(check.expression) {
        reportTime(table.name, "check (\(check.expression))")
      }
      for column in table.columns where old?.column(column.name) != column {
        guard let generated = column.generated, Self.dependsOnTime(generated.expression) else {
          continue
        }
        reportTime(table.name, "generated column \(column.name)")
      }
    }
  }

  private mutating func reportTime(_ table: String, _ what: String) {
    let name = what.split(separator: " ").last.map(String.init) ?? ""
    let index = trial.steps.firstIndex { step in
      step.difference.changes.contains { change in
        change.table.lowercased() == table.lowercased()
          && (what.hasPrefix("index") ? "\(change.subject)".contains(name) : true)
      }
    }
    report(
      .movingTime, at: index ?? max(0, trial.steps.count - 1),
      "table \(table): \(what) depends on the current time; "
        + "store the time in a column and compare it in the query")
  }

  private static let clockFunctions: Set<String> = [
    "date", "time", "datetime", "julianday", "unixepoch", "strftime", "timediff",
  ]

  /// Whether an expression reads the current time.
  static func dependsOnTime(_ expression: String) -> Bool {
    let tokens = SQLTokens(expression).tokens
    for (index, token) in tokens.enumerated() {
      if ["current_date", "current_time", "current_timestamp"].contains(where: token.is) {
        return true
      }
      guard token.kind == .word, clockFunctions.contains(token.text), index + 2 < tokens.count,
        tokens[index + 1].isSymbol("(")
      else { continue }
      // Without a time argument, these functions use the current time; the first argument of
      // strftime is a format.
      let list = ParenthesizedList(tokens[(index + 1)...])
      let arguments = list.content.isEmpty ? 0 : list.items.count
      if arguments == 0 || (arguments == 1 && token.text == "strftime") { return true }
      // Elsewhere, 'now' is a text like any other.
      let isNow = list.items.contains { item in
        item.count == 1 && item.first?.kind == .string && item.first?.name.lowercased() == "now"
      }
      if isNow { return true }
    }
    return false
  }
}
