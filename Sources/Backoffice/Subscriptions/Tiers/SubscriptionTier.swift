/// The name of a tier that customers subscribe to.
///
/// Tiers are data. Declare your own with ``Tiers/declare(_:rollout:)`` and refer to them with
/// `SubscriptionTier("growth")` or a literal. The constants belong to
/// ``TierCatalogue/directoryBolt``, which a new database starts with. ``Tier`` describes what a
/// tier provides.
public struct SubscriptionTier: OpenWord {
  /// The value stored in the database.
  public let rawValue: String

  /// Creates a tier from its stored text.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// 100 credits per month.
  public static let basic = SubscriptionTier("basic")
  /// 500 credits per month.
  public static let pro = SubscriptionTier("pro")
  /// 2,000 credits per month.
  public static let enterprise = SubscriptionTier("enterprise")
}
