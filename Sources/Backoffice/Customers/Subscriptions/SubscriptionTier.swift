public import BackofficeStorage

/// What a customer pays for.
public enum SubscriptionTier: String, TextEnum {
  /// 100 credits a month.
  case basic
  /// 500 credits a month.
  case pro
  /// 2,000 credits a month.
  case enterprise

  /// The credits of a billing period, unless the subscription has a limit of its own.
  public var monthlyCredits: Int {
    switch self {
    case .basic: 100
    case .pro: 500
    case .enterprise: 2000
    }
  }

  /// The limits as an SQL expression over a column `tier`, for checks and rebuilds.
  static let limitExpression =
    "CASE tier "
    + allCases.map { "WHEN '\($0.rawValue)' THEN \($0.monthlyCredits) " }.joined() + "END"
}
