/// Why two amounts do not combine.
public enum MoneyError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The amounts are in different currencies.
  case currencyMismatch(Currency, Currency)
  /// The result does not fit in 64 bits of minor units.
  case overflow

  /// The reason in words.
  public var description: String {
    switch self {
    case .currencyMismatch(let left, let right): "\(left) and \(right) do not add up."
    case .overflow: "The amount is too large."
    }
  }
}
