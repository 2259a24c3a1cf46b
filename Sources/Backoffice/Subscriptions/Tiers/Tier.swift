/// A tier to declare.
public struct NewTier: Sendable, Hashable, Codable {
  /// The name, which must not be blank.
  public var name: SubscriptionTier
  /// The label shown to people.
  public var label: String
  /// The rank of the tier.
  ///
  /// A change to a higher rank is an upgrade.
  public var rank: Int
  /// What the tier provides.
  public var terms: TierTerms

  /// Creates a tier.
  ///
  /// - Parameters:
  ///   - name: the name, which must not be blank.
  ///   - label: the label shown to people; nil for the name.
  ///   - rank: the rank of the tier; a change to a higher rank is an upgrade.
  ///   - terms: what the tier provides.
  public init(_ name: SubscriptionTier, label: String? = nil, rank: Int, terms: TierTerms) {
    self.name = name
    self.label = label ?? name.rawValue
    self.rank = rank
    self.terms = terms
  }
}

/// One version of a declared tier.
public struct Tier: Sendable, Hashable, Codable {
  /// The name.
  public let name: SubscriptionTier
  /// The label shown to people.
  public let label: String
  /// The rank of the tier.
  ///
  /// A change to a higher rank is an upgrade.
  public let rank: Int
  /// The number of the version, starting at 1.
  public let version: Int
  /// Whether this is the newest version, which new subscriptions receive.
  public let isNewest: Bool
  /// What the version provides.
  public let terms: TierTerms
  /// Which subscriptions receive the version.
  public let rollout: TierRollout
  /// When the version was declared; nil if it was created with the database.
  public let declaredAt: Timestamp?
  /// When the tier was retired; nil while it is offered.
  public let retiredAt: Timestamp?
}

/// Which subscriptions receive a new version of their tier.
public enum TierRollout: String, TextEnum {
  /// Every subscription of the tier, at its next billing period.
  case renewals
  /// Only subscriptions opened with the tier or changed to it; existing ones keep their version.
  case newSubscriptions = "new_subscriptions"
}

extension Tier {
  static let columns = """
    t.name, t.label, t.rank, v.version, v.version = t.version, v.credits, v.weight, v.period, \
    v.keeps_overage, v.grace_days, v.limits, v.prices, v.features, v.rollout, v.declared_at, t.retired_at
    """

  init(_ row: borrowing Row) throws {
    var column = row.reader()
    name = try column("name")
    label = try column("label")
    rank = try column("rank")
    version = try column("version")
    isNewest = try column("is_newest")
    terms = try TierTerms(
      credits: column("credits"), weight: column("weight"), period: column("period"),
      keepsOverage: column("keeps_overage"), graceDays: column("grace_days"),
      limits: (column("limits") as JSONText).decode(),
      prices: (column("prices") as JSONText).decode(),
      features: (column("features") as JSONText).decode())
    rollout = try column("rollout")
    declaredAt = try column("declared_at")
    retiredAt = try column("retired_at")
  }
}
