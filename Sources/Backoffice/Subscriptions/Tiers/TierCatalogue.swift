/// A list of tiers to install with ``Tiers/install(_:retiringOthers:)``.
public struct TierCatalogue: Sendable, Hashable {
  /// The tiers.
  public var tiers: [NewTier]

  /// Creates a catalogue.
  public init(_ tiers: [NewTier]) { self.tiers = tiers }

  /// The names of the tiers.
  public var names: [SubscriptionTier] { tiers.map(\.name) }

  /// `basic`, `pro` and `enterprise`, with 100, 500 and 2,000 credits per month of the
  /// subscription.
  ///
  /// A new database starts with this catalogue.
  public static let directoryBolt = TierCatalogue([
    NewTier(.basic, label: "Basic", rank: 1, terms: TierTerms(credits: 100)),
    NewTier(.pro, label: "Pro", rank: 2, terms: TierTerms(credits: 500, weight: 2)),
    NewTier(.enterprise, label: "Enterprise", rank: 3, terms: TierTerms(credits: 2000, weight: 4)),
  ])

  /// `starter`, `growth` and `scale`, with limits per calendar month on sites and fixes, and no
  /// credits.
  ///
  /// The meters are `sites`, `fixes`, `users_per_site` and `analytics_days`.
  public static let seology = TierCatalogue([
    NewTier(
      "starter", label: "Starter", rank: 1,
      terms: TierTerms(
        credits: 0, period: .calendarMonths,
        limits: ["sites": 3, "fixes": 500, "users_per_site": 1, "analytics_days": 30],
        prices: prices(month: 29, year: 290))),
    NewTier(
      "growth", label: "Growth", rank: 2,
      terms: TierTerms(
        credits: 0, weight: 2, period: .calendarMonths,
        limits: ["sites": 10, "fixes": 5000, "users_per_site": 5, "analytics_days": 90],
        prices: prices(month: 99, year: 990), features: ["api", "priority_support"])),
    NewTier(
      "scale", label: "Scale", rank: 3,
      terms: TierTerms(
        credits: 0, weight: 4, period: .calendarMonths, limits: ["analytics_days": 365],
        prices: prices(month: 299, year: 2990),
        features: ["api", "priority_support", "own_domain"])),
  ])

  private static func prices(month: Int64, year: Int64) -> [TierPrice] {
    [
      TierPrice(Money(minorUnits: 100 * month, currency: .usd), per: .month),
      TierPrice(Money(minorUnits: 100 * year, currency: .usd), per: .year),
    ]
  }
}
