extension Credits {
  private static let refusalOfKey = SQLStatement(
    "SELECT request, refusal, hold_id FROM credit_answers WHERE idempotency_key = ?")
  private static let insertAnswer = SQLStatement(
    """
    INSERT INTO credit_answers (idempotency_key, request, hold_id, refusal, answered_at)
    VALUES (?, ?, ?, ?, ?)
    """)
  private static let insertRefusal = SQLStatement(
    """
    INSERT INTO credit_answers (idempotency_key, request, refusal, answered_at)
    VALUES (?, ?, ?, ?) ON CONFLICT (idempotency_key) DO NOTHING
    """)

  /// Runs `body` once for a key and gives its answer again to every later call.
  ///
  /// A refusal is stored after its changes have been rolled back.
  func answered(
    _ key: String?, request: String, reason: String?,
    _ body: (borrowing WriteTransaction) throws -> CreditHold
  ) throws -> CreditHold {
    guard let key else { return try access.write(reason: reason, body) }
    do {
      return try access.write(reason: reason) { transaction in
        if let first = try Self.firstAnswer(key, request: request, transaction) { return first }
        let hold = try body(transaction)
        try transaction.execute(
          Self.insertAnswer, key, request, hold.id, String?.none, transaction.now)
        return hold
      }
    } catch let error as UsageError {
      try store(error, under: key, request: request)
      throw error
    }
  }

  /// Stores a refusal that depends on the state of the store; others leave their key free.
  func store(_ error: UsageError, under key: String, request: String) throws {
    guard let refusal = CreditRefusal(error) else { return }
    try access.write { transaction in
      _ = try transaction.execute(
        Self.insertRefusal, key, request, refusal.text, transaction.now)
    }
  }

  private static func firstAnswer(
    _ key: String, request: String, _ transaction: borrowing WriteTransaction
  ) throws -> CreditHold? {
    let found = try transaction.fetchOne(refusalOfKey, key) { row in
      let asked: String = try row.value(at: 0)
      let refusal: String? = try row.value(at: 1)
      let hold: ID<CreditHold>? = try row.value(at: 2)
      return (asked, refusal, hold)
    }
    guard let (asked, refusal, id) = found else { return nil }
    guard asked == request else {
      throw UsageError.keyReused(key: key, first: asked, now: request)
    }
    if let refusal { throw CreditRefusal(text: refusal)?.error ?? UsageError.keyConflict(key: key) }
    guard let id, var hold = try CreditHold.fetchOne(transaction, holdByID, id) else { return nil }
    if asked.hasPrefix("hold ") {
      hold.state = .reserved
      hold.endedAt = nil
      hold.capturedCredits = nil
    }
    return hold
  }
}

/// A refusal that depends on the state of the store, as text.
struct CreditRefusal {
  let error: UsageError

  init?(_ error: UsageError) {
    self.error = error
    if text.isEmpty { return nil }
  }

  /// The parts separated by spaces; empty for errors of malformed requests.
  var text: String {
    switch error {
    case .creditsExhausted(let customer, let needed, let remaining, let resetsAt):
      "exhausted \(customer) \(needed) \(remaining) \(resetsAt?.microseconds.description ?? "-")"
    case .unknownHold(let hold): "unknown \(hold)"
    case .otherCustomer(let hold, let customer): "other \(hold) \(customer)"
    case .holdEnded(let hold, let state): "ended \(hold) \(state.rawValue)"
    case .alreadyCaptured(let hold, let credits): "captured \(hold) \(credits)"
    case .exceedsHold(let hold, let credits, let held): "exceeds \(hold) \(credits) \(held)"
    default: ""
    }
  }

  init?(text: String) {
    let parts = text.split(separator: " ").map(String.init)
    func id<Entity>(_ index: Int) -> ID<Entity>? {
      parts.indices.contains(index) ? ID(parts[index]) : nil
    }
    func number(_ index: Int) -> Int? { parts.indices.contains(index) ? Int(parts[index]) : nil }
    switch parts.first {
    case "exhausted":
      guard let customer: ID<Customer> = id(1), let needed = number(2), let remaining = number(3)
      else { return nil }
      error = .creditsExhausted(
        customer: customer, needed: needed, remaining: remaining,
        resetsAt: number(4).map { Timestamp(microseconds: Int64($0)) })
    case "unknown":
      guard let hold: ID<CreditHold> = id(1) else { return nil }
      error = .unknownHold(hold)
    case "other":
      guard let hold: ID<CreditHold> = id(1), let customer: ID<Customer> = id(2) else { return nil }
      error = .otherCustomer(hold, customer)
    case "ended":
      guard let hold: ID<CreditHold> = id(1), parts.count == 3,
        let state = CreditHold.State(rawValue: parts[2])
      else { return nil }
      error = .holdEnded(hold, state)
    case "captured":
      guard let hold: ID<CreditHold> = id(1), let credits = number(2) else { return nil }
      error = .alreadyCaptured(hold, credits: credits)
    case "exceeds":
      guard let hold: ID<CreditHold> = id(1), let credits = number(2), let held = number(3)
      else { return nil }
      error = .exceedsHold(hold, credits: credits, held: held)
    default: return nil
    }
  }
}
