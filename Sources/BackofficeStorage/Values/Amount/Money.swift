/// An exact amount of a currency, in minor units such as cents.
///
/// Amounts are not `Comparable`, because amounts of different currencies have no order.
public struct Money: Sendable, Hashable, Codable {
  /// The amount in the smallest unit of the currency.
  public let minorUnits: Int64

  /// The currency of the amount.
  public let currency: Currency

  /// Creates an amount in minor units: `Money(minorUnits: 1234, currency: .usd)` is 12.34 USD.
  public init(minorUnits: Int64, currency: Currency) {
    self.minorUnits = minorUnits
    self.currency = currency
  }

  /// Parses a decimal number such as `12.34` or `-5`, without rounding.
  ///
  /// Returns nil if the text is not a decimal number, if the amount does not fit, or if it has more
  /// decimal digits than the currency, trailing zeros excepted.
  public init?(decimal text: String, currency: Currency) {
    let places = currency.minorUnitDigits
    let units = UTF8Text.withBytes(of: text) { Self.parse($0, places: places) }
    guard let units else { return nil }
    self.init(minorUnits: units, currency: currency)
  }

  /// Returns the sum of two amounts.
  ///
  /// - Throws: ``MoneyError/currencyMismatch(_:_:)`` or ``MoneyError/overflow``.
  public func adding(_ other: Money) throws(MoneyError) -> Money {
    try combine(other, { $0.addingReportingOverflow($1) })
  }

  /// Returns the difference of two amounts.
  ///
  /// - Throws: ``MoneyError/currencyMismatch(_:_:)`` or ``MoneyError/overflow``.
  public func subtracting(_ other: Money) throws(MoneyError) -> Money {
    try combine(other, { $0.subtractingReportingOverflow($1) })
  }

  /// Returns the amount multiplied by `count`.
  ///
  /// - Throws: ``MoneyError/overflow``.
  public func multiplied(by count: Int64) throws(MoneyError) -> Money {
    let (units, overflow) = minorUnits.multipliedReportingOverflow(by: count)
    guard !overflow else { throw .overflow }
    return Money(minorUnits: units, currency: currency)
  }

  private func combine(
    _ other: Money, _ operation: (Int64, Int64) -> (partialValue: Int64, overflow: Bool)
  ) throws(MoneyError) -> Money {
    guard currency == other.currency else { throw .currencyMismatch(currency, other.currency) }
    let (units, overflow) = operation(minorUnits, other.minorUnits)
    guard !overflow else { throw .overflow }
    return Money(minorUnits: units, currency: currency)
  }

  private static func parse(_ bytes: Span<UInt8>, places: Int) -> Int64? {
    guard !bytes.isEmpty else { return nil }
    let isNegative = bytes[0] == UInt8(ascii: "-")
    var position = isNegative || bytes[0] == UInt8(ascii: "+") ? 1 : 0
    var units: Int64 = 0
    var point: Int?
    var written = 0
    let start = position
    // Accumulates negative values, because their range is larger.
    func append(_ digit: Int64) -> Bool {
      let (product, productOverflow) = units.multipliedReportingOverflow(by: 10)
      let (sum, sumOverflow) = product.subtractingReportingOverflow(digit)
      units = sum
      return !productOverflow && !sumOverflow
    }
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "."), point == nil, position > start {
        point = position
      } else {
        let digit = byte &- UInt8(ascii: "0")
        guard digit < 10 else { return nil }
        if point != nil { written += 1 }
        if written <= places {
          guard append(Int64(digit)) else { return nil }
        } else if digit != 0 {
          return nil
        }
      }
      position += 1
    }
    guard position > start, point != position - 1 else { return nil }
    while written < places {
      guard append(0) else { return nil }
      written += 1
    }
    if isNegative { return units }
    return units == .min ? nil : -units
  }
}

extension Money: CustomStringConvertible {
  /// The amount and its currency, such as `12.34 USD`.
  public var description: String { "\(decimal) \(currency.code)" }
}

extension Money {
  /// The amount with the decimals of its currency, such as `12.34`.
  public var decimal: String {
    let places = currency.minorUnitDigits
    var digits = String(minorUnits.magnitude)
    if places > 0 {
      let missing = places + 1 - digits.utf8.count
      if missing > 0 { digits = String(repeating: "0", count: missing) + digits }
      digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -places))
    }
    return "\(minorUnits < 0 ? "-" : "")\(digits)"
  }
}
