/// Small charts made of characters.
package enum Charts {
  /// A bar of at most `width` columns, drawn to an eighth of a column.
  package static func bar(_ value: Int, of maximum: Int, width: Int = 24) -> String {
    guard value > 0, maximum > 0, width > 0 else { return "" }
    let share = Double(min(value, maximum)) / Double(maximum)
    let eighths = max(1, Int(share * Double(min(width, 1000) * 8) + 1e-9))
    let partial = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    return String(repeating: "█", count: eighths / 8) + partial[eighths % 8]
  }

  /// One character for each value, its height the share of the largest.
  package static func sparkline(_ values: [Int]) -> String {
    let steps = Array("▁▂▃▄▅▆▇█")
    let highest = max(1, values.max() ?? 0)
    return String(
      values.map { value in
        value <= 0 ? steps[0] : steps[min(7, Int(Double(value) / Double(highest) * 7 + 1e-9))]
      })
  }

  /// A bar whose parts are shown in different shades; the legend is the caller's.
  package static func stacked(_ parts: [(value: Int, paint: Paint)], width: Int = 40) -> String {
    let total = parts.reduce(0) { $0 + Double(max(0, $1.value)) }
    guard total > 0 else { return Paint.quiet(String(repeating: "·", count: width)) }
    let shades = ["█", "▓", "▒", "░"]
    var drawn = 0
    var sum = 0.0
    var result = ""
    for (index, part) in parts.enumerated() {
      sum += Double(max(0, part.value))
      let end = Int(sum / total * Double(width) + 1e-9)
      result += part.paint(
        String(repeating: shades[index % shades.count], count: max(0, end - drawn)))
      drawn = end
    }
    return result
  }
}
