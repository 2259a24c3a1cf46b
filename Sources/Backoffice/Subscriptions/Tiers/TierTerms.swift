/// What a version of a tier gives in each billing period, and for what price.
public struct TierTerms: Sendable, Hashable, Codable {
  /// The credits of a billing period, 0 or more, unless the customer has a limit of their own.
  public var credits: Int
  /// The share of fair queues, 1 to 1,000, against 1 of customers without a subscription.
  public var weight: Int
  /// How billing periods follow each other.
  public var period: TierPeriod
  /// The most of a billing period, by the name of the meter; what has no limit here is unlimited.
  public var limits: [String: Int]
  /// What the tier costs; empty where the program does not say.
  public var prices: [TierPrice]
  /// What the tier includes, as words of the program's own.
  public var features: Set<String>

  /// Describes terms.
  ///
  /// - Parameters:
  ///   - credits: the credits of a billing period, 0 or more.
  ///   - weight: the share of fair queues, 1 to 1,000.
  ///   - period: how billing periods follow each other.
  ///   - limits: the most of a billing period by the name of the meter, each 0 or more.
  ///   - prices: what the tier costs.
  ///   - features: what it includes.
  public init(
    credits: Int, weight: Int = 1, period: TierPeriod = .anniversaryMonths,
    limits: [String: Int] = [:], prices: [TierPrice] = [], features: Set<String> = []
  ) {
    self.credits = credits
    self.weight = weight
    self.period = period
    self.limits = limits
    self.prices = prices
    self.features = features
  }
}

/// How the billing periods of a tier follow each other.
public enum TierPeriod: String, TextEnum {
  /// Whole months from the day on which billing began.
  case anniversaryMonths = "anniversary_months"
  /// From the first of a month to the first of the next; the first period begins with the subscription.
  case calendarMonths = "calendar_months"

  /// The first billing period of a count that begins at an instant.
  func firstPeriod(from start: Timestamp, zone: Zone) -> BillingPeriod {
    switch self {
    case .anniversaryMonths: .containing(start, anchor: start, zone: zone)
    case .calendarMonths:
      BillingPeriod(
        unchecked: start, BillingPeriod.calendarMonth(of: start, zone: zone).end)
    }
  }
}

/// A price of a tier.
public struct TierPrice: Sendable, Hashable, Codable {
  /// How much.
  public var amount: Money
  /// For how long, such as ``Interval/month``.
  public var interval: Interval

  /// Describes a price.
  public init(_ amount: Money, per interval: Interval) {
    self.amount = amount
    self.interval = interval
  }

  /// The time that a price is for.
  public struct Interval: OpenWord {
    /// The word stored in the file.
    public let rawValue: String

    /// Names an interval.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// A month.
    public static let month = Interval("month")
    /// A year.
    public static let year = Interval("year")
  }

  private enum CodingKeys: String, CodingKey {
    case minorUnits = "amount_minor"
    case currency
    case interval = "per"
  }

  /// Reads a price.
  ///
  /// - Throws: `DecodingError`.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    amount = Money(
      minorUnits: try values.decode(Int64.self, forKey: .minorUnits),
      currency: try values.decode(Currency.self, forKey: .currency))
    interval = try values.decode(Interval.self, forKey: .interval)
  }

  /// Writes the amount in minor units, the currency and the interval.
  ///
  /// - Throws: `EncodingError`.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(amount.minorUnits, forKey: .minorUnits)
    try values.encode(amount.currency, forKey: .currency)
    try values.encode(interval, forKey: .interval)
  }
}
