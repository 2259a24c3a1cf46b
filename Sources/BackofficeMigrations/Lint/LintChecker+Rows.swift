/// Constraints that rows of the table may violate, on which an empty table has no effect.
extension LintChecker {
  /// Checks a new unique index.
  mutating func checkUnique(_ change: SchemaChange, at step: Int) {
    guard case .index(let table, let name) = change.subject,
      change.after?.hasPrefix("unique ") == true,
      let index = trial.after.table(table)?.indexes.first(where: {
        $0.name.lowercased() == name.lowercased()
      })
    else { return }
    checkUnique(index.parts, of: table, "index \(name)", at: step)
  }

  /// Checks a constraint that a rebuild adds.
  mutating func checkGain(_ change: SchemaChange, isRebuilt: Bool, at index: Int) {
    guard isRebuilt, change.after != nil, let table = trial.after.table(change.table),
      let old = trial.before.table(change.table)
    else { return }
    switch change.aspect {
    case .unique:
      for key in table.uniqueConstraints where "UNIQUE \(key.summary)" == change.after {
        checkUnique(key, of: table.name, "UNIQUE \(key.summary)", at: index)
      }
    case .primaryKey:
      checkUnique(
        table.primaryKey, of: table.name, "PRIMARY KEY \(table.primaryKey.summary)", at: index)
    case .check:
      let names = Set(SQLTokens(change.after ?? "").tokens.map { $0.name.lowercased() })
      guard old.columns.contains(where: { names.contains($0.name.lowercased()) }) else { return }
      reportOverRows(change, at: index)
    case .foreignKey where change.before == nil:
      let key = table.foreignKeys.first { $0.summary == change.after }
      guard key?.columns.allSatisfy({ old.column($0) != nil }) == true else { return }
      reportOverRows(change, at: index)
    case .strict:
      reportOverRows(change, at: index)
    default: return
    }
  }

  private mutating func reportOverRows(_ change: SchemaChange, at index: Int) {
    report(.checkOverRows, at: index, "\(change); the migration fails if a row violates it")
  }

  /// Reports a key that rows may have twice, unless the old table rules it out.
  private mutating func checkUnique(
    _ key: [DatabaseSchema.KeyPart], of table: String, _ what: String, at index: Int
  ) {
    guard let old = trial.before.table(table), old.module == nil else { return }
    // Rows get a new column as NULL, and NULLs differ.
    let isNew = key.contains { part in
      part.isColumn(of: trial.after.table(table)) && old.column(part.expression) == nil
        && trial.after.table(table)?.column(part.expression)?.defaultValue == nil
    }
    guard !isNew, !isRuledOut(key, by: old), !isCleaned(table) else { return }
    report(
      .uniqueOverRows, at: index,
      "table \(table): \(what) is unique over existing rows; "
        + "the migration fails if two of them have the same values")
  }

  /// Whether a key of the old table makes the new one unique.
  private func isRuledOut(
    _ key: [DatabaseSchema.KeyPart], by old: DatabaseSchema.Table
  ) -> Bool {
    let keys =
      [old.primaryKey] + old.uniqueConstraints
      + old.indexes.filter { $0.isUnique && $0.predicate == nil }.map(\.parts)
    return keys.contains { known in
      !known.isEmpty
        && known.allSatisfy { part in
          key.contains {
            $0.expression.lowercased() == part.expression.lowercased()
              && ($0.collation == part.collation || $0.collation == "BINARY")
          }
        }
    }
  }

  /// Whether the script deletes or changes rows of the table, supposedly the ones in question.
  private func isCleaned(_ table: String) -> Bool {
    trial.steps.contains { step in
      (step.starts(with: "delete") || step.starts(with: "update"))
        && step.tokens.prefix(4).contains { $0.name.lowercased() == table.lowercased() }
    }
  }
}

extension DatabaseSchema.KeyPart {
  fileprivate func isColumn(of table: DatabaseSchema.Table?) -> Bool {
    table?.column(expression) != nil
  }
}
