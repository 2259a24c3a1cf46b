/// What the merge of two customers moved from the duplicate to the survivor.
public struct CustomerMerge: Sendable, Hashable, Codable {
  /// The customer that was merged, whose id finds the survivor from then on.
  public let duplicate: ID<Customer>
  /// The customer that takes its place.
  public let survivor: ID<Customer>
  /// When the customers were merged.
  public let mergedAt: Timestamp
  /// The number of queue items that moved, finished ones included.
  public internal(set) var queueItems = 0
  /// The number of batches that moved.
  public internal(set) var batches = 0
  /// The number of schedules that moved.
  public internal(set) var schedules = 0
  /// The number of submissions that moved.
  public internal(set) var submissions = 0
  /// The number of submissions that stay with the duplicate, because the survivor has a live one in
  /// the same directory.
  public internal(set) var keptSubmissions = 0
  /// The number of actions that moved.
  public internal(set) var actions = 0
  /// The number of plans of changes that moved.
  public internal(set) var plans = 0
  /// The number of usage events that moved.
  public internal(set) var usageEvents = 0
  /// The number of entries of the credit ledger that moved.
  public internal(set) var creditEntries = 0
  /// Whether the subscription moved; an ended one stays if the survivor has its own.
  public internal(set) var hasMovedSubscription = false
  /// Whether the sign-in secrets of the duplicate were deleted, because the survivor has its own.
  public internal(set) var hasDroppedCredentials = false
  /// The fields that the survivor did not have and took over, by the names of their columns.
  public internal(set) var filledFields: [String] = []

  init(of duplicate: ID<Customer>, into survivor: ID<Customer>, at mergedAt: Timestamp) {
    self.duplicate = duplicate
    self.survivor = survivor
    self.mergedAt = mergedAt
  }
}

extension Customers {
  static let mergeOf = SQLStatement("SELECT answer FROM customer_merges WHERE duplicate_id = ?")

  /// The merges into a customer, oldest first, at most 1,000.
  ///
  /// The history and the audit log of a duplicate remain under its id, which this list names.
  ///
  /// - Throws: ``CustomerError/notFound(_:)``; `StorageError` with `closed`, `transactionEnded`,
  ///   `readersExhausted`; `SQLiteError`.
  /// - Complexity: proportional to the number of merges.
  public func merges(into survivor: ID<Customer>) throws -> [CustomerMerge] {
    try access.read { transaction in
      let id = try transaction.customers.survivor(of: survivor)
      return try transaction.fetchAll(Self.mergesInto, id) { row in
        try row.value(at: 0, as: JSONText.self).decode()
      }
    }
  }

  static let mergesInto = SQLStatement(
    """
    SELECT m.answer FROM customers c JOIN customer_merges m ON m.duplicate_id = c.id
    WHERE c.merged_into = ? ORDER BY m.pk LIMIT 1000
    """)
}
