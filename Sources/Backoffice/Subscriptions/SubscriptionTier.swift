/// What a customer pays for.
public enum SubscriptionTier: String, TextEnum {
  /// 100 credits a month.
  case basic
  /// 500 credits a month.
  case pro
  /// 2,000 credits a month.
  case enterprise

  /// The credits of a billing period, unless the customer has a limit of their own.
  public var monthlyCredits: Int {
    switch self {
    case .basic: 100
    case .pro: 500
    case .enterprise: 2000
    }
  }

  /// How much of a fair queue a customer of the tier is given, against 1 for others.
  public var weight: Int {
    switch self {
    case .basic: 1
    case .pro: 2
    case .enterprise: 4
    }
  }
}
