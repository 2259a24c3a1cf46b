/// An error that ``Usage`` and ``Credits`` throw.
///
/// A method that throws it has changed nothing.
public enum UsageError: Error, Sendable, Hashable {
  /// The customer does not exist.
  case unknownCustomer(ID<Customer>)
  /// The customer has no subscription and therefore no credit balance.
  case noSubscription(ID<Customer>)
  /// The customer's subscription has ended, is unpaid or waits for its first payment.
  case notEntitled(ID<Customer>)
  /// The customer has no billing period at that time.
  case noBillingPeriod(ID<Customer>, at: Timestamp)
  /// The customer has fewer credits remaining than are needed.
  case creditsExhausted(
    customer: ID<Customer>, needed: Int, remaining: Int, resetsAt: Timestamp?)
  /// More credits would be spent or released than are reserved.
  case creditsNotReserved(customer: ID<Customer>, credits: Int, reserved: Int)
  /// The number of credits is out of range.
  case invalidCredits(kind: CreditEntryKind, credits: Int)
  /// The idempotency key of a ledger entry is empty.
  case emptyKey(kind: CreditEntryKind)
  /// The key belongs to an event or a ledger entry with different content.
  case keyConflict(key: String)
  /// The entry's balance does not follow from the preceding ledger.
  case ledgerMismatch(customer: ID<Customer>)
  /// The hold does not exist.
  case unknownHold(ID<CreditHold>)
  /// The hold has ended, or its customer would change.
  case holdEnded(ID<CreditHold>, CreditHold.State)
  /// The hold was captured before, with another key or another number of credits.
  case alreadyCaptured(ID<CreditHold>, credits: Int)
  /// More credits would be captured than are held.
  case exceedsHold(ID<CreditHold>, credits: Int, held: Int)
  /// The hold belongs to another customer.
  case otherCustomer(ID<CreditHold>, ID<Customer>)
  /// A hold's lifetime is zero or negative.
  case invalidLifetime(Duration)
  /// The grant does not exist.
  case unknownGrant(ID<CreditGrant>)
  /// The grant is not effective: it has expired or was voided, or is not effective yet.
  case grantEnded(ID<CreditGrant>)
  /// The grant is invalid.
  case invalidGrant(problem: String)
  /// The customer has 10,000 active grants.
  case tooManyGrants(ID<Customer>)
  /// The time of use is more than five minutes ahead of the store's clock.
  case useInTheFuture(at: Timestamp)
  /// The billing period is closed, so that its record is final.
  case periodClosed(customer: ID<Customer>, start: Timestamp)
  /// The billing period has not ended, or there is none, so that it cannot be closed.
  case periodNotEnded(customer: ID<Customer>, at: Timestamp)
  /// The key belongs to another request.
  case keyReused(key: String, first: String, now: String)
  /// The event is invalid.
  case invalidEvent(key: String, InvalidUsage)
  /// The event's currency differs from the currency of the record.
  case currencyMismatch(
    customer: ID<Customer>, meter: Meter, expected: Currency, found: Currency)
  /// The limit is negative.
  case invalidLimit(Int)
  /// A mark is below 1, or there are more than 100.
  case invalidMarks([UsageMark])
  /// The sum of the quantities or amounts of a period, of one customer or of all (nil), does not
  /// fit in 64 bits.
  case sumOutOfRange(customer: ID<Customer>?, meter: Meter, period: String)
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
  /// The store's time zone skipped that local day.
  case localDayMissing
}

extension UsageError: CustomStringConvertible {
  /// A message that says what failed, for whom, and how to resolve it.
  public var description: String {
    switch self {
    case .unknownCustomer(let customer):
      "There is no customer \(customer): create the customer first."
    case .noSubscription(let customer):
      "Customer \(customer) has no subscription that is on trial or paid: start one first."
    case .notEntitled(let customer):
      "The subscription of customer \(customer) has ended or is not paid: a payment or a "
        + "reactivation allows new work."
    case .noBillingPeriod(let customer, let at):
      "Customer \(customer) has no billing period at \(at): use the calendar month, or start a "
        + "subscription first."
    case .creditsExhausted(let customer, let needed, let remaining, let resetsAt):
      "Customer \(customer) needs \(needed) credits and has \(remaining) left: grant credits, "
        + "change the tier, or "
        + (resetsAt.map { "wait for the refill at \($0)." } ?? "begin a new billing period.")
    case .creditsNotReserved(let customer, let credits, let reserved):
      "Customer \(customer) has \(reserved) credits reserved, fewer than the \(credits) to settle: "
        + "reserve before spending or releasing."
    case .invalidCredits(let kind, let credits):
      "\(credits) credits cannot be posted as \(kind.rawValue): only an adjust may be negative, "
        + "and the most is 10^12."
    case .emptyKey(let kind):
      "The idempotency key of the \(kind.rawValue) is empty: pass a text, or nil for none."
    case .keyConflict(let key):
      "The idempotency key \(key) was used for other content: a correction needs a key of its own."
    case .ledgerMismatch(let customer):
      "A ledger entry of customer \(customer) does not follow from the balance before it: "
        + "post credits through the store."
    case .unknownHold(let hold): "There is no hold \(hold): hold credits first."
    case .holdEnded(let hold, let state):
      "Hold \(hold) is \(state.rawValue) and cannot be changed: adjust the customer's credits instead."
    case .alreadyCaptured(let hold, let credits):
      "\(credits) credits of hold \(hold) have been captured: a hold is captured once."
    case .exceedsHold(let hold, let credits, let held):
      "\(credits) credits exceed the \(held) of hold \(hold): capture at most those."
    case .otherCustomer(let hold, let customer):
      "Hold \(hold) is not one of customer \(customer)."
    case .invalidLifetime(let lifetime):
      "The lifetime \(lifetime) of a hold is not positive: pass more than zero, or nil for no expiry."
    case .unknownGrant(let grant): "There is no grant \(grant): grant credits first."
    case .grantEnded(let grant):
      "Grant \(grant) is not effective and cannot be changed: grant credits again."
    case .invalidGrant(let problem): "The grant is refused: \(problem)."
    case .tooManyGrants(let customer):
      "Customer \(customer) has 10,000 active grants: void those that are not needed."
    case .useInTheFuture(let at):
      "The time of use \(at) is more than five minutes ahead: pass the time of use, or nil for now."
    case .periodClosed(let customer, let start):
      "The billing period of customer \(customer) from \(start) is closed: record into the open one."
    case .periodNotEnded(let customer, let at):
      "Customer \(customer) has no ended billing period at \(at): close a period after its end."
    case .keyReused(let key, let first, let now):
      "The idempotency key \(key) was used to \(first), not to \(now): use a key of its own."
    case .invalidEvent(let key, let reason):
      "Usage event \(key) is refused: \(reason)."
    case .currencyMismatch(let customer, let meter, let expected, let found):
      "Usage of \(meter) by customer \(customer) is counted in \(expected), not in \(found): "
        + "convert the amount or use another meter."
    case .invalidLimit(let limit):
      "The limit \(limit) is negative: pass 0 or more, or nil for unlimited."
    case .invalidMarks(let marks):
      "The marks \(marks.text) cannot be declared: pass at most 100, each 1 or more."
    case .sumOutOfRange(let customer, let meter, let period):
      "The sum of \(meter) \(customer.map { "of customer \($0)" } ?? "of all customers") in \(period) "
        + "does not fit in 64 bits: use a larger unit, or a meter of its own."
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
    case .localDayMissing: "the store's time zone skipped that local day"
    }
  }
}

extension UsageError {
  /// Runs a statement that adds to a sum; SQLite makes a sum beyond 64 bits a real number, which the
  /// column refuses.
  static func addingUp<Result>(
    _ customer: ID<Customer>, _ meter: Meter, _ period: String, _ body: () throws -> Result
  ) throws -> Result {
    do {
      return try body()
    } catch let error as SQLiteError where .constraintDataType ~= error.code {
      throw UsageError.sumOutOfRange(customer: customer, meter: meter, period: period)
    }
  }
}
