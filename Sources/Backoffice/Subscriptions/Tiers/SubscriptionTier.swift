/// The name of a tier, which is what a customer pays for.
///
/// Tiers are data: a program declares its own with ``Tiers/declare(_:rollout:)`` and names them
/// `SubscriptionTier("growth")` or by a literal. The constants are those of ``TierCatalogue/directoryBolt``,
/// with which a new file begins. What a tier gives is a ``Tier``.
public struct SubscriptionTier: OpenWord {
  /// The word stored in the file.
  public let rawValue: String

  /// Names a tier.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// 100 credits a month.
  public static let basic = SubscriptionTier("basic")
  /// 500 credits a month.
  public static let pro = SubscriptionTier("pro")
  /// 2,000 credits a month.
  public static let enterprise = SubscriptionTier("enterprise")
}
