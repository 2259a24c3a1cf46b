/// The columns that the stamp of the last change needs of a table.
package protocol UpdateStamped: TableRow {
  var stampedID: ID<AnyEntity> { get }
  var updatedAt: Timestamp { get }
}

/// The two columns of ``UpdateStamped``, for tables with an `id`.
package protocol StampedRow: UpdateStamped {
  init(id: ID<AnyEntity>, updatedAt: Timestamp)
}

extension StampedRow {
  package static var columns: [String] { ["id", "updated_at"] }

  package init(_ row: borrowing Row) throws {
    try self.init(id: row.value(at: 0), updatedAt: row.value(at: 1))
  }
}

extension Trigger {
  /// Mends `updated_at` after an update that left it as it was, such as one in raw SQL.
  ///
  /// The library's own statements set it themselves, so this costs them nothing but the question.
  package static func updatedAt<R: StampedRow>(on type: R.Type) -> Trigger {
    let mend = SQLStatement("UPDATE \(R.tableName) SET updated_at = ?1 WHERE id = ?2")
    return .after(
      "\(R.tableName).updated_at", .update(leaving: "updated_at"), on: R.self
    ) { change, transaction in
      guard let new = change.new, new.updatedAt != transaction.now else { return }
      try transaction.execute(mend, transaction.now, new.stampedID)
    }
  }
}
