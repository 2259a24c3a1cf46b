/// A ratio of two counts, which is rounded only when it is displayed.
public struct Ratio: Sendable, Hashable, Codable {
  /// The part.
  public let numerator: Int

  /// The whole; if it is 0 or less, the ratio has no percentage.
  public let denominator: Int

  /// Creates the ratio of two counts.
  public init(numerator: Int, denominator: Int) {
    self.numerator = numerator
    self.denominator = denominator
  }

  /// The percentage, rounded half up to two decimals; nil if the whole is 0 or less.
  ///
  /// For example, 8 of 45 is 17.78. Rounding uses integers; a negative part is rounded like its
  /// absolute value.
  public var percent: Double? { hundredths.map { Double($0) / 100 } }

  /// Hundredths of a percent.
  private var hundredths: Int128? {
    guard denominator > 0 else { return nil }
    let doubled = Int128(numerator.magnitude) * 20_000
    let rounded = (doubled + Int128(denominator)) / (2 * Int128(denominator))
    return numerator < 0 ? -rounded : rounded
  }
}

extension Ratio: CustomStringConvertible {
  /// The percentage with two decimals, such as `17.78 %`, or `n/a` if there is none.
  public var description: String {
    guard let hundredths else { return "n/a" }
    let (whole, rest) = hundredths.magnitude.quotientAndRemainder(dividingBy: 100)
    return "\(hundredths < 0 ? "-" : "")\(whole).\(rest < 10 ? "0" : "")\(rest) %"
  }
}
