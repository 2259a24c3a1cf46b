/// Small charts made of characters.
package enum Charts {
  /// A bar of at most `width` columns, drawn to an eighth of a column.
  package static func bar(_ value: Int, of maximum: Int, width: Int = 24) -> String {
    guard value > 0, maximum > 0, width > 0 else { return "" }
    let eighths = max(1, min(value, maximum) * width * 8 / maximum)
    let partial = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    return String(repeating: "█", count: eighths / 8) + partial[eighths % 8]
  }

  /// One character for each value, its height the share of the largest.
  package static func sparkline(_ values: [Int]) -> String {
    let steps = Array("▁▂▃▄▅▆▇█")
    let highest = max(1, values.max() ?? 0)
    return String(
      values.map { value in
        value <= 0 ? steps[0] : steps[min(7, value * 7 / highest)]
      })
  }

  /// A bar whose parts are shown in different shades; the legend is the caller's.
  package static func stacked(_ parts: [(value: Int, paint: Paint)], width: Int = 40) -> String {
    let total = parts.reduce(0) { $0 + $1.value }
    guard total > 0 else { return Paint.quiet(String(repeating: "·", count: width)) }
    let shades = ["█", "▓", "▒", "░"]
    var drawn = 0
    var sum = 0
    var result = ""
    for (index, part) in parts.enumerated() {
      sum += part.value
      let end = sum * width / total
      result += part.paint(
        String(repeating: shades[index % shades.count], count: max(0, end - drawn)))
      drawn = end
    }
    return result
  }
}

/// Formats numbers for people, independent of the locale.
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
    let tenths = (part * 2000 + whole) / (2 * whole)
    return "\(tenths / 10).\(tenths % 10) %"
  }

  /// A number with one decimal.
  package static func oneDecimal(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths < 0 ? "-" : "")\(grouped(abs(tenths) / 10)).\(abs(tenths) % 10)"
  }

  /// A duration in its two largest units, such as `9 d 17 h`.
  package static func duration(seconds: Int) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60)
    if days > 0 { return "\(days) d \(hours) h" }
    if hours > 0 { return "\(hours) h \(minutes) min" }
    if minutes > 0 { return "\(minutes) min \(seconds % 60) s" }
    return "\(seconds) s"
  }

  /// `1 line`, `2 lines`.
  package static func count(_ number: Int, _ singular: String, _ plural: String) -> String {
    "\(grouped(number)) \(number == 1 ? singular : plural)"
  }
}
