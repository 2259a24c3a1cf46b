/// The stamp of the last change in a table that has an `id`.
private struct Stamp<Stamped: TableRow>: TableRow {
  static var tableName: String { Stamped.tableName }

  let id: ID<AnyEntity>
  let updatedAt: Timestamp

  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    id = try column("id")
    updatedAt = try column("updated_at")
  }
}

extension Trigger {
  /// Sets `updated_at` after an update that left it as it was, such as one in raw SQL; for a table with
  /// an `id`.
  ///
  /// Statements that set it themselves pay nothing.
  public static func updatedAt<R: TableRow>(of type: R.Type) -> Trigger {
    let mend = SQLStatement("UPDATE \(R.tableName) SET updated_at = ?1 WHERE id = ?2")
    return .after(
      "\(R.tableName).updated_at", .update(leaving: "updated_at"), on: Stamp<R>.self
    ) { change, transaction in
      guard let new = change.new, new.updatedAt != transaction.now else { return }
      try transaction.execute(mend, transaction.now, new.id)
    }
  }
}
