extension Money {
  /// Creates an amount from two columns, or nil if one of them is NULL.
  init?(_ minorUnits: Int64?, _ currency: Currency?) {
    guard let minorUnits, let currency else { return nil }
    self.init(minorUnits: minorUnits, currency: currency)
  }
}

extension Ratio {
  /// Creates a ratio, or nil if the denominator is zero.
  init?(_ numerator: Int, of denominator: Int) {
    guard denominator > 0 else { return nil }
    self.init(numerator: numerator, denominator: denominator)
  }
}
