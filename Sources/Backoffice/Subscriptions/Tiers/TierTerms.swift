/// What a version of a tier provides in each billing period, and its price.
public struct TierTerms: Sendable, Hashable, Codable {
  /// The credits of a billing period, 0 or more.
  ///
  /// A customer's custom limit overrides them.
  public var credits: Int
  /// The customer's weight in fair scheduling, 1 to 1,000; a customer without a subscription has 1.
  public var weight: Int
  /// How billing periods are determined.
  public var period: TierPeriod
  /// Whether credits used beyond the balance are still owed in the next billing period.
  public var keepsOverage: Bool
  /// The days from a failed payment until the subscription becomes unpaid, 0 to 365; nil to wait for
  /// the payment or the provider.
  public var graceDays: Int?
  /// The limits of a billing period by the name of the meter.
  ///
  /// A meter without a limit is unlimited.
  public var limits: [String: Int]
  /// The prices of the tier.
  public var prices: [TierPrice]
  /// The features of the tier, in the program's own vocabulary.
  public var features: Set<String>

  /// Creates terms.
  ///
  /// - Parameters:
  ///   - credits: the credits of a billing period, 0 or more.
  ///   - weight: the weight in fair scheduling, 1 to 1,000.
  ///   - period: how billing periods are determined.
  ///   - keepsOverage: whether credits used beyond the balance are still owed in the next billing
  ///     period; by default a new period forgives them.
  ///   - graceDays: the days from a failed payment until the subscription becomes unpaid, 0 to 365;
  ///     nil to wait for the payment or the provider.
  ///   - limits: the limits of a billing period by the name of the meter, each 0 or more.
  ///   - prices: the prices of the tier.
  ///   - features: the features of the tier.
  public init(
    credits: Int, weight: Int = 1, period: TierPeriod = .anniversaryMonths,
    keepsOverage: Bool = false, graceDays: Int? = nil, limits: [String: Int] = [:],
    prices: [TierPrice] = [],
    features: Set<String> = []
  ) {
    self.credits = credits
    self.weight = weight
    self.period = period
    self.keepsOverage = keepsOverage
    self.graceDays = graceDays
    self.limits = limits
    self.prices = prices
    self.features = features
  }
}

/// A price of a tier.
public struct TierPrice: Sendable, Hashable, Codable {
  /// The amount.
  public var amount: Money
  /// The interval that the amount pays for, such as ``Interval/month``.
  public var interval: Interval

  /// Creates a price.
  public init(_ amount: Money, per interval: Interval) {
    self.amount = amount
    self.interval = interval
  }

  /// The interval that a price is for.
  public struct Interval: OpenWord {
    /// The value stored in the database.
    public let rawValue: String

    /// Names an interval.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// One month.
    public static let month = Interval("month")
    /// One year.
    public static let year = Interval("year")
  }

  private enum CodingKeys: String, CodingKey {
    case minorUnits = "amount_minor"
    case currency
    case interval = "per"
  }

  /// Decodes a price.
  ///
  /// - Throws: `DecodingError` if a value is missing or invalid.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    amount = Money(
      minorUnits: try values.decode(Int64.self, forKey: .minorUnits),
      currency: try values.decode(Currency.self, forKey: .currency))
    interval = try values.decode(Interval.self, forKey: .interval)
  }

  /// Encodes the amount in minor units, the currency and the interval.
  ///
  /// - Throws: any error that the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(amount.minorUnits, forKey: .minorUnits)
    try values.encode(amount.currency, forKey: .currency)
    try values.encode(interval, forKey: .interval)
  }
}
