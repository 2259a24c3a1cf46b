/// Ends holds whose lifetime is over, before the customer's credits are next used.
///
/// A balance names an instant before which none of its holds expires, so that a reservation pays for
/// expiry only when one is due.
enum CreditHoldExpiry {
  static let note = SQLStatement(
    """
    UPDATE credit_balances SET hold_expires_at = ?2
    WHERE customer_id = ?1 AND coalesce(hold_expires_at > ?2, 1)
    """)
  static let next = SQLStatement(
    """
    SELECT min(expires_at) FROM credit_holds
    WHERE customer_id = ?1 AND state = 'reserved' AND expires_at > ?2
    """)
  private static let put = SQLStatement(
    "UPDATE credit_balances SET hold_expires_at = ?2 WHERE customer_id = ?1")
  static let expire = SQLStatement(
    """
    UPDATE credit_holds SET state = 'expired', ended_at = expires_at
    WHERE customer_id = ?1 AND state = 'reserved' AND expires_at <= ?2
    """)
  static let due = SQLStatement(
    """
    SELECT credits, period_start_at FROM credit_holds
    WHERE customer_id = ?1 AND state = 'reserved' AND expires_at <= ?2
    """)

  /// Expires the holds that are due.
  static func bringUpToNow(
    _ customer: ID<Customer>, _ transaction: borrowing WriteTransaction
  ) throws {
    let upcoming = try transaction.fetchOne(next, customer, transaction.now) { row in
      try row.value(at: 0, as: Timestamp?.self)
    }
    // First, because the releases that follow ask again whether anything is due.
    try transaction.execute(put, customer, upcoming ?? nil)
    try transaction.execute(expire, customer, transaction.now)
  }

  /// The balance as of now, for a reader, who cannot expire anything.
  static func asOfNow(
    _ balance: CreditBalance, of customer: ID<Customer>,
    in transaction: borrowing some Transaction & ~Copyable
  ) throws -> CreditBalance {
    guard let first = balance.holdExpiresAt, first <= transaction.now else { return balance }
    var released = 0
    var lost = 0
    try transaction.forEach(due, customer, transaction.now) { row in
      let credits: Int = try row.value(at: 0)
      let period: Timestamp? = try row.value(at: 1)
      released.add(credits)
      lost.add(balance.isLost(period) ? credits : 0)
      return true
    }
    lost.add(min(balance.owed, released.subtracting(lost)))
    return CreditBalance(
      granted: balance.granted.subtracting(lost), reserved: balance.reserved.subtracting(released),
      spent: balance.spent, limit: balance.limit, hasCustomLimit: balance.hasCustomLimit,
      resetsAt: balance.resetsAt, periodStart: balance.periodStart)
  }
}

extension CreditBalance {
  /// Whether credits of a period do not become spendable when they are released.
  fileprivate func isLost(_ period: Timestamp?) -> Bool {
    guard let periodStart else { return false }
    return !isEntitled || (period != nil && period != periodStart)
  }
}
