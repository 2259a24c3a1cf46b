extension LintJudge {
  /// Looks at what a diff of the schemas does not show of a table that was rebuilt.
  mutating func judgeRebuild(of table: String) {
    guard let before = trial.before.table(table), let after = trial.after.table(table) else {
      return
    }
    let drop =
      trial.steps.firstIndex { step in
        step.difference.changes.contains { $0.table.lowercased() == table && $0.after == nil }
      } ?? 0
    let minds = trial.steps.contains { $0.tokens.contains { $0.is("sqlite_sequence") } }
    if before.isAutoincrement, after.isAutoincrement, !minds {
      report(
        .rebuildSequence, at: drop,
        "table \(before.name) forgets which keys it gave out, and gives deleted ones again; "
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
        + "action on deletion: a runner that leaves foreign keys on would take them along")
  }

  /// Looks for foreign keys and views whose table is gone.
  mutating func judgeReferences() {
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
        report(
          .danglingForeignKey, at: index ?? last,
          "table \(table.name): \(key.summary), which is not there"
            + (trial.before.table(table.name)?.foreignKeys.contains { $0.columns == key.columns }
              == true ? "; make the new table first, and rename it last" : ""))
      }
    }
    for view in trial.after.views where view.columns.isEmpty {
      let wasBroken = trial.before.views.contains { $0.name == view.name && $0.columns.isEmpty }
      guard !wasBroken else { continue }
      report(
        .brokenDependent, at: last,
        "view \(view.name) cannot be read any more: it uses something that is not there")
    }
  }

  /// Looks for what would change with the time: SQLite finds out when a row comes, not before.
  mutating func judgeMovingTime() {
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
      "table \(table): \(what) depends on the time at which it is asked; "
        + "store the time in a column and compare it in the query")
  }

  private static let clockFunctions: Set<String> = [
    "date", "time", "datetime", "julianday", "unixepoch", "strftime", "timediff",
  ]

  /// Whether an expression asks a clock.
  static func dependsOnTime(_ expression: String) -> Bool {
    let tokens = SQLTokens(expression).tokens
    for (index, token) in tokens.enumerated() {
      if ["current_date", "current_time", "current_timestamp"].contains(where: token.is) {
        return true
      }
      if token.kind == .string, token.name.lowercased() == "now" { return true }
      guard token.kind == .word, clockFunctions.contains(token.text), index + 2 < tokens.count,
        tokens[index + 1].isSymbol("(")
      else { continue }
      // Without a time they mean now; strftime has its format first.
      let list = ParenthesizedList(tokens[(index + 1)...])
      let arguments = list.content.isEmpty ? 0 : list.items.count
      if arguments == 0 || (arguments == 1 && token.text == "strftime") { return true }
    }
    return false
  }
}
