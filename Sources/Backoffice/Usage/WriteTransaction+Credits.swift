public import BackofficeStorage

/// What a row of the credit ledger does.
public enum CreditEntryKind: String, TextEnum {
  /// Gives credits.
  case grant
  /// Holds credits for enqueued work.
  case reserve
  /// Takes held credits for done work.
  case spend
  /// Lets held credits go.
  case release
  /// Takes unused credits back.
  case expire
  /// Corrects what was given, up or down.
  case adjust
}

extension WriteTransaction {
  private static let balance = SQLStatement(
    """
    SELECT credits_granted, credits_reserved, credits_spent FROM subscriptions
    WHERE customer_id = ?
    """)
  private static let setBalance = SQLStatement(
    """
    UPDATE subscriptions SET credits_granted = ?, credits_reserved = ?, credits_spent = ?,
      updated_at = ? WHERE customer_id = ?
    """)

  /// Stands in for the ledger of the usage room.
  package func postCredits(
    _ kind: CreditEntryKind, customer: ID<Customer>, credits: Int,
    queueItem: ID<AnyEntity>? = nil, key: String? = nil, reason: String? = nil
  ) throws {
    let found = try fetchOne(Self.balance, customer) { row in
      var column = row.reader()
      return try (column.next(Int.self), column.next(Int.self), column.next(Int.self))
    }
    guard var (granted, reserved, spent) = found else { return }
    switch kind {
    case .grant, .adjust: granted += credits
    case .expire: granted -= credits
    case .reserve: reserved += credits
    case .release: reserved -= credits
    case .spend:
      reserved -= credits
      spent += credits
    }
    try execute(Self.setBalance, granted, reserved, spent, now, customer)
  }

  /// Stands in for the ledger of the usage room.
  package func postPeriodReset(
    customer: ID<Customer>, grant: Int, periodStart: Timestamp
  ) throws {
    let reserved: Int =
      try fetchOne(Self.balance, customer) { row in try row.value(at: 1) } ?? 0
    try execute(Self.setBalance, grant + reserved, reserved, 0, now, customer)
  }
}
