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
    SELECT credits, period_start_at, id, expires_at FROM credit_holds
    WHERE customer_id = ?1 AND state = 'reserved' AND expires_at <= ?2
    """)

  /// Expires the holds that are due at an instant.
  static func bringUp(
    _ customer: ID<Customer>, to instant: Timestamp, _ transaction: borrowing WriteTransaction
  ) throws {
    let upcoming = try transaction.fetchOne(next, customer, instant) { row in
      try row.value(at: 0, as: Timestamp?.self)
    }
    // First, because the releases that follow ask again whether anything is due.
    try transaction.execute(put, customer, upcoming ?? nil)
    try transaction.execute(expire, customer, instant)
  }

  /// The balance as of now, for a reader, who cannot write what time has changed.
  static func asOfNow(
    _ balance: CreditBalance, of customer: ID<Customer>,
    in transaction: borrowing some Transaction & ~Copyable
  ) throws -> CreditBalance {
    guard balance.isDue(at: transaction.now) else { return balance }
    let book = try book(balance, of: customer, in: transaction)
    var current = balance
    for posting in book.postings {
      current =
        current.after(posting.kind, posting.credits, isGrant: posting.grant != nil) ?? current
    }
    let returned = current.planRemaining.subtracting(balance.planRemaining)
    current.granted = current.granted.subtracting(max(0, min(balance.clawback, returned)))
    return current
  }

  /// The credits by grant as of now; the postings are what time has changed since the last write.
  static func book(
    _ balance: CreditBalance, of customer: ID<Customer>,
    in transaction: borrowing some Transaction & ~Copyable
  ) throws -> CreditBook {
    let now = transaction.now
    var book = try CreditBook(of: customer, balance, in: transaction)
    guard balance.isDue(at: now) else { return book }
    let holds = try transaction.fetchAll(due, customer, now) { row in
      let credits: Int = try row.value(at: 0)
      let period: Timestamp? = try row.value(at: 1)
      let id: ID<CreditHold> = try row.value(at: 2)
      let expiresAt: Timestamp = try row.value(at: 3)
      return (id: id, at: expiresAt, credits: credits, isLost: balance.isLost(period))
    }
    let expiring = try holds.map { hold in
      let parts = balance.hasGrants ? try CreditHoldParts.of(hold.id, in: transaction) : []
      let plan = CreditBook.Part(grant: nil, credits: hold.credits, afterResets: 1)
      return (
        id: hold.id, at: hold.at,
        parts: (parts.isEmpty ? [plan] : parts).map { part in
          guard part.grant == nil else { return part }
          return CreditBook.Part(
            grant: nil, credits: part.credits, afterResets: hold.isLost ? 0 : 1)
        }
      )
    }
    book.advance(to: now, expiring: expiring)
    return book
  }
}

extension CreditBalance {
  /// Whether time has changed something that is not written yet.
  fileprivate func isDue(at now: Timestamp) -> Bool {
    changesAt.map { $0 <= now } ?? false
  }
}

extension CreditBalance {
  /// Whether credits of a period do not become spendable when they are released.
  fileprivate func isLost(_ period: Timestamp?) -> Bool {
    guard let periodStart else { return false }
    return !isEntitled || (period != nil && period != periodStart)
  }
}
