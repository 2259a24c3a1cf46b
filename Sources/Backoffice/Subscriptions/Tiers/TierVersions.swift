/// The writing connection's cache of the catalogue, filled on demand.
final class TierCache {
  var newest: [SubscriptionTier: Tier] = [:]
  var versions: [SubscriptionTier: [Tier]] = [:]
  var isFilled = false

  static let shared = CachedValue(tables: ["tiers", "tier_versions"]) { TierCache() }
}

extension WriteTransaction {
  /// The newest version of each tier.
  func catalogue() throws -> TierCache {
    let cache = cached(TierCache.shared)
    guard !cache.isFilled else { return cache }
    try forEach(Tiers.all) { row in
      let tier = try Tier(row)
      cache.newest[tier.name] = tier
      return true
    }
    cache.isFilled = true
    return cache
  }

  /// The newest version of a tier.
  ///
  /// - Throws: ``SubscriptionError/unknownTier(_:declared:)``.
  func requireTier(_ name: SubscriptionTier) throws -> Tier {
    let newest = try catalogue().newest
    guard let tier = newest[name] else {
      throw SubscriptionError.unknownTier(name, declared: Self.offered(newest))
    }
    return tier
  }

  /// The newest version of a tier that is not retired.
  ///
  /// - Throws: ``SubscriptionError/unknownTier(_:declared:)``,
  ///   ``SubscriptionError/retiredTier(_:offered:)``.
  func requireOfferedTier(_ name: SubscriptionTier) throws -> Tier {
    let tier = try requireTier(name)
    guard tier.retiredAt == nil else {
      throw SubscriptionError.retiredTier(name, offered: Self.offered(try catalogue().newest))
    }
    return tier
  }

  /// The newest version of the tier that a subscription changes to.
  ///
  /// A retired tier is allowed only if it is the subscription's own.
  ///
  /// - Throws: ``SubscriptionError/unknownTier(_:declared:)``,
  ///   ``SubscriptionError/retiredTier(_:offered:)``.
  func requireTier(
    _ name: SubscriptionTier, insteadOf current: SubscriptionTier
  ) throws -> Tier {
    try name == current ? requireTier(name) : requireOfferedTier(name)
  }

  private static func offered(_ tiers: [SubscriptionTier: Tier]) -> [SubscriptionTier] {
    tiers.values.sorted { ($0.rank, $0.name) < ($1.rank, $1.name) }.offered
  }

  private func versions(of name: SubscriptionTier) throws -> [Tier] {
    let cache = cached(TierCache.shared)
    if let known = cache.versions[name] { return known }
    let versions = try fetchAll(Tiers.versionsOf, name) { row in try Tier(row) }
    cache.versions[name] = versions
    return versions
  }

  /// The terms of a version of a tier.
  ///
  /// - Throws: ``SubscriptionError/unknownTier(_:declared:)``.
  package func terms(of name: SubscriptionTier, version: Int) throws -> TierTerms {
    let newest = try requireTier(name)
    if newest.version == version { return newest.terms }
    // An undeclared version number is treated as the newest one; a check reports it.
    return try versions(of: name).first { $0.version == version }?.terms ?? newest.terms
  }

  /// The version of its tier that a subscription has in its next billing period.
  func versionAtRenewal(of name: SubscriptionTier, from version: Int) throws -> Int {
    let newest = try requireTier(name)
    if newest.version <= version || newest.rollout == .renewals { return newest.version }
    let later = try versions(of: name).last { $0.version > version && $0.rollout == .renewals }
    return later?.version ?? version
  }
}

/// The columns of a subscription that determine the version of its tier.
package struct TierChoice: Sendable {
  package let tier: SubscriptionTier
  package let version: Int
  package let periodStart: Timestamp?

  package init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    tier = try column("tier")
    version = try column("tier_version")
    periodStart = try column("period_start_at")
  }

  package init(_ subscription: Subscription) {
    tier = subscription.tier
    version = subscription.tierVersion
    periodStart = subscription.period?.start
  }

  /// The version after a change: the newest one for another tier, or the renewal's for another
  /// period.
  package func version(
    after old: TierChoice?, in transaction: borrowing WriteTransaction
  ) throws -> Int {
    guard let old, old.tier == tier else { return try transaction.requireTier(tier).version }
    guard old.periodStart != periodStart, old.version == version else { return version }
    return try transaction.versionAtRenewal(of: tier, from: version)
  }

  /// The terms of a subscription after a change.
  package func terms(
    after old: TierChoice?, in transaction: borrowing WriteTransaction
  ) throws -> TierTerms {
    try transaction.terms(of: tier, version: version(after: old, in: transaction))
  }
}

/// Sets the version of a subscription's tier for every statement that changes the tier or the
/// billing period.
enum TierVersionRules {
  private struct Row: TableRow {
    static let tableName = Subscription.tableName
    let id: ID<Subscription>
    let choice: TierChoice

    init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
      id = try column("id")
      choice = try TierChoice(&column)
    }
  }

  private static let write = SQLStatement(
    "UPDATE subscriptions SET tier_version = ?2 WHERE id = ?1")

  /// Sets the version of the tier that a subscription has from its next period or change of tier.
  static let version = Trigger.after(
    "subscriptions.tier_version", .insertOrUpdate(of: "tier", "period_start_at"), on: Row.self
  ) { change, transaction in
    guard let new = change.new else { return }
    let version = try new.choice.version(after: change.old?.choice, in: transaction)
    guard version != new.choice.version else { return }
    try transaction.execute(write, new.id, version)
  }
}

extension ConsistencyCheck where Self == QueryCheck {
  /// Checks that each subscription has a declared version of its tier.
  static var tierVersions: QueryCheck {
    QueryCheck(
      "subscriptions.tier_version",
      """
      SELECT 'subscriptions', id, 'the tier ' || tier || ' has no version ' || tier_version
      FROM subscriptions s
      WHERE NOT EXISTS (
        SELECT 1 FROM tier_versions v WHERE v.tier = s.tier AND v.version = s.tier_version)
      LIMIT ?
      """)
  }
}
