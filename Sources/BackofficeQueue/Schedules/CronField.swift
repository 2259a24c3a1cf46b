/// One field of a cron expression: the values it allows, as bits.
struct CronField: Sendable, Hashable {
  /// Bit n represents the value n; Sunday is 0.
  var bits: UInt64 = 0
  /// Whether the field begins with `*`: such a day field does not restrict the date.
  var beginsWithStar = false
  /// `L` as a day of the month.
  var hasLastDay = false
  /// `MON#2` and `FRIL`: bit 8 × weekday + n, where n is 1 to 5, or 6 for the last of the month.
  var ordinals: UInt64 = 0

  /// Whether nothing but whole weekdays or days of the month is allowed.
  var isEmpty: Bool { bits == 0 && !hasLastDay && ordinals == 0 }

  init(_ text: Substring, _ field: CronError.Field) throws(CronError) {
    beginsWithStar = text.first == "*"
    for element in text.split(separator: ",", omittingEmptySubsequences: false) {
      try add(element, field)
    }
  }

  private mutating func add(
    _ element: Substring, _ field: CronError.Field
  ) throws(CronError) {
    func refuse(_ reason: String) -> CronError {
      .invalidElement(String(element), of: field, reason: reason)
    }
    guard !element.isEmpty else { throw refuse("an element of the list is missing") }
    if try addDay(element, field) { return }
    let parts = element.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2 else { throw refuse("it has two steps") }
    var range = field.range
    if parts[0] != "*" {
      let ends = parts[0].split(separator: "-", omittingEmptySubsequences: false)
      guard ends.count <= 2 else { throw refuse("a range has two ends") }
      guard let first = field.value(ends[0]), var last = field.value(ends[ends.count - 1])
      else { throw refuse("it lies in \(field.allowed)") }
      // Sunday ends a week as well as it begins one.
      if field == .dayOfWeek, last == 0, first > 0 { last = 7 }
      guard first <= last else { throw refuse("the range runs backwards; write it as two") }
      guard ends.count == 2 || parts.count == 1 else {
        throw refuse("a step needs a range or *; write \(first)-\(range.upperBound)/…")
      }
      range = first...last
    }
    var step = 1
    if parts.count == 2 {
      guard let number = Int(parts[1]), number >= 1, parts[1].first != "+" else {
        throw refuse("the step is no number from 1 on")
      }
      step = number
    }
    // A step beyond the range leaves its first value; it cannot overflow below a whole Int.
    for value in stride(from: range.lowerBound, through: range.upperBound, by: min(step, 64)) {
      bits |= 1 << UInt64(field == .dayOfWeek ? value % 7 : value)
    }
  }

  /// The elements that only day fields have.
  private mutating func addDay(
    _ element: Substring, _ field: CronError.Field
  ) throws(CronError) -> Bool {
    if field == .dayOfMonth, element == "L" || element == "l" {
      hasLastDay = true
      return true
    }
    guard field == .dayOfWeek else { return false }
    let ordinal: Int
    let day: Substring
    if let mark = element.firstIndex(of: "#") {
      guard let number = Int(element[element.index(after: mark)...]), (1...5).contains(number)
      else {
        throw .invalidElement(
          String(element), of: field, reason: "a month has a first to fifth one")
      }
      ordinal = number
      day = element[..<mark]
    } else if element.count > 1, let end = element.last, end == "L" || end == "l" {
      ordinal = 6
      day = element.dropLast()
    } else {
      return false
    }
    guard let weekday = field.value(day) else {
      throw .invalidElement(String(element), of: field, reason: "it lies in \(field.allowed)")
    }
    ordinals |= 1 << UInt64(weekday % 7 * 8 + ordinal)
    return true
  }
}

extension CronError.Field {
  var range: ClosedRange<Int> {
    switch self {
    case .minute: 0...59
    case .hour: 0...23
    case .dayOfMonth: 1...31
    case .month: 1...12
    case .dayOfWeek: 0...6
    }
  }

  var allowed: String {
    switch self {
    case .month: "1-12 or JAN-DEC"
    case .dayOfWeek: "0-7 or SUN-SAT"
    default: "\(range.lowerBound)-\(range.upperBound)"
    }
  }

  /// The value of a number or a name.
  func value(_ text: Substring) -> Int? {
    guard !text.isEmpty, text.utf8.count <= 3 else { return nil }
    if text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
      guard let number = Int(text) else { return nil }
      return range.contains(number) || (self == .dayOfWeek && number == 7) ? number : nil
    }
    return names.firstIndex(of: text.uppercased()).map { $0 + range.lowerBound }
  }

  private var names: [String] {
    switch self {
    case .month:
      ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
    case .dayOfWeek: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
    default: []
    }
  }
}
