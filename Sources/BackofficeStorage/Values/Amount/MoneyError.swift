/// The reason why two amounts cannot be combined.
public enum MoneyError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The amounts are in different currencies.
  case currencyMismatch(Currency, Currency)
  /// The result does not fit in 64 bits of minor units.
  case overflow

  /// The reason.
  public var description: String {
    switch self {
    case .currencyMismatch(let left, let right):
      "Amounts in \(left) and \(right) cannot be combined."
    case .overflow: "The amount is too large."
    }
  }
}
