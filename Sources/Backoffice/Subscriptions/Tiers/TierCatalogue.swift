/// A list of tiers that a program installs with one call of ``Tiers/install(_:retiringOthers:)``.
public struct TierCatalogue: Sendable, Hashable {
  /// The tiers.
  public var tiers: [NewTier]

  /// Lists tiers.
  public init(_ tiers: [NewTier]) { self.tiers = tiers }

  /// The names of the tiers.
  public var names: [SubscriptionTier] { tiers.map(\.name) }

  /// `basic`, `pro` and `enterprise`: 100, 500 and 2,000 credits in months from the day of subscribing.
  ///
  /// A new file begins with it.
  public static let directoryBolt = TierCatalogue([
    NewTier(.basic, label: "Basic", rank: 1, terms: TierTerms(credits: 100)),
    NewTier(.pro, label: "Pro", rank: 2, terms: TierTerms(credits: 500, weight: 2)),
    NewTier(.enterprise, label: "Enterprise", rank: 3, terms: TierTerms(credits: 2000, weight: 4)),
  ])

  /// `starter`, `growth` and `scale`: limits of sites and of fixes in calendar months, no credits.
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
