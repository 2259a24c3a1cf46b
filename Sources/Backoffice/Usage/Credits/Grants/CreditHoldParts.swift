/// Where the credits of holds come from.
///
/// A hold of a customer without grants takes the plan's credits and has no parts.
enum CreditHoldParts {
  static let ofHold = SQLStatement(
    """
    SELECT pk, grant_id, credits, after_resets FROM credit_hold_parts WHERE hold_id = ? ORDER BY pk
    """)
  private static let insert = SQLStatement(
    """
    INSERT INTO credit_hold_parts (hold_id, grant_id, credits, after_resets) VALUES (?, ?, ?, ?)
    """)
  private static let reduce = SQLStatement(
    "UPDATE credit_hold_parts SET credits = credits - ?2 WHERE pk = ?1")
  private static let remove = SQLStatement("DELETE FROM credit_hold_parts WHERE pk = ?")

  private struct Stored {
    let number: Int64
    var part: CreditBook.Part
  }

  private static func stored(
    _ hold: ID<CreditHold>, in transaction: borrowing some Transaction & ~Copyable
  ) throws -> [Stored] {
    try transaction.fetchAll(ofHold, hold) { row in
      try Stored(
        number: row.value(at: 0),
        part: CreditBook.Part(
          grant: row.value(at: 1), credits: row.value(at: 2), afterResets: row.value(at: 3)))
    }
  }

  /// The parts of a hold in the order taken; none if all are the plan's credits.
  static func of(
    _ hold: ID<CreditHold>, in transaction: borrowing some Transaction & ~Copyable
  ) throws -> [CreditBook.Part] {
    try stored(hold, in: transaction).map(\.part)
  }

  /// Takes credits for a hold.
  static func reserve(
    _ credits: Int, for hold: CreditHold, _ balance: CreditBalance,
    _ transaction: borrowing WriteTransaction
  ) throws {
    guard balance.hasGrants else {
      try post(.reserve, credits, of: hold, balance, transaction)
      return
    }
    var book = try CreditBook(of: hold.customerID, balance, in: transaction)
    let parts = book.take(credits, as: .reserve, for: hold.id, at: transaction.now)
    try transaction.save(book, of: hold.customerID, after: balance)
    let taken = parts.reduce(0) { $0.adding($1.credits) }
    guard taken == credits else { throw UsageError.ledgerMismatch(customer: hold.customerID) }
    // A hold from before the first grant keeps its place at the front.
    if try stored(hold.id, in: transaction).isEmpty, hold.credits > credits {
      try transaction.execute(insert, hold.id, ID<CreditGrant>?.none, hold.credits - credits, 0)
    }
    for part in parts {
      try transaction.execute(insert, hold.id, part.grant, part.credits, part.afterResets)
    }
  }

  /// Gives back the last credits that were taken for a hold.
  static func giveBack(
    _ credits: Int, of hold: CreditHold, _ balance: CreditBalance,
    _ transaction: borrowing WriteTransaction
  ) throws {
    let customer = hold.customerID
    var parts = balance.hasGrants ? try stored(hold.id, in: transaction) : []
    var fromPlan = parts.isEmpty ? credits : 0
    var missing = credits - fromPlan
    var returned: [CreditBook.Part] = []
    while missing > 0, let last = parts.popLast() {
      let number = min(missing, last.part.credits)
      missing -= number
      if last.part.grant == nil {
        fromPlan.add(number)
      } else {
        var part = last.part
        part.credits = number
        returned.append(part)
      }
      if number == last.part.credits {
        try transaction.execute(remove, last.number)
      } else {
        try transaction.execute(reduce, last.number, number)
      }
    }
    var current = balance
    if fromPlan > 0 {
      let released = try post(.release, fromPlan, of: hold, balance, transaction)
      current = try CreditTermRules.settle(fromPlan, of: hold, released, transaction)
    }
    // Holds that expire with the passage of time are followed by what else happens at that instant.
    let isPaying = current.overage > 0 && !(balance.isTimed && hold.state == .expired)
    guard !returned.isEmpty || isPaying else { return }
    var book = try CreditBook(
      of: customer, current, and: .grants(returned.compactMap(\.grant)), in: transaction)
    let at = hold.state == .expired ? hold.endedAt ?? transaction.now : transaction.now
    for part in returned { book.giveBack(part, of: hold.id, at: at) }
    if isPaying { book.payOverage(at: at) }
    try transaction.save(book, of: customer, after: current)
  }

  /// Spends what a hold captures, the first credits taken first.
  static func spend(_ hold: CreditHold, _ transaction: borrowing WriteTransaction) throws {
    let customer = hold.customerID
    guard let balance = try transaction.currentBalance(of: customer) else {
      throw UsageError.noSubscription(customer)
    }
    let parts = balance.hasGrants ? try of(hold.id, in: transaction) : []
    guard !parts.isEmpty else {
      try post(.spend, hold.captured, of: hold, balance, transaction)
      return
    }
    var book = try CreditBook(
      of: customer, balance, and: .grants(parts.compactMap(\.grant)), in: transaction)
    var missing = hold.captured
    for var part in parts where missing > 0 {
      part.credits = min(missing, part.credits)
      missing -= part.credits
      book.spend(part, of: hold.id, at: transaction.now)
    }
    try transaction.save(book, of: customer, after: balance)
  }

  /// Posts an entry of the plan's credits.
  @discardableResult
  private static func post(
    _ kind: CreditEntryKind, _ credits: Int, of hold: CreditHold, _ balance: CreditBalance,
    _ transaction: borrowing WriteTransaction
  ) throws -> CreditBalance {
    let posting = CreditBook.Posting(
      kind: kind, credits: credits, grant: nil, hold: hold.id, at: transaction.now, reason: nil)
    return try transaction.append(posting, to: hold.customerID, balance, reason: nil)
  }
}
