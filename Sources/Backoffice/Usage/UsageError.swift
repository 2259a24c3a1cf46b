/// What usage and credits refuse; nothing has changed when one of these is thrown.
public enum UsageError: Error, Sendable, Hashable {
  /// There is no customer of that id.
  case unknownCustomer(ID<Customer>)
  /// The customer has no subscription, which opens a balance of credits.
  case noSubscription(ID<Customer>)
  /// The customer has no billing period at that time.
  case noBillingPeriod(ID<Customer>, at: Timestamp)
  /// The customer has fewer credits left than are needed.
  case creditsExhausted(
    customer: ID<Customer>, needed: Int, remaining: Int, resetsAt: Timestamp?)
  /// More credits would be spent or released than are reserved.
  case creditsNotReserved(customer: ID<Customer>, credits: Int, reserved: Int)
  /// A number of credits is outside its range.
  case invalidCredits(kind: CreditEntryKind, credits: Int)
  /// The key belongs to an event or a ledger entry of other content.
  case keyConflict(key: String)
  /// An entry's balance does not follow from the ledger before it.
  case ledgerMismatch(customer: ID<Customer>)
  /// There is no such hold.
  case unknownHold(ID<CreditHold>)
  /// The hold has ended, or its customer would change.
  case holdEnded(ID<CreditHold>, CreditHold.State)
  /// An event is not as it must be.
  case invalidEvent(key: String, InvalidUsage)
  /// A record adds up one currency only.
  case currencyMismatch(
    customer: ID<Customer>, meter: Meter, expected: Currency, found: Currency)
  /// A limit is negative.
  case invalidLimit(Int)
}

/// Why an event of usage is refused.
public enum InvalidUsage: String, Sendable, Hashable, Codable {
  /// The idempotency key is empty.
  case emptyKey
  /// The key begins with `queue_item:`, which marks the events of the store's own rules.
  case reservedKey
  /// The meter has no name.
  case emptyMeter
  /// The quantity is beyond 10^12, or below 1 where something is consumed.
  case quantityOutOfRange
  /// The amount is beyond 10^15 minor units.
  case amountOutOfRange
  /// The time is more than five minutes ahead of the store's clock.
  case inTheFuture
  /// The local day is no day that any zone shows at that time.
  case localDayMismatch
}

extension UsageError: CustomStringConvertible {
  /// What failed, for whom, and what to do.
  public var description: String {
    switch self {
    case .unknownCustomer(let customer):
      "There is no customer \(customer): create the customer first."
    case .noSubscription(let customer):
      "Customer \(customer) has no subscription that is on trial or paid: start one first."
    case .noBillingPeriod(let customer, let at):
      "Customer \(customer) has no billing period at \(at): use the calendar month, or start a "
        + "subscription first."
    case .creditsExhausted(let customer, let needed, let remaining, let resetsAt):
      "Customer \(customer) needs \(needed) credits and has \(remaining) left: grant credits, "
        + "change the tier, or "
        + (resetsAt.map { "wait for the refill at \($0)." } ?? "start a billing period.")
    case .creditsNotReserved(let customer, let credits, let reserved):
      "Customer \(customer) has \(reserved) credits reserved, fewer than the \(credits) to settle: "
        + "reserve before spending or releasing."
    case .invalidCredits(let kind, let credits):
      "\(credits) credits cannot be posted as \(kind.rawValue): only an adjust may be negative, "
        + "and the most is 10^12."
    case .keyConflict(let key):
      "The idempotency key \(key) was used for other content: a correction needs a key of its own."
    case .ledgerMismatch(let customer):
      "A ledger entry of customer \(customer) does not follow from the balance before it: "
        + "post credits through the store."
    case .unknownHold(let hold): "There is no hold \(hold): hold credits first."
    case .holdEnded(let hold, let state):
      "Hold \(hold) is \(state.rawValue) and cannot change so: adjust the customer's credits instead."
    case .invalidEvent(let key, let reason):
      "Usage event \(key) is refused: \(reason)."
    case .currencyMismatch(let customer, let meter, let expected, let found):
      "Usage of \(meter) by customer \(customer) is counted in \(expected), not in \(found): "
        + "convert the amount or use another meter."
    case .invalidLimit(let limit):
      "A limit of \(limit) is none: pass 0 or more, or nil for unlimited."
    }
  }
}

extension InvalidUsage: CustomStringConvertible {
  /// The reason in words.
  public var description: String {
    switch self {
    case .emptyKey: "the idempotency key is empty"
    case .reservedKey: "keys beginning with queue_item: belong to the store"
    case .emptyMeter: "the meter has no name"
    case .quantityOutOfRange: "the quantity is out of range"
    case .amountOutOfRange: "the amount is out of range"
    case .inTheFuture: "the time is more than five minutes ahead"
    case .localDayMismatch: "no zone shows that local day at that time"
    }
  }
}
