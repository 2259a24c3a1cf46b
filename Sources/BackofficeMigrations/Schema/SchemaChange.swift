/// A difference between two schemas.
public struct SchemaChange: Sendable, Hashable {
  /// What differs.
  public enum Subject: Sendable, Hashable {
    /// A table, or one of its constraints.
    case table(String)
    /// A column.
    case column(table: String, name: String)
    /// An index that was created by `CREATE INDEX`.
    case index(table: String, name: String)
    /// An SQL trigger of a table or view.
    case trigger(on: String, name: String)
    /// A view.
    case view(String)
  }

  /// The aspect in which two schemas differ.
  public enum Aspect: String, Sendable, Hashable {
    /// Only one of the two schemas has it.
    case existence
    /// The case of the name.
    case spelling
    /// The type of a column.
    case type
    /// Whether a column is `NOT NULL`.
    case notNull
    /// The default of a column.
    case defaultValue
    /// The collating sequence of a column.
    case collation
    /// The expression of a generated column.
    case generated
    /// Whether a column of a virtual table is hidden.
    case hidden
    /// The order of the columns.
    case columnOrder
    /// The primary key.
    case primaryKey
    /// Whether a column is the rowid, as `INTEGER PRIMARY KEY` makes it.
    case integerPrimaryKey
    /// A `UNIQUE` constraint.
    case unique
    /// A `CHECK` constraint.
    case check
    /// A foreign key.
    case foreignKey
    /// The `ON CONFLICT` clause of a constraint.
    case conflictClause
    /// Whether a table is `STRICT`.
    case strict
    /// Whether a table is `WITHOUT ROWID`.
    case withoutRowID
    /// Whether a table is `AUTOINCREMENT`.
    case autoincrement
    /// The module of a virtual table with its arguments.
    case module
    /// The definition of an index, a trigger or a view.
    case definition
  }

  /// What differs.
  public let subject: Subject
  /// The aspect.
  public let aspect: Aspect
  /// The value in the first schema, or nil.
  public let before: String?
  /// The value in the second schema, or nil.
  public let after: String?

  init(_ subject: Subject, _ aspect: Aspect, _ before: String?, _ after: String?) {
    self.subject = subject
    self.aspect = aspect
    self.before = before
    self.after = after
  }

  /// The table or view.
  public var table: String {
    switch subject {
    case .table(let name), .view(let name): name
    case .column(let table, _), .index(let table, _): table
    case .trigger(let table, _): table
    }
  }
}

extension SchemaChange: CustomStringConvertible {
  /// The difference on one line, such as `table a: column b lost NOT NULL`.
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
      guard let after else { return "was dropped" }
      return after.isEmpty ? "was added" : "was added (\(after.singleLine(limit: 120)))"
    case .spelling: return "is now spelled \(after ?? "")"
    case .type: return "changed its type from \(named(before)) to \(named(after))"
    case .defaultValue: return gainedOrLost("the default")
    case .collation: return "changed its collation from \(named(before)) to \(named(after))"
    case .generated: return gainedOrLost("its expression")
    case .columnOrder:
      return "changed the order of its columns from (\(named(before))) to (\(named(after)))"
    case .primaryKey: return gainedOrLost("primary key")
    case .foreignKey, .check, .unique, .conflictClause, .notNull, .strict, .withoutRowID,
      .autoincrement, .hidden, .integerPrimaryKey:
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
