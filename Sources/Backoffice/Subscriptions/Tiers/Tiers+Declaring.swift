extension Tiers {
  private static let put = SQLStatement(
    """
    INSERT INTO tiers (name, label, rank, version) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (name) DO UPDATE SET label = ?2, rank = ?3, version = ?4, retired_at = NULL
    """)
  private static let addVersion = SQLStatement(
    """
    INSERT INTO tier_versions (tier, version, credits, weight, period, keeps_overage, grace_days, limits,
      prices, features, rollout, declared_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    """)
  private static let withdraw = SQLStatement(
    "UPDATE tiers SET retired_at = ?2 WHERE name = ?1 AND retired_at IS NULL")

  /// Declares a tier, or a new version of a declared tier.
  ///
  /// ```swift
  /// try store.tiers.declare(NewTier("growth", rank: 2, terms: TierTerms(credits: 5_000)))
  /// ```
  ///
  /// If the terms differ from those of the newest version, a new version is created. Running
  /// billing periods keep their terms; `rollout` determines the terms of later periods. A
  /// subscription opened with the tier or changed to it always receives the newest version. To
  /// upgrade one customer immediately, call ``Subscriptions/changeTier(of:to:effect:reason:)`` with
  /// the customer's current tier. Declaring the same tier again changes nothing, so a program can
  /// declare its tiers at every start. Declaring a retired tier offers it again.
  ///
  /// - Parameters:
  ///   - tier: the tier.
  ///   - rollout: which subscriptions receive the new version; by default all, at their next
  ///     billing period.
  /// - Returns: the newest version.
  /// - Throws: ``SubscriptionError/invalidTier(_:problem:)``.
  /// - Complexity: independent of the number of subscriptions.
  @discardableResult
  public func declare(_ tier: NewTier, rollout: TierRollout = .renewals) throws -> Tier {
    if let problem = tier.problem {
      throw SubscriptionError.invalidTier(tier.name, problem: problem)
    }
    return try access.write { transaction in
      let newest = try transaction.catalogue().newest[tier.name]
      if let newest, tier.isDeclared(by: newest) { return newest }
      let isNew = newest?.terms != tier.terms
      let version = (newest?.version ?? 0).adding(isNew ? 1 : 0)
      try transaction.execute(Self.put, tier.name, tier.label, tier.rank, version)
      if isNew {
        let terms = tier.terms
        try transaction.execute(
          Self.addVersion, tier.name, version, terms.credits, terms.weight, terms.period,
          terms.keepsOverage, terms.graceDays, JSONText(encoding: terms.limits),
          JSONText(encoding: terms.prices),
          JSONText(encoding: terms.features.sorted()), rollout, transaction.now)
      }
      return try transaction.requireTier(tier.name)
    }
  }

  /// Declares the tiers of a catalogue, in one transaction.
  ///
  /// ```swift
  /// try store.tiers.install(.seology, retiringOthers: true)
  /// ```
  ///
  /// - Parameters:
  ///   - catalogue: the tiers.
  ///   - retiringOthers: whether to retire tiers that are not in the catalogue.
  /// - Returns: the newest versions, in the order of the catalogue.
  /// - Throws: ``SubscriptionError/invalidTier(_:problem:)``.
  /// - Complexity: proportional to the size of the catalogue.
  @discardableResult
  public func install(_ catalogue: TierCatalogue, retiringOthers: Bool = false) throws -> [Tier] {
    try access.write { transaction in
      if retiringOthers {
        let names = Set(catalogue.tiers.map(\.name))
        for tier in try transaction.tiers.list() where !names.contains(tier.name) {
          try transaction.tiers.retire(tier.name)
        }
      }
      return try catalogue.tiers.map { try transaction.tiers.declare($0) }
    }
  }

  /// Retires a tier, so that no subscription can be opened with it or changed to it.
  ///
  /// Existing subscriptions keep the tier, its renewals and its credits, and a pending change to it
  /// still takes effect. ``declare(_:rollout:)`` offers it again. Retiring a retired tier changes
  /// nothing.
  ///
  /// - Throws: ``SubscriptionError/unknownTier(_:declared:)``.
  /// - Complexity: independent of the number of subscriptions.
  public func retire(_ name: SubscriptionTier) throws {
    try access.write { transaction in
      guard try transaction.catalogue().newest[name] != nil else {
        throw SubscriptionError.unknownTier(name, declared: try transaction.tiers.list().offered)
      }
      try transaction.execute(Self.withdraw, name, transaction.now)
    }
  }
}

extension NewTier {
  /// Whether the stored tier equals the declaration.
  fileprivate func isDeclared(by tier: Tier) -> Bool {
    tier.label == label && tier.rank == rank && tier.terms == terms && tier.retiredAt == nil
  }

  /// The reason why the declaration is invalid, or nil if it is valid.
  fileprivate var problem: String? {
    if !name.isWellFormed { return "a name must not be blank and must be in Unicode composed form" }
    if label.isBlank { return "a label must not be blank" }
    if terms.credits < 0 { return "the credits \(terms.credits) are negative" }
    if !(1...1000).contains(terms.weight) { return "the weight \(terms.weight) is not 1 to 1,000" }
    if let days = terms.graceDays, !(0...365).contains(days) {
      return "the grace of \(days) days is not 0 to 365"
    }
    for (meter, limit) in terms.limits.sorted(by: { $0.key < $1.key }) {
      if meter.isBlank { return "a meter must not be blank" }
      if limit < 0 { return "the limit \(limit) of \(meter) is negative" }
    }
    if terms.prices.contains(where: { $0.amount.minorUnits < 0 }) { return "a price is negative" }
    if terms.features.contains(where: \.isBlank) { return "a feature must not be blank" }
    return nil
  }
}
