/// One way in which a schema differs from another.
public struct SchemaChange: Sendable, Hashable {
  /// What differs.
  public enum Subject: Sendable, Hashable {
    /// A table as a whole, or one of its constraints.
    case table(String)
    /// A column.
    case column(table: String, name: String)
    /// An index that was created by name.
    case index(table: String, name: String)
    /// An SQL trigger of a table or view.
    case trigger(on: String, name: String)
    /// A view.
    case view(String)
  }

  /// In what it differs.
  public enum Aspect: String, Sendable, Hashable {
    /// Only one of the two schemas has it.
    case existence
    /// How its name is written; SQLite finds it in any case.
    case spelling
    /// The type of a column.
    case type
    /// Whether a column refuses NULL.
    case notNull
    /// The default of a column.
    case defaultValue
    /// How a column compares texts.
    case collation
    /// What a generated column is computed from, and whether it is kept.
    case generated
    /// Whether a column of a virtual table is hidden.
    case hidden
    /// The order of the columns.
    case columnOrder
    /// The primary key.
    case primaryKey
    /// A `UNIQUE` constraint.
    case unique
    /// A `CHECK` constraint.
    case check
    /// A foreign key.
    case foreignKey
    /// What a constraint says of conflicts.
    case conflictClause
    /// Whether a table is `STRICT`.
    case strict
    /// Whether a table is `WITHOUT ROWID`.
    case withoutRowID
    /// Whether a table is `AUTOINCREMENT`.
    case autoincrement
    /// The module of a virtual table, and its arguments.
    case module
    /// What an index, a trigger or a view says.
    case definition
  }

  /// What differs.
  public let subject: Subject
  /// In what.
  public let aspect: Aspect
  /// What the first schema has; nil for nothing.
  public let before: String?
  /// What the second schema has; nil for nothing.
  public let after: String?

  init(_ subject: Subject, _ aspect: Aspect, _ before: String?, _ after: String?) {
    self.subject = subject
    self.aspect = aspect
    self.before = before
    self.after = after
  }

  /// The table or view that it is about.
  public var table: String {
    switch subject {
    case .table(let name), .view(let name): name
    case .column(let table, _), .index(let table, _): table
    case .trigger(let table, _): table
    }
  }
}

extension SchemaChange: CustomStringConvertible {
  /// The subject and its change on one line, such as `table a: column b lost NOT NULL`.
  public var description: String { "\(label) \(verb)" }

  private var label: String {
    switch subject {
    case .table(let name): "table \(name)"
    case .column(let table, let name): "table \(table): column \(name)"
    case .index(let table, let name): "table \(table): index \(name)"
    case .trigger(let table, let name): "\(table): trigger \(name)"
    case .view(let name): "view \(name)"
    }
  }

  private var verb: String {
    switch aspect {
    case .existence:
      guard let after else { return "is gone" }
      return after.isEmpty ? "is new" : "is new (\(after.singleLine(limit: 120)))"
    case .spelling: return "is now written \(after ?? "")"
    case .type: return "changed its type from \(named(before)) to \(named(after))"
    case .defaultValue: return gainedOrLost("the default")
    case .collation: return "changed its collation from \(named(before)) to \(named(after))"
    case .generated: return gainedOrLost("its expression")
    case .columnOrder:
      return "has its columns in another order: (\(named(before))) became (\(named(after)))"
    case .primaryKey: return gainedOrLost("primary key")
    case .foreignKey, .check, .unique, .conflictClause, .notNull, .strict, .withoutRowID,
      .autoincrement, .hidden:
      return gainedOrLost("")
    case .module: return "changed from [\(named(before))] to [\(named(after))]"
    case .definition:
      return "changed from [\(named(before).singleLine(limit: 160))] "
        + "to [\(named(after).singleLine(limit: 160))]"
    }
  }

  private func named(_ value: String?) -> String {
    value.flatMap { $0.isEmpty ? nil : $0 } ?? "none"
  }

  private func gainedOrLost(_ what: String) -> String {
    let space = what.isEmpty ? "" : "\(what) "
    switch (before, after) {
    case (let before?, let after?): return "changed \(space)\(before) to \(after)"
    case (let before?, nil): return "lost \(space)\(before)"
    case (nil, let after?): return "gained \(space)\(after)"
    case (nil, nil): return "changed \(what)"
    }
  }
}
