/// A tier as a program declares it.
public struct NewTier: Sendable, Hashable, Codable {
  /// What it is called; not blank.
  public var name: SubscriptionTier
  /// What people are shown.
  public var label: String
  /// Its place among the tiers: to a higher rank is an upgrade.
  public var rank: Int
  /// What it gives.
  public var terms: TierTerms

  /// Describes a tier.
  ///
  /// - Parameters:
  ///   - name: what it is called.
  ///   - label: what people are shown; nil for the name.
  ///   - rank: its place among the tiers: to a higher rank is an upgrade.
  ///   - terms: what it gives.
  public init(_ name: SubscriptionTier, label: String? = nil, rank: Int, terms: TierTerms) {
    self.name = name
    self.label = label ?? name.rawValue
    self.rank = rank
    self.terms = terms
  }
}

/// A declared tier in one of its versions.
public struct Tier: Sendable, Hashable, Codable {
  /// What it is called.
  public let name: SubscriptionTier
  /// What people are shown.
  public let label: String
  /// Its place among the tiers: to a higher rank is an upgrade.
  public let rank: Int
  /// The number of the version, 1 for the first.
  public let version: Int
  /// Whether it is the newest version, which new subscriptions get.
  public let isNewest: Bool
  /// What the version gives.
  public let terms: TierTerms
  /// Which subscriptions take the version.
  public let rollout: TierRollout
  /// When the version was declared; nil when it came with the file.
  public let declaredAt: Timestamp?
  /// Since when no subscription may take the tier; nil while it is offered.
  public let retiredAt: Timestamp?
}

/// Which subscriptions take a new version of their tier.
public enum TierRollout: String, TextEnum {
  /// Every subscription of the tier, when its next billing period begins.
  case renewals
  /// Only subscriptions that begin, or change to the tier; the others keep what they have.
  case newSubscriptions = "new_subscriptions"
}

extension Tier {
  static let columns = """
    t.name, t.label, t.rank, v.version, v.version = t.version, v.credits, v.weight, v.period, \
    v.limits, v.prices, v.features, v.rollout, v.declared_at, t.retired_at
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
      limits: (column("limits") as JSONText).decode(),
      prices: (column("prices") as JSONText).decode(),
      features: (column("features") as JSONText).decode())
    rollout = try column("rollout")
    declaredAt = try column("declared_at")
    retiredAt = try column("retired_at")
  }
}
