extension Tiers {
  private static let put = SQLStatement(
    """
    INSERT INTO tiers (name, label, rank, version) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (name) DO UPDATE SET label = ?2, rank = ?3, version = ?4, retired_at = NULL
    """)
  private static let addVersion = SQLStatement(
    """
    INSERT INTO tier_versions (tier, version, credits, weight, period, limits, prices, features, rollout,
      declared_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    """)
  private static let withdraw = SQLStatement(
    "UPDATE tiers SET retired_at = ?2 WHERE name = ?1 AND retired_at IS NULL")

  /// Declares a tier, or a new version of one that is declared.
  ///
  /// ```swift
  /// try store.tiers.declare(NewTier("growth", rank: 2, terms: TierTerms(credits: 5_000)))
  /// ```
  ///
  /// Other terms than those of the newest version make a new version. Running billing periods keep what was
  /// agreed on; `rollout` decides about the next ones. A subscription that begins or changes to the tier
  /// always gets the newest version; ``Subscriptions/changeTier(of:to:effect:reason:)`` to its own tier
  /// gives it to one customer at once. The same declaration again changes nothing, so that a program may
  /// declare its tiers whenever it starts. A retired tier is offered again.
  ///
  /// - Parameters:
  ///   - tier: the tier.
  ///   - rollout: which subscriptions take the new version; all with their next billing period by default.
  /// - Returns: the newest version.
  /// - Throws: ``SubscriptionError/invalidTier(_:problem:)``.
  /// - Complexity: does not grow with the subscriptions.
  @discardableResult
  public func declare(_ tier: NewTier, rollout: TierRollout = .renewals) throws -> Tier {
    if let problem = tier.problem {
      throw SubscriptionError.invalidTier(tier.name, problem: problem)
    }
    return try access.write { transaction in
      let newest = try transaction.catalogue().newest[tier.name]
      if let newest, tier.isDeclared(by: newest) { return newest }
      let isNew = newest?.terms != tier.terms
      let version = (newest?.version ?? 0) + (isNew ? 1 : 0)
      try transaction.execute(Self.put, tier.name, tier.label, tier.rank, version)
      if isNew {
        let terms = tier.terms
        try transaction.execute(
          Self.addVersion, tier.name, version, terms.credits, terms.weight, terms.period,
          JSONText(encoding: terms.limits), JSONText(encoding: terms.prices),
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
  ///   - retiringOthers: whether tiers that it does not name are retired.
  /// - Returns: the newest versions, in the order of the catalogue.
  /// - Throws: ``SubscriptionError/invalidTier(_:problem:)``.
  /// - Complexity: grows with the catalogue, and not with the subscriptions.
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

  /// Stops offering a tier: no subscription may take it any more.
  ///
  /// Subscriptions that have it keep it, renew in it and get its credits; a change to it that was agreed on
  /// takes place. ``declare(_:rollout:)`` offers it again. Retiring it a second time changes nothing.
  ///
  /// - Throws: ``SubscriptionError/unknownTier(_:declared:)``.
  /// - Complexity: does not grow with the subscriptions.
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
  /// Whether there is nothing to write.
  fileprivate func isDeclared(by tier: Tier) -> Bool {
    tier.label == label && tier.rank == rank && tier.terms == terms && tier.retiredAt == nil
  }

  /// What is wrong with the declaration, or nil.
  fileprivate var problem: String? {
    if !name.isWellFormed { return "a name must not be blank, and must be in its composed form" }
    if label.isBlank { return "a label must not be blank" }
    if terms.credits < 0 { return "\(terms.credits) credits are negative" }
    if !(1...1000).contains(terms.weight) { return "a weight of \(terms.weight) is not 1 to 1,000" }
    for (meter, limit) in terms.limits.sorted(by: { $0.key < $1.key }) {
      if meter.isBlank { return "a meter must not be blank" }
      if limit < 0 { return "the limit \(limit) of \(meter) is negative" }
    }
    if terms.prices.contains(where: { $0.amount.minorUnits < 0 }) { return "a price is negative" }
    if terms.features.contains(where: \.isBlank) { return "a feature must not be blank" }
    return nil
  }
}
