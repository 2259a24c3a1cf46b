/// A part of a whole, kept as two counts so that it is rounded once, when it is shown.
public struct Ratio: Sendable, Hashable, Codable {
  /// The part.
  public let numerator: Int

  /// The whole; a ratio of nothing (0 or less) has no percentage.
  public let denominator: Int

  /// The ratio of two counts.
  public init(numerator: Int, denominator: Int) {
    self.numerator = numerator
    self.denominator = denominator
  }

  /// The percentage rounded half up to two decimals, or nil for an empty whole.
  ///
  /// 8 of 45 is 17.78. Rounding is done on integers. A negative part rounds as its opposite does.
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
  /// The percentage with two decimals, such as `17.78 %`, or `n/a` for an empty whole.
  public var description: String {
    guard let hundredths else { return "n/a" }
    let (whole, rest) = hundredths.magnitude.quotientAndRemainder(dividingBy: 100)
    return "\(hundredths < 0 ? "-" : "")\(whole).\(rest < 10 ? "0" : "")\(rest) %"
  }
}
