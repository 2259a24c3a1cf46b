extension SchemaChange {
  /// Whether the change removes a constraint, a default, or a clause of a foreign key.
  ///
  /// Lint, trial runs and table rebuilds share this rule.
  var isLoss: Bool {
    switch aspect {
    case .collation: after == "BINARY"
    case .foreignKey: after == nil || !lostClauses.isEmpty
    case .notNull, .defaultValue, .generated, .check, .unique, .primaryKey, .integerPrimaryKey,
      .strict, .withoutRowID, .autoincrement, .conflictClause:
      after == nil
    default: false
    }
  }

  /// The clauses that a changed foreign key no longer has, such as `on update cascade`.
  private var lostClauses: [String] {
    guard aspect == .foreignKey, let before, let after else { return [] }
    return [" on update ", " on delete ", " deferred"].filter { clause in
      before.contains(clause) && !after.contains(clause)
    }
  }
}
