/// A ratio of two counts, which is rounded only when it is displayed.
public struct Ratio: Sendable, Hashable, Codable {
  /// The part.
  public let numerator: Int

  /// The whole; if it is 0 or less, the ratio has no percentage.
  public let denominator: Int

  /// What a share of ``shares(of:in:)`` has more than its own rounded percentage, in hundredths of a
  /// percent.
  private var correction = 0

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
    return (numerator < 0 ? -rounded : rounded) + Int128(correction)
  }

  /// The shares of the parts of a whole, with percentages that add up to exactly 100.00.
  ///
  /// Each is rounded down to hundredths of a percent, and the rest goes to the largest remainders, of
  /// equal ones to the earliest: three equal parts have 33.34, 33.33 and 33.33 percent.
  ///
  /// - Parameters:
  ///   - parts: the parts, none of them negative.
  ///   - whole: the whole; if the parts do not add up to it, each is rounded on its own.
  public static func shares(of parts: [Int], in whole: Int) -> [Ratio] {
    var shares = parts.map { Ratio(numerator: $0, denominator: whole) }
    let sum = parts.reduce(Int128(0)) { $0 + Int128($1) }
    guard whole > 0, sum == Int128(whole), parts.allSatisfy({ $0 >= 0 }) else { return shares }
    let exact = parts.map { (Int128($0) * 10_000).quotientAndRemainder(dividingBy: Int128(whole)) }
    let rest = Int(10_000 - exact.reduce(Int128(0)) { $0 + $1.quotient })
    let largest = exact.indices.sorted { left, right in
      (exact[right].remainder, left) < (exact[left].remainder, right)
    }
    let raised = Set(largest.prefix(rest))
    for index in shares.indices {
      let hundredths = exact[index].quotient + (raised.contains(index) ? 1 : 0)
      shares[index].correction = Int(hundredths - (shares[index].hundredths ?? 0))
    }
    return shares
  }
}

extension Ratio {
  private enum CodingKeys: String, CodingKey {
    case numerator
    case denominator
    case correction
  }

  /// Decodes the counts.
  ///
  /// - Throws: `DecodingError` if a count is missing.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    numerator = try values.decode(Int.self, forKey: .numerator)
    denominator = try values.decode(Int.self, forKey: .denominator)
    correction = try values.decodeIfPresent(Int.self, forKey: .correction) ?? 0
  }

  /// Encodes the counts.
  ///
  /// - Throws: the errors of the encoder.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(numerator, forKey: .numerator)
    try values.encode(denominator, forKey: .denominator)
    if correction != 0 { try values.encode(correction, forKey: .correction) }
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
