/// An error that ``Usage`` and ``Credits`` throw.
///
/// A method that throws it has changed nothing.
public enum UsageError: Error, Sendable, Hashable {
  /// The customer does not exist.
  case unknownCustomer(ID<Customer>)
  /// The customer has no subscription and therefore no credit balance.
  case noSubscription(ID<Customer>)
  /// The customer has no billing period at that time.
  case noBillingPeriod(ID<Customer>, at: Timestamp)
  /// The customer has fewer credits remaining than are needed.
  case creditsExhausted(
    customer: ID<Customer>, needed: Int, remaining: Int, resetsAt: Timestamp?)
  /// More credits would be spent or released than are reserved.
  case creditsNotReserved(customer: ID<Customer>, credits: Int, reserved: Int)
  /// The number of credits is out of range.
  case invalidCredits(kind: CreditEntryKind, credits: Int)
  /// The key belongs to an event or a ledger entry with different content.
  case keyConflict(key: String)
  /// The entry's balance does not follow from the preceding ledger.
  case ledgerMismatch(customer: ID<Customer>)
  /// The hold does not exist.
  case unknownHold(ID<CreditHold>)
  /// The hold has ended, or its customer would change.
  case holdEnded(ID<CreditHold>, CreditHold.State)
  /// The event is invalid.
  case invalidEvent(key: String, InvalidUsage)
  /// The event's currency differs from the currency of the record.
  case currencyMismatch(
    customer: ID<Customer>, meter: Meter, expected: Currency, found: Currency)
  /// The limit is negative.
  case invalidLimit(Int)
}

/// The reason why a usage event is invalid.
public enum InvalidUsage: String, Sendable, Hashable, Codable {
  /// The idempotency key is empty.
  case emptyKey
  /// The key begins with `queue_item:`, which is reserved for the store.
  case reservedKey
  /// The meter has no name.
  case emptyMeter
  /// The quantity exceeds 10^12, or is below 1 for consumption.
  case quantityOutOfRange
  /// The amount exceeds 10^15 minor units.
  case amountOutOfRange
  /// The time is more than five minutes ahead of the store's clock.
  case inTheFuture
  /// No time zone has the local day at that time.
  case localDayMismatch
}

extension UsageError: CustomStringConvertible {
  /// A message that says what failed, for whom, and how to resolve it.
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
      "Hold \(hold) is \(state.rawValue) and cannot be changed: adjust the customer's credits instead."
    case .invalidEvent(let key, let reason):
      "Usage event \(key) is refused: \(reason)."
    case .currencyMismatch(let customer, let meter, let expected, let found):
      "Usage of \(meter) by customer \(customer) is counted in \(expected), not in \(found): "
        + "convert the amount or use another meter."
    case .invalidLimit(let limit):
      "The limit \(limit) is negative: pass 0 or more, or nil for unlimited."
    }
  }
}

extension InvalidUsage: CustomStringConvertible {
  /// The reason in words.
  public var description: String {
    switch self {
    case .emptyKey: "the idempotency key is empty"
    case .reservedKey: "keys beginning with queue_item: are reserved for the store"
    case .emptyMeter: "the meter has no name"
    case .quantityOutOfRange: "the quantity is out of range"
    case .amountOutOfRange: "the amount is out of range"
    case .inTheFuture: "the time is more than five minutes ahead"
    case .localDayMismatch: "no time zone has that local day at that time"
    }
  }
}
