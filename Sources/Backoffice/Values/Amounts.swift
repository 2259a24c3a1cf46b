extension Money {
  /// An amount of two columns, or nil when one of them is NULL.
  init?(_ minorUnits: Int64?, _ currency: Currency?) {
    guard let minorUnits, let currency else { return nil }
    self.init(minorUnits: minorUnits, currency: currency)
  }
}

extension Ratio {
  /// The ratio, or nil of an empty whole.
  init?(_ numerator: Int, of denominator: Int) {
    guard denominator > 0 else { return nil }
    self.init(numerator: numerator, denominator: denominator)
  }
}
