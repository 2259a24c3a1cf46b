public import Backoffice

/// How many rows a table has and how often they change.
public struct TableHealth: Sendable, Hashable, Codable {
  /// The table.
  public let table: String
  /// Its rows.
  public let rows: Int
  /// Rows created in the last 24 hours.
  public let addedLastDay: Int
  /// Rows changed in the last 24 hours after they were created.
  public let updatedLastDay: Int
  /// When the newest row was created.
  public let lastInsertAt: Timestamp?
  /// When a row was last changed.
  public let lastUpdateAt: Timestamp?
}

extension Dashboards {
  private static let healthTables = [
    "batches", "customers", "directories", "pending_actions", "queue_items", "submissions",
    "subscriptions",
  ]

  private static let healthOfTables = SQLStatement(
    healthTables.map {
      """
      SELECT '\($0)', count(*), count(*) FILTER (WHERE created_at > ?1),
        count(*) FILTER (WHERE updated_at > ?1 AND updated_at > created_at),
        max(created_at), max(updated_at) FROM \($0)
      """
    }.joined(separator: "\nUNION ALL\n") + "\nORDER BY 1")

  /// The activity of the store's main tables, by name.
  ///
  /// - Throws: `StorageError` and `SQLiteError` when the file cannot be read.
  /// - Complexity: reads those tables completely.
  public func health() throws -> [TableHealth] {
    try access.readOnce { transaction in
      try transaction.fetchAll(Self.healthOfTables, transaction.now - .hours(24)) { row in
        var column = row.reader()
        return TableHealth(
          table: try column("table"), rows: try column("rows"),
          addedLastDay: try column("added_last_day"),
          updatedLastDay: try column("updated_last_day"),
          lastInsertAt: try column("last_insert_at"),
          lastUpdateAt: try column("last_update_at"))
      }
    }
  }
}
