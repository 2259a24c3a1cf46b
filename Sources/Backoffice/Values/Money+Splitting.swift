extension Money {
  /// Splits the amount into parts in proportion to weights; the parts always add up to the amount.
  ///
  /// Each part is rounded down to the currency's minor unit. The units that remain go to the parts
  /// with the largest remainders; of equal ones, to the earliest. The parts of a negative amount
  /// mirror those of the positive one.
  ///
  /// - Parameter weights: the weights, each 0 or more; a negative weight counts as 0. If all are 0,
  ///   the parts are equal.
  /// - Returns: one part for each weight; empty if there are no weights.
  /// - Complexity: O(n log n) in the number of weights.
  public func split(by weights: [Int]) -> [Money] {
    guard !weights.isEmpty else { return [] }
    var shares = weights.map { UInt64(Swift.max($0, 0)) }
    var total: UInt64 = 0
    for share in shares {
      let (sum, overflow) = total.addingReportingOverflow(share)
      // Weights of this size are halved until they fit; their proportion stays.
      guard !overflow else { return split(by: weights.map { $0 / 2 }) }
      total = sum
    }
    if total == 0 {
      shares = shares.map { _ in 1 }
      total = UInt64(shares.count)
    }
    var parts: [UInt64] = []
    var remainders: [UInt64] = []
    for share in shares {
      let (quotient, remainder) = total.dividingFullWidth(
        minorUnits.magnitude.multipliedFullWidth(by: share))
      parts.append(quotient)
      remainders.append(remainder)
    }
    var left = minorUnits.magnitude - parts.reduce(0, +)
    let order = parts.indices.sorted { one, other in
      remainders[one] == remainders[other] ? one < other : remainders[one] > remainders[other]
    }
    for index in order where left > 0 {
      parts[index] += 1
      left -= 1
    }
    return parts.map { part in
      // The magnitude of the smallest amount has no positive counterpart.
      let units = Int64(truncatingIfNeeded: part)
      return Money(minorUnits: minorUnits < 0 ? 0 &- units : units, currency: currency)
    }
  }

  /// Splits the amount into equal parts; see ``split(by:)``.
  public func split(into count: Int) -> [Money] {
    split(by: Array(repeating: 1, count: Swift.max(count, 0)))
  }
}
