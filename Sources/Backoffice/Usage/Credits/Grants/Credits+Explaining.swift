/// What a grant, or the plan, contributes to the balance of a customer.
public struct CreditShare: Sendable, Hashable {
  /// The grant; nil for the plan's credits.
  public let grant: ID<CreditGrant>?
  /// The credits available to new work.
  public let remaining: Int
  /// The credits reserved by holds.
  public let reserved: Int
  /// The credits spent in the current billing period.
  public let spent: Int
}

/// A stretch of time in which nothing but use changed the credits of a customer.
public struct CreditSegment: Sendable, Hashable {
  /// When it began: a grant became effective, was refilled or ended, or a billing period began.
  public internal(set) var start: Timestamp
  /// When the next one began; nil for the last.
  public internal(set) var end: Timestamp?
  /// What remained of each grant at the start; grants with nothing are left out.
  public internal(set) var opening: [CreditSource: Int]
  /// What was used of each grant, reserved credits included.
  public internal(set) var used: [CreditSource: Int]
  /// The use that no credits covered.
  public internal(set) var overage: Int
}

/// Where credits come from.
public enum CreditSource: Sendable, Hashable {
  /// The plan.
  case plan
  /// A grant.
  case grant(ID<CreditGrant>)

  init(_ grant: ID<CreditGrant>?) { self = grant.map(CreditSource.grant) ?? .plan }
}

extension Credits {
  /// The most segments that ``segments(of:limit:)`` returns.
  public static let mostSegments = 1_000

  private static let entriesOfGrant = CreditEntry.select(
    "WHERE grant_id = ? ORDER BY pk DESC LIMIT ?")
  private static let ledger = SQLStatement(
    """
    SELECT kind, credits, grant_id, at FROM credit_entries WHERE customer_id = ? ORDER BY pk
    """)

  /// What the balance of a customer consists of, in the order of use, as of now.
  ///
  /// - Throws: ``UsageError/noSubscription(_:)`` if the customer never had credits.
  /// - Complexity: proportional to the customer's active grants.
  public func shares(of customer: ID<Customer>) throws -> [CreditShare] {
    try access.readOnce { transaction in
      let (customer, written) = try Self.balance(of: customer, in: transaction)
      let book = try CreditHoldExpiry.book(written, of: customer, in: transaction)
      let grants = book.lots.filter { $0.id != nil }
      let balance = try CreditHoldExpiry.asOfNow(written, of: customer, in: transaction)
      return book.lots.map { lot in
        guard lot.id == nil else {
          return CreditShare(
            grant: lot.id, remaining: lot.free, reserved: lot.reserved, spent: lot.spent)
        }
        return CreditShare(
          grant: nil, remaining: balance.planRemaining,
          reserved: grants.reduce(balance.reserved) { $0.subtracting($1.reserved) },
          spent: lot.spent)
      }
    }
  }

  /// The ledger entries of a grant, newest first, at most 1,000.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index lookup and the entries.
  public func entries(
    of grant: ID<CreditGrant>, limit: Int = PageLimit.standard
  ) throws -> [CreditEntry] {
    try access.readOnce { transaction in
      try CreditEntry.fetchAll(
        transaction, Self.entriesOfGrant, grant, PageLimit.clamped(limit))
    }
  }

  /// The history of a customer's credits, cut wherever anything but use changed them, oldest first.
  ///
  /// - Parameters:
  ///   - customer: the customer.
  ///   - limit: the number of newest segments; 100 by default, at most 1,000.
  /// - Throws: ``UsageError/noSubscription(_:)`` if the customer never had credits.
  /// - Complexity: proportional to the customer's ledger.
  public func segments(
    of customer: ID<Customer>, limit: Int = PageLimit.standard
  ) throws -> [CreditSegment] {
    try access.readOnce { transaction in
      let (customer, balance) = try Self.balance(of: customer, in: transaction)
      var history = SegmentHistory(limit: min(max(limit, 1), Self.mostSegments))
      try transaction.forEach(Self.ledger, customer) { row in
        try history.add(
          row.value(at: 0), row.value(at: 1), CreditSource(row.value(at: 2)), at: row.value(at: 3))
        return true
      }
      for posting in try CreditHoldExpiry.book(balance, of: customer, in: transaction).postings {
        history.add(posting.kind, posting.credits, CreditSource(posting.grant), at: posting.at)
      }
      return history.segments
    }
  }
}

/// Cuts a ledger into segments.
private struct SegmentHistory {
  private(set) var segments: [CreditSegment] = []
  private var remaining: [CreditSource: Int] = [:]
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  mutating func add(
    _ kind: CreditEntryKind, _ credits: Int, _ source: CreditSource, at: Timestamp
  ) {
    let free = kind.delta(of: credits).free
    remaining[source, default: 0].add(free)
    if remaining[source] == 0 { remaining[source] = nil }
    switch kind {
    case .grant, .expire, .adjust, .correct, .settle, .forgive:
      // All changes of one instant are one cut.
      if let last = segments.indices.last, segments[last].start == at,
        segments[last].used.isEmpty
      {
        segments[last].opening = remaining
      } else {
        if let last = segments.indices.last { segments[last].end = at }
        if segments.count == limit { segments.removeFirst() }
        segments.append(
          CreditSegment(start: at, end: nil, opening: remaining, used: [:], overage: 0))
      }
    case .reserve, .release, .use:
      guard let last = segments.indices.last, free != 0 else { return }
      segments[last].used[source, default: 0].add(0.subtracting(free))
    case .exceed:
      guard let last = segments.indices.last else { return }
      segments[last].overage.add(credits)
    case .repay:
      // What was owed before is paid at the start of the segment.
      guard let last = segments.indices.last else { return }
      segments[last].opening = remaining
    case .spend: break
    }
  }
}
