/// What customers may use: the features, limits and credits of their subscriptions.
///
/// Inside a transaction the answer holds until the transaction ends, so that work can be enqueued or
/// usage consumed on it.
public struct Entitlements: Sendable {
  let access: DatabaseAccess

  package init(_ access: DatabaseAccess) { self.access = access }
}

extension RepositoryProvider where Self: ~Copyable {
  /// What customers may use.
  public var entitlements: Entitlements { Entitlements(access) }
}

/// Whether a customer may use something, why not, and what would allow it.
public struct Entitlement: Sendable, Hashable {
  /// Why the customer may not; nil if allowed.
  public let refusal: Refusal?
  /// What would allow it, the cheapest first; empty if allowed or if nothing would.
  public let remedies: [Remedy]
  /// The quantity that remains before this use; nil for unlimited and for a feature.
  public let remaining: Int?

  /// Whether the customer may.
  public var isAllowed: Bool { refusal == nil }

  /// Why a customer may not use something.
  public enum Refusal: Sendable, Hashable {
    /// There is no subscription.
    case noSubscription
    /// The subscription gives no access in its status.
    case status(SubscriptionStatus)
    /// The tier does not include the feature.
    case featureNotIncluded(tier: SubscriptionTier)
    /// The limit would be exceeded; `resetsAt` is nil for a gauge.
    case limit(Int, used: Int, resetsAt: Timestamp?)
    /// Too few credits remain.
    case credits(remaining: Int, resetsAt: Timestamp?)
  }

  /// What would allow a refused use.
  public enum Remedy: Sendable, Hashable {
    /// Starting a subscription.
    case subscribe
    /// Paying what is due.
    case pay
    /// Continuing the paused subscription.
    case resume
    /// Waiting for the end of the period.
    case wait(until: Timestamp)
    /// Using less of a gauge first.
    case free(Int)
    /// Changing to a tier, the lowest that would allow it.
    case upgrade(to: SubscriptionTier)
    /// Buying credits.
    case buyCredits(Int)
  }
}

extension Entitlements {
  /// Whether a customer may use a feature.
  ///
  /// - Throws: ``SubscriptionError`` with `unknownTier`; `StorageError`; `SQLiteError`.
  /// - Complexity: a constant number of index lookups; if refused, proportional to the catalogue.
  public func check(_ customer: ID<Customer>, feature: String) throws -> Entitlement {
    let customer = try present(customer)
    return try current(of: customer) { transaction in
      switch try Self.standing(of: customer, in: transaction) {
      case .failure(let refused): return refused.entitlement
      case .success(let tier):
        if tier.terms.features.contains(feature) { return .allowed(remaining: nil) }
        let better = try Self.upgrade(from: tier, in: transaction) {
          $0.features.contains(feature)
        }
        return .refused(.featureNotIncluded(tier: tier.name), better)
      }
    }
  }

  /// Whether a customer may use a quantity of a meter within the limit of the tier.
  ///
  /// The limit of a counter applies to the billing period, that of a gauge to its level.
  ///
  /// - Parameters:
  ///   - customer: the customer.
  ///   - meter: the meter.
  ///   - quantity: the quantity, from 1 to 10^12.
  /// - Throws: ``UsageError/invalidEvent(key:_:)`` for an empty meter or a quantity out of range,
  ///   ``UsageError/noBillingPeriod(_:at:)``, ``SubscriptionError`` with `unknownTier`.
  /// - Complexity: a constant number of index lookups; if refused, proportional to the catalogue.
  public func check(
    _ customer: ID<Customer>, meter: Meter, quantity: Int = 1
  ) throws -> Entitlement {
    guard !meter.rawValue.isEmpty else { throw UsageError.invalidEvent(key: "", .emptyMeter) }
    guard quantity >= 1, quantity <= 1_000_000_000_000 else {
      throw UsageError.invalidEvent(key: "", .quantityOutOfRange)
    }
    let customer = try present(customer)
    return try current(of: customer) { transaction in
      let tier: Tier
      switch try Self.standing(of: customer, in: transaction) {
      case .failure(let refused): return refused.entitlement
      case .success(let found): tier = found
      }
      guard let limit = tier.limit(of: meter) else { return .allowed(remaining: nil) }
      let isGauge = try transaction.usage.isGauge(meter)
      let used: Int
      var resetsAt: Timestamp?
      if isGauge {
        used = try transaction.usage.level(of: meter, for: customer)
      } else {
        let state = try transaction.usage.state(of: meter, for: customer, per: .billingPeriod)
        used = state.used
        resetsAt = state.resetsAt
      }
      let needed = used.adding(quantity)
      if needed <= limit { return .allowed(remaining: max(0, limit.subtracting(used))) }
      var remedies: [Entitlement.Remedy] = []
      if quantity <= limit {
        remedies.append(resetsAt.map { .wait(until: $0) } ?? .free(needed.subtracting(limit)))
      }
      remedies += try Self.upgrade(from: tier, in: transaction) { terms in
        terms.limits[meter.rawValue].map { needed <= $0 } ?? true
      }
      return Entitlement(
        refusal: .limit(limit, used: used, resetsAt: resetsAt), remedies: remedies,
        remaining: max(0, limit.subtracting(used)))
    }
  }

  /// Whether a customer has a number of credits for new work.
  ///
  /// - Parameters:
  ///   - customer: the customer.
  ///   - credits: the credits, 1 or more.
  /// - Throws: ``UsageError/invalidCredits(kind:credits:)``, ``SubscriptionError`` with
  ///   `unknownTier`.
  /// - Complexity: a constant number of index lookups; if refused, proportional to the catalogue.
  public func check(_ customer: ID<Customer>, credits: Int) throws -> Entitlement {
    guard credits >= 1 else { throw UsageError.invalidCredits(kind: .reserve, credits: credits) }
    let customer = try present(customer)
    return try current(of: customer) { transaction in
      let tier: Tier
      switch try Self.standing(of: customer, in: transaction) {
      case .failure(let refused): return refused.entitlement
      case .success(let found): tier = found
      }
      let balance = try transaction.credits.balance(of: customer)
      if credits <= balance.remaining { return .allowed(remaining: balance.remaining) }
      var remedies: [Entitlement.Remedy] = []
      if let resetsAt = balance.resetsAt, credits <= balance.limit ?? 0 {
        remedies.append(.wait(until: resetsAt))
      }
      remedies.append(.buyCredits(credits.subtracting(balance.remaining)))
      if !balance.hasCustomLimit {
        remedies += try Self.upgrade(from: tier, in: transaction) { terms in
          credits <= balance.remaining.adding(terms.credits.subtracting(tier.terms.credits))
        }
      }
      return Entitlement(
        refusal: .credits(remaining: balance.remaining, resetsAt: balance.resetsAt),
        remedies: remedies, remaining: balance.remaining)
    }
  }

  /// The customer, or the one into which it was merged.
  private func present(_ customer: ID<Customer>) throws -> ID<Customer> {
    try access.readOnce { transaction in try transaction.survivorID(of: customer) } ?? customer
  }

  /// Runs `body` after the changes that time alone has caused, which are written first.
  ///
  /// Inside a read they cannot be written: the status is that of the current time, and a period that
  /// has ended is reported as it stands.
  private func current<Result>(
    of customer: ID<Customer>, _ body: (borrowing ReadTransaction) throws -> Result
  ) throws -> Result {
    let isDue = try access.read { transaction in
      let changesAt = try transaction.subscriptions.find(of: customer)?.changesAt
      return changesAt.map { $0 <= transaction.now } ?? false
    }
    if isDue {
      do {
        try access.write { _ = try $0.bringSubscriptionUpToDate(of: customer) }
      } catch StorageError.writeInsideRead {}
    }
    return try access.read(body)
  }

  /// A refusal that holds for everything that the customer might use.
  private struct Refused: Error {
    let entitlement: Entitlement
  }

  /// The tier of a customer whose subscription gives access.
  private static func standing(
    of customer: ID<Customer>, in transaction: borrowing ReadTransaction
  ) throws -> Result<Tier, Refused> {
    guard let subscription = try transaction.subscriptions.find(of: customer),
      let tier = try transaction.tiers.find(of: customer)
    else {
      return .failure(Refused(entitlement: .refused(.noSubscription, [.subscribe])))
    }
    let status = subscription.status(at: transaction.now)
    guard status.isEntitled else {
      let remedy: Entitlement.Remedy =
        switch status {
        case .unpaid, .incomplete: .pay
        case .paused: .resume
        default: .subscribe
        }
      return .failure(Refused(entitlement: .refused(.status(status), [remedy])))
    }
    return .success(tier)
  }

  /// The lowest tier above that would allow the use.
  private static func upgrade(
    from tier: Tier, in transaction: borrowing ReadTransaction,
    where allows: (TierTerms) -> Bool
  ) throws -> [Entitlement.Remedy] {
    var candidate = try transaction.tiers.next(above: tier.name)
    while let found = candidate {
      if allows(found.terms) { return [.upgrade(to: found.name)] }
      candidate = try transaction.tiers.next(above: found.name)
    }
    return []
  }
}

extension Entitlement {
  fileprivate static func allowed(remaining: Int?) -> Entitlement {
    Entitlement(refusal: nil, remedies: [], remaining: remaining)
  }

  fileprivate static func refused(_ refusal: Refusal, _ remedies: [Remedy]) -> Entitlement {
    Entitlement(refusal: refusal, remedies: remedies, remaining: nil)
  }
}
