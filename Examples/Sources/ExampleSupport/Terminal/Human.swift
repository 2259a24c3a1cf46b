/// Formats numbers for people, independent of the locale; no number traps.
package enum Human {
  /// With a separator between thousands.
  package static func grouped(_ number: Int) -> String {
    let digits = String(number.magnitude)
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { result += "," }
      result.append(digit)
    }
    return number < 0 ? "-" + result : result
  }

  /// An amount in hundredths, such as 1234 as 12.34.
  package static func hundredths(_ amount: Int) -> String {
    let whole = Int(amount.magnitude / 100)
    let rest = Int(amount.magnitude % 100)
    return (amount < 0 ? "-" : "") + grouped(whole) + (rest < 10 ? ".0\(rest)" : ".\(rest)")
  }

  /// A share in percent with one decimal, or a dash without a denominator.
  package static func percent(_ part: Int, of whole: Int) -> String {
    guard whole > 0 else { return "–" }
    return "\(oneDecimal(Double(part) / Double(whole) * 100)) %"
  }

  /// A number with one decimal.
  package static func oneDecimal(_ value: Double) -> String {
    guard let tenths = Int(exactly: (value * 10).rounded()) else { return "\(value)" }
    let (whole, rest) = tenths.magnitude.quotientAndRemainder(dividingBy: 10)
    return "\(tenths < 0 ? "-" : "")\(grouped(Int(whole))).\(rest)"
  }

  /// A whole number of a floating-point one; the nearest that an integer can be.
  package static func whole(_ value: Double) -> Int {
    Int(exactly: value.rounded(.towardZero)) ?? (value > 0 ? .max : value < 0 ? .min : 0)
  }

  /// A duration in its two largest units, such as `9 d 17 h`.
  package static func duration(seconds: Int) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60)
    if days > 0 { return "\(grouped(days)) d \(hours) h" }
    if hours > 0 { return "\(hours) h \(minutes) min" }
    if minutes > 0 { return "\(minutes) min \(seconds % 60) s" }
    return "\(seconds) s"
  }

  /// `1 line`, `2 lines`.
  package static func count(_ number: Int, _ singular: String, _ plural: String) -> String {
    "\(grouped(number)) \(number == 1 ? singular : plural)"
  }
}
