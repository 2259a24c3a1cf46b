extension LintChecker {
  /// Checks the effect of the whole migration, and attributes it to statements.
  mutating func checkDifference() {
    let rebuilt = rebuiltTables()
    let renames = renamedTables()
    for change in trial.difference.changes {
      if renames.keys.contains(change.table.lowercased())
        || renames.values.contains(change.table.lowercased())
      {
        continue
      }
      check(change, isRebuilt: rebuilt.contains(change.table.lowercased()))
    }
    for (old, new) in renames.sorted(by: { $0.key < $1.key }) {
      report(
        .renameTable, at: statement { $0.difference.changes.contains { $0.isGone(table: old) } },
        "table \(old) is renamed to \(new), which breaks programs that use the old name")
    }
    for table in rebuilt.sorted() { checkRebuild(of: table) }
    checkReferences()
    checkMovingTime()
  }

  // MARK: One change

  private mutating func check(_ change: SchemaChange, isRebuilt: Bool) {
    let index = statement(responsibleFor: change)
    switch (change.subject, change.aspect) {
    case (.table(let name), .existence) where change.after == nil:
      report(.dropTable, at: index, "table \(name) is dropped with all its rows")
    case (.column(let table, let name), .existence) where change.after == nil:
      if let new = renamedColumn(name, of: table, at: index) {
        report(
          .renameColumn, at: index,
          "column \(name) of \(table) is renamed to \(new), "
            + "which breaks programs that use the old name")
      } else {
        report(.dropColumn, at: index, "column \(name) of \(table) is dropped with all its values")
      }
    case (.column(let table, let name), .existence):
      checkNewColumn(name, of: table, at: index)
    case (.column, .type) where Affinity(change.before) != Affinity(change.after):
      report(
        .changeType, at: index,
        "\(change); values of another type are converted or left unchanged")
    case (.column(let table, let name), .notNull) where change.after != nil:
      guard mayCopyNull(to: name, of: table) else { return }
      report(
        .nullableToNotNull, at: index, "\(change); it fails if a row contains NULL")
    case (.index, .existence) where change.after == nil:
      checkLostIndex(change, isRebuilt: isRebuilt, at: index)
    case (.index, .existence):
      checkUnique(change, at: index)
    case (.index, .definition):
      checkUnique(change, at: index)
      let wasUnique = change.before?.hasPrefix("unique ") == true
      if isRebuilt {
        report(.rebuildLoses, at: index, "\(change) in the rebuild of the table")
      } else if wasUnique {
        report(.lostConstraint, at: index, "\(change)")
      }
    case (.trigger, .existence) where change.after == nil:
      guard isRebuilt, !isDropped("trigger", change) else { return }
      report(
        .rebuildLoses, at: index,
        "\(change) with the old table; create it again")
    default:
      checkGain(change, isRebuilt: isRebuilt, at: index)
      guard change.isLoss else { return }
      report(
        isRebuilt ? .rebuildLoses : .lostConstraint, at: index,
        isRebuilt
          ? "\(change) in the rebuild of the table; add it to the definition" : "\(change)")
    }
  }

  private mutating func checkNewColumn(_ name: String, of table: String, at index: Int) {
    guard let column = trial.after.table(table)?.column(name), column.isNotNull,
      column.defaultValue == nil, column.generated == nil,
      trial.steps.indices.contains(index), trial.steps[index].starts(with: "alter", "table")
    else { return }
    report(
      .notNullWithoutDefault, at: index,
      "column \(name) of \(table) is NOT NULL and has no default; "
        + "adding it fails if the table has rows")
  }

  private mutating func checkLostIndex(_ change: SchemaChange, isRebuilt: Bool, at index: Int) {
    if isRebuilt, !isDropped("index", change) {
      report(
        .rebuildLoses, at: index,
        "\(change) with the old table; create it again")
    } else if change.before?.hasPrefix("unique ") == true {
      report(.lostConstraint, at: index, "\(change); duplicate keys are no longer rejected")
    }
  }

  // MARK: Which statement

  private func statement(_ isMeant: (LintTrial.Step) -> Bool) -> Int {
    trial.steps.firstIndex(where: isMeant) ?? max(0, trial.steps.count - 1)
  }

  private func statement(responsibleFor change: SchemaChange) -> Int {
    let exact = trial.steps.firstIndex { $0.difference.changes.contains(change) }
    return exact
      ?? statement { step in
        step.difference.changes.contains { $0.isGone(table: change.table.lowercased()) }
      }
  }

  private func isDropped(_ kind: String, _ change: SchemaChange) -> Bool {
    trial.steps.contains {
      $0.starts(with: "drop", kind) && $0.difference.changes.contains(change)
    }
  }

  // MARK: Several statements as one

  /// The tables that were dropped and created again, in lower case.
  private func rebuiltTables() -> Set<String> {
    var gone: Set<String> = []
    for step in trial.steps {
      for change in step.difference.changes {
        if case .table(let name) = change.subject, change.isGone(table: name.lowercased()) {
          gone.insert(name.lowercased())
        }
      }
    }
    return gone.filter { trial.before.table($0) != nil && trial.after.table($0) != nil }
  }

  /// The new names of renamed tables, by the old name in lower case.
  private func renamedTables() -> [String: String] {
    var names: [String: String] = [:]
    for step in trial.steps where step.starts(with: "alter", "table") {
      let tables = step.difference.changes.filter {
        if case .table = $0.subject { $0.aspect == .existence } else { false }
      }
      guard let old = tables.first(where: { $0.after == nil })?.table.lowercased(),
        let new = tables.first(where: { $0.before == nil })?.table.lowercased()
      else { continue }
      let first = names.first { $0.value == old }?.key ?? old
      names[first] = new
    }
    return names.filter {
      trial.before.table($0.key) != nil && trial.after.table($0.key) == nil
        && trial.before.table($0.value) == nil && trial.after.table($0.value) != nil
    }
  }

  private func renamedColumn(_ name: String, of table: String, at index: Int) -> String? {
    guard trial.steps.indices.contains(index) else { return nil }
    let step = trial.steps[index]
    guard step.starts(with: "alter", "table"), step.tokens.contains(where: { $0.is("rename") })
    else { return nil }
    for change in step.difference.changes where change.before == nil {
      if case .column(table, let new) = change.subject { return new }
    }
    return nil
  }
}

extension SchemaChange {
  /// Whether the change is the removal of a table, given in lower case.
  fileprivate func isGone(table: String) -> Bool {
    guard case .table(let name) = subject else { return false }
    return aspect == .existence && after == nil && name.lowercased() == table
  }
}

/// The type affinity of a column that is not strict: <https://www.sqlite.org/datatype3.html>.
private enum Affinity: Equatable {
  case integer, text, blob, real, numeric

  init(_ type: String?) {
    let type = type ?? ""
    if type.contains("INT") {
      self = .integer
    } else if ["CHAR", "CLOB", "TEXT"].contains(where: type.contains) {
      self = .text
    } else if type.isEmpty || type.contains("BLOB") || type == "ANY" {
      self = .blob
    } else if ["REAL", "FLOA", "DOUB"].contains(where: type.contains) {
      self = .real
    } else {
      self = .numeric
    }
  }
}
