extension Credits {
  static let firstEntries = SQLStatement(
    """
    SELECT \(CreditEntry.selection), pk FROM credit_entries
    WHERE customer_id = ?1 ORDER BY at DESC, pk DESC LIMIT ?2
    """)
  static let nextEntries = SQLStatement(
    """
    SELECT \(CreditEntry.selection), pk FROM credit_entries
    WHERE customer_id = ?1 AND (at, pk) < (?3, ?4) ORDER BY at DESC, pk DESC LIMIT ?2
    """)
  private static let holdEntries = CreditEntry.select(
    "WHERE hold_id = ? ORDER BY pk LIMIT 1000")

  /// The ledger of a customer, newest entry first.
  ///
  /// - Parameters:
  ///   - customer: the customer.
  ///   - cursor: the `next` cursor of the previous page; nil for the first page.
  ///   - limit: the maximum number of entries; 100 by default, at most 1,000.
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index lookup and the entries of the page.
  public func entries(
    of customer: ID<Customer>, after cursor: PageCursor? = nil, limit: Int = PageLimit.standard
  ) throws -> Page<CreditEntry> {
    let limit = PageLimit.clamped(limit)
    return try access.readOnce { transaction in
      var rows: [CreditEntry] = []
      var next: PageCursor?
      // One row more than the limit shows whether there is a next page.
      func take(_ row: borrowing Row) throws -> Bool {
        guard rows.count < limit else { return false }
        rows.append(try CreditEntry(row))
        let key: Int64 = try row.value(at: row.count - 1)
        next = PageCursor(value: rows[rows.count - 1].at.microseconds, key: key)
        return true
      }
      var isMore = false
      func body(_ row: borrowing Row) throws -> Bool {
        let taken = try take(row)
        isMore = !taken
        return taken
      }
      if let cursor {
        try transaction.forEach(
          Self.nextEntries, customer, limit + 1, cursor.value, cursor.key, body: body)
      } else {
        try transaction.forEach(Self.firstEntries, customer, limit + 1, body: body)
      }
      return Page(elements: rows, next: isMore ? next : nil)
    }
  }

  /// The ledger entries of a hold, oldest first, at most 1,000.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index lookup and the hold's entries.
  public func entries(of hold: ID<CreditHold>) throws -> [CreditEntry] {
    try access.readOnce { transaction in
      try CreditEntry.fetchAll(transaction, Self.holdEntries, hold)
    }
  }
}
