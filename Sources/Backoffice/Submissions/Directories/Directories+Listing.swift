/// The order of a list of directories; unknown values come last.
public enum DirectoryOrder: Sendable, Hashable, CaseIterable {
  /// The highest domain rating first.
  case rating
  /// The highest approval rate first.
  case success
}

extension Directories {
  private static let rating = "coalesce(domain_rating, -1)"
  // The same expression as in the index directories_success, so that SQLite uses the index.
  private static let success =
    "coalesce(approved_count * 1000000 / nullif(approved_count + rejected_count, 0), -1)"

  private static func listing(_ condition: String, by value: String) -> SQLStatement {
    SQLStatement(
      """
      SELECT \(Directory.selection), \(value), pk FROM directories
      WHERE \(condition) AND is_active = 1
        AND \(value) <= ?2 AND (\(value) < ?2 OR pk < ?3)
      ORDER BY \(value) DESC, pk DESC LIMIT ?4
      """)
  }

  static let byRating = listing("?1 IS NULL", by: rating)
  static let bySuccess = listing("?1 IS NULL", by: success)
  static let byCategory = listing("category_id = ?1", by: rating)
  static let byPriority = listing("priority_tier = ?1", by: rating)

  /// The active directories.
  ///
  /// - Parameters:
  ///   - order: the order of the list; among equals the newest comes first.
  ///   - cursor: the `next` cursor of the previous page; nil for the first page.
  ///   - limit: the maximum number of results; 100 by default, at most 1,000.
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index scan of the size of the page.
  public func list(
    by order: DirectoryOrder = .rating, after cursor: PageCursor? = nil,
    limit: Int = PageLimit.standard
  ) throws -> Page<Directory> {
    try page(
      order == .rating ? Self.byRating : Self.bySuccess, String?.none, after: cursor, limit: limit)
  }

  /// The active directories of a category, highest domain rating first.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index scan of the size of the page.
  public func list(
    category: ID<DirectoryCategory>, after cursor: PageCursor? = nil,
    limit: Int = PageLimit.standard
  ) throws -> Page<Directory> {
    try page(Self.byCategory, category, after: cursor, limit: limit)
  }

  /// The active directories of a priority tier, highest domain rating first.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index scan of the size of the page.
  public func list(
    priority: Directory.PriorityTier, after cursor: PageCursor? = nil,
    limit: Int = PageLimit.standard
  ) throws -> Page<Directory> {
    try page(Self.byPriority, priority, after: cursor, limit: limit)
  }

  private func page<Value: Bindable>(
    _ statement: SQLStatement, _ value: Value, after cursor: PageCursor?, limit: Int
  ) throws -> Page<Directory> {
    try access.readOnce { transaction in
      try transaction.keyedPage(
        statement, limit: limit, value, cursor?.value ?? .max, cursor?.key ?? .max)
    }
  }

  static let eligibleOfTier = SQLStatement(
    """
    SELECT \(Directory.selection(of: "d")) FROM directories d
    WHERE d.priority_tier = ?1 AND d.is_active = 1
      AND NOT EXISTS (
        SELECT 1 FROM submissions s
        WHERE s.customer_id = ?2 AND s.directory_id = d.id AND s.closed_at IS NULL)
    ORDER BY coalesce(d.domain_rating, -1) DESC, d.pk DESC LIMIT ?3
    """)

  /// The active directories without a live submission of a customer, best first.
  ///
  /// Directories are ordered by priority tier and then by domain rating. A submission that was
  /// rejected, expired, removed, failed or cancelled is not live, so its directory is included.
  ///
  /// - Parameters:
  ///   - customer: the customer.
  ///   - limit: the maximum number of results; 100 by default, at most 1,000.
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: proportional to `limit` and the customer's live submissions, not to the
  ///   catalogue.
  public func eligible(
    for customer: ID<Customer>, limit: Int = PageLimit.standard
  ) throws -> [Directory] {
    let limit = PageLimit.clamped(limit)
    return try access.read { transaction in
      var found: [Directory] = []
      for tier in Directory.PriorityTier.allCases where found.count < limit {
        found += try Directory.fetchAll(
          transaction, Self.eligibleOfTier, tier, customer, limit - found.count)
      }
      return found
    }
  }
}
