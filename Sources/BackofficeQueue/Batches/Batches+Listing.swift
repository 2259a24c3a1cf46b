extension Batches {
  private static let ofAccount = SQLStatement(
    """
    SELECT \(Batch.selection), pk FROM batches
    WHERE account = ?1 AND (created_at, pk) < (?2, ?3)
    ORDER BY created_at DESC, pk DESC LIMIT ?4
    """)

  private static let newest = SQLStatement(
    """
    SELECT \(Batch.selection), pk FROM batches WHERE (created_at, pk) < (?1, ?2)
    ORDER BY created_at DESC, pk DESC LIMIT ?3
    """)

  /// Lists the batches of an account, or of all accounts, newest first.
  ///
  /// - Parameters:
  ///   - account: the account; nil for all.
  ///   - cursor: where the previous page ended.
  ///   - limit: the size of a page; 100 by default, 1,000 at most.
  /// - Throws: `StorageError`, `SQLiteError` when the database cannot be read.
  /// - Complexity: O(log n + limit), by index.
  public func list(
    account: Account? = nil, after cursor: PageCursor? = nil,
    limit: Int = PageLimit.standard
  ) throws -> Page<Batch> {
    let limit = PageLimit.clamped(limit)
    let value = cursor?.value ?? .max
    let key = cursor?.key ?? .max
    return try access.readOnce { transaction in
      let rows =
        if let account {
          try transaction.fetchAll(Self.ofAccount, account.keyForm, value, key, limit + 1) { row in
            try Self.keyed(row)
          }
        } else {
          try transaction.fetchAll(Self.newest, value, key, limit + 1) { row in
            try Self.keyed(row)
          }
        }
      return Page(rows, limit: limit) { $0.createdAt.microseconds }
    }
  }

  /// Lists the batches in a status by priority, then scheduled time.
  ///
  /// There is only one page: use it for unfinished batches.
  ///
  /// - Parameters:
  ///   - status: the status.
  ///   - limit: the maximum number of batches; 100 by default, 1,000 at most.
  /// - Throws: `StorageError`, `SQLiteError` when the database cannot be read.
  public func list(status: Batch.Status, limit: Int = PageLimit.standard) throws -> [Batch] {
    try access.readOnce { transaction in
      try Batch.fetchAll(
        transaction, Self.byUrgency, status, PageLimit.clamped(limit))
    }
  }

  static let byUrgency = Batch.select(
    "WHERE status = ?1 ORDER BY priority, scheduled_at, pk LIMIT ?2")

  private static func keyed(_ row: borrowing Row) throws -> (element: Batch, key: Int64) {
    (try Batch(row), try row.value(at: row.count - 1))
  }
}
