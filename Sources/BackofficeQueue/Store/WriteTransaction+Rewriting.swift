extension WriteTransaction {
  private static let permit = SQLStatement(
    """
    INSERT OR IGNORE INTO store_settings (key, value, updated_at)
    VALUES ('store.rewriting', 'true', ?)
    """)
  private static let forbid = SQLStatement(
    "DELETE FROM store_settings WHERE key = 'store.rewriting'")

  private static let permission = SQLStatement(
    "SELECT 1 FROM store_settings WHERE key = 'store.rewriting'")

  /// Whether ``rewriting(_:)`` is running.
  package var isRewriting: Bool {
    get throws { try fetchOne(Self.permission) { _ in true } ?? false }
  }

  /// Runs `body`, which may change rows of append-only tables whose guards know this permission.
  ///
  /// For operations of the store that move such rows without changing what they say. The permission
  /// is a row that no commit sees.
  ///
  /// - Throws: the errors of `body`.
  package func rewriting<Result>(
    _ body: (borrowing WriteTransaction) throws -> Result
  ) throws -> Result {
    try savepoint { transaction in
      try transaction.execute(Self.permit, transaction.now)
      let result = try body(transaction)
      try transaction.execute(Self.forbid)
      return result
    }
  }
}

/// Finds a permission to change append-only tables that a program has left in the file.
struct RewritingCheck: ConsistencyCheck {
  let name = "store.rewriting"

  private static let left = SQLStatement(
    "SELECT 1 FROM store_settings WHERE key = 'store.rewriting'")

  func findings(in transaction: borrowing ReadTransaction, limit: Int) throws -> [Finding] {
    guard try transaction.fetchOne(Self.left, decode: { _ in true }) != nil else { return [] }
    return [
      Finding(
        check: name, entity: "store_settings store.rewriting",
        problem: "append-only tables may be changed as long as this row exists; delete it")
    ]
  }
}
