extension SchemaChangeCollector {
  mutating func compare(_ before: DatabaseSchema.Table, _ after: DatabaseSchema.Table) {
    guard before != after else { return }
    let name = before.name
    let table = SchemaChange.Subject.table(name)
    value(table, .spelling, name, after.name)
    flag(table, .strict, "STRICT", before.isStrict, after.isStrict)
    flag(table, .withoutRowID, "WITHOUT ROWID", before.isWithoutRowID, after.isWithoutRowID)
    flag(table, .autoincrement, "AUTOINCREMENT", before.isAutoincrement, after.isAutoincrement)
    value(table, .module, before.module, after.module)
    // The loss of the whole key is reported as such.
    if !before.primaryKey.isEmpty, !after.primaryKey.isEmpty {
      flag(
        table, .integerPrimaryKey, "INTEGER PRIMARY KEY", before.rowIDColumn != nil,
        after.rowIDColumn != nil)
    }
    compareColumns(before, after)
    value(
      table, .primaryKey, before.primaryKey.isEmpty ? nil : before.primaryKey.summary,
      after.primaryKey.isEmpty ? nil : after.primaryKey.summary)
    constraints(
      table, .unique, before.uniqueConstraints.map { "UNIQUE \($0.summary)" },
      after.uniqueConstraints.map { "UNIQUE \($0.summary)" })
    constraints(table, .check, before.checks.map(\.summary), after.checks.map(\.summary))
    compareForeignKeys(before, after)
    constraints(table, .conflictClause, before.conflictClauses, after.conflictClauses)
    pair(before.indexes, after.indexes, \.name) { collector, index, before, after in
      let subject = SchemaChange.Subject.index(table: name, name: index)
      switch (before, after) {
      case (let before?, let after?):
        collector.value(subject, .definition, before.summary, after.summary)
      default:
        collector.add(subject, .existence, before?.summary, after?.summary)
      }
    }
    triggers(of: name, before.triggers, after.triggers)
  }

  /// Adds the elements that only one of two lists contains.
  private mutating func constraints(
    _ subject: SchemaChange.Subject, _ aspect: SchemaChange.Aspect, _ before: [String],
    _ after: [String]
  ) {
    var extra = after
    for text in before {
      if let index = extra.firstIndex(of: text) {
        extra.remove(at: index)
      } else {
        add(subject, aspect, text, nil)
      }
    }
    for text in extra { add(subject, aspect, nil, text) }
  }

  private mutating func compareForeignKeys(
    _ before: DatabaseSchema.Table, _ after: DatabaseSchema.Table
  ) {
    let subject = SchemaChange.Subject.table(before.name)
    var extra = after.foreignKeys
    var lost: [DatabaseSchema.ForeignKey] = []
    for key in before.foreignKeys {
      if let index = extra.firstIndex(of: key) {
        extra.remove(at: index)
      } else {
        lost.append(key)
      }
    }
    for key in lost {
      // A foreign key of the same columns is reported as a single change.
      if let index = extra.firstIndex(where: { $0.columns == key.columns }) {
        add(subject, .foreignKey, key.summary, extra.remove(at: index).summary)
      } else {
        add(subject, .foreignKey, key.summary, nil)
      }
    }
    for key in extra { add(subject, .foreignKey, nil, key.summary) }
  }

  private mutating func compareColumns(
    _ before: DatabaseSchema.Table, _ after: DatabaseSchema.Table
  ) {
    pair(before.columns, after.columns, \.name) { collector, name, first, second in
      let subject = SchemaChange.Subject.column(table: before.name, name: name)
      switch (first, second) {
      case (let first?, let second?): collector.compare(first, second, subject)
      default:
        collector.add(subject, .existence, first?.summary, second?.summary)
      }
    }
    let order = Self.common(before, with: after)
    value(.table(before.name), .columnOrder, order, Self.common(after, with: before))
  }

  private mutating func compare(
    _ before: DatabaseSchema.Column, _ after: DatabaseSchema.Column,
    _ subject: SchemaChange.Subject
  ) {
    value(subject, .spelling, before.name, after.name)
    value(subject, .type, before.type, after.type)
    flag(subject, .notNull, "NOT NULL", before.isNotNull, after.isNotNull)
    value(subject, .defaultValue, before.defaultValue, after.defaultValue)
    value(subject, .collation, before.collation, after.collation)
    value(subject, .generated, before.generated?.summary, after.generated?.summary)
    flag(subject, .hidden, "HIDDEN", before.isHidden, after.isHidden)
  }

  /// The columns that two tables have in common, in the order of the first table.
  private static func common(
    _ table: DatabaseSchema.Table, with other: DatabaseSchema.Table
  ) -> String {
    let names = Set(other.columns.map { $0.name.lowercased() })
    return table.columns.map { $0.name.lowercased() }.filter { names.contains($0) }
      .joined(separator: ", ")
  }
}

extension DatabaseSchema.Generated {
  var summary: String { "(\(expression)) \(isStored ? "STORED" : "VIRTUAL")" }
}
