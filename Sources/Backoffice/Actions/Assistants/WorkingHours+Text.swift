extension WorkingHours: LosslessStringConvertible {
  /// Parses days and hours such as `Mon-Fri 09:00-17:00, Sat 10:00-14:00`; nil for any other text.
  ///
  /// Days are `Mon` to `Sun` or full names, in upper or lower case. A range may wrap around the
  /// week (`Fri-Mon`), and several days may share their hours (`Mon, Wed 08:00-12:00`). `off` marks
  /// a day off, and a later part overrides an earlier one. Days that are not listed are days off.
  public init?(_ text: String) {
    self = .never
    var open: Set<Int> = []
    let parts = text.lowercased().split { $0 == "," || $0 == ";" }
    for part in parts {
      let words = part.split { $0 == " " || $0 == "\t" }
      guard let days = words.first.flatMap(Self.days) else { return nil }
      open.formUnion(days)
      switch words.count {
      case 1: continue
      case 2 where words[1] == "off":
        for day in open { self[day] = nil }
      case 2:
        let hours = words[1].split(separator: "-", omittingEmptySubsequences: false)
        guard hours.count == 2, let shift = Shift(from: hours[0], to: hours[1])
        else { return nil }
        for day in open { self[day] = shift }
      default: return nil
      }
      open = []
    }
    // Trailing days without hours are invalid.
    guard open.isEmpty else { return nil }
  }

  private static func days(_ text: Substring) -> Set<Int>? {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map(day)
    switch ends.count {
    case 1:
      guard let only = ends[0] else { return nil }
      return [only]
    case 2:
      guard let first = ends[0], let last = ends[1] else { return nil }
      let length = (last - first + 7) % 7
      return Set((0...length).map { (first - 1 + $0) % 7 + 1 })
    default: return nil
    }
  }

  private static func day(_ text: Substring) -> Int? {
    let found = dayNames.firstIndex { $0 == text || $0.prefix(3) == text }
    return found.map { $0 + 1 }
  }

  /// The days and hours as text, such as `Mon-Fri 09:00-17:00`; `Mon-Sun off` without any hours.
  public var description: String {
    var parts: [String] = []
    var day = 1
    while day <= 7 {
      guard let shift = self[day] else {
        day += 1
        continue
      }
      var last = day
      while last < 7, self[last + 1] == shift { last += 1 }
      let days = last == day ? Self.label(day) : "\(Self.label(day))-\(Self.label(last))"
      parts.append("\(days) \(Self.text(shift.start))-\(Self.text(shift.end))")
      day = last + 1
    }
    return parts.isEmpty ? "Mon-Sun off" : parts.joined(separator: ", ")
  }

  private static func label(_ day: Int) -> String { dayNames[day - 1].prefix(3).capitalized }
}

extension Substring {
  fileprivate var capitalized: String { prefix(1).uppercased() + dropFirst() }
}

extension WorkingHours: ColumnConvertible {
  /// The JSON document of the column: an object per weekday with `start` and `end`, both null for a
  /// day off.
  public var json: String {
    let days = Self.dayNames.enumerated().map { index, name in
      guard let shift = self[index + 1] else { return "\"\(name)\":{\"start\":null,\"end\":null}" }
      let start = Self.text(shift.start)
      return "\"\(name)\":{\"start\":\"\(start)\",\"end\":\"\(Self.text(shift.end))\"}"
    }
    return "{" + days.joined(separator: ",") + "}"
  }

  /// Binds the JSON document.
  ///
  /// - Throws: `SQLiteError` if SQLite refuses the value.
  public func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    try parameter.bind(json)
  }

  /// Decodes the JSON document of a column.
  public static func decode(_ column: borrowing ColumnValue) -> WorkingHours? {
    column.string.flatMap(WorkingHours.init(json:))
  }

  /// A sample value with hours on Mondays.
  public static func columnSample(_ number: Int) -> WorkingHours? {
    WorkingHours("Mon 00:00-\(10 + number % 14):00")
  }

  /// Parses the JSON document.
  ///
  /// A missing or null weekday is a day off. Nil for unknown keys, for times in a format other than
  /// `HH:MM`, or if only one of the two times is set.
  public init?(json: String) {
    self = .never
    var day: Int?
    var ends: [String: Substring?] = [:]
    var key: Substring?
    for token in Self.tokens(json) {
      switch token {
      case .text(let text):
        if let found = Self.dayNames.firstIndex(where: { $0 == text }), key == nil {
          guard close(day, ends) else { return nil }
          day = found + 1
          ends = [:]
        } else if let name = key {
          ends[String(name)] = text
          key = nil
        } else if text == "start" || text == "end" {
          key = text
        } else {
          return nil
        }
      case .null:
        // Without a key, the day itself is null.
        if let name = key { ends[String(name)] = .some(nil) }
        key = nil
      case .other: return nil
      }
    }
    guard close(day, ends) else { return nil }
  }

  private mutating func close(_ day: Int?, _ ends: [String: Substring?]) -> Bool {
    guard let day else { return ends.isEmpty }
    switch (ends["start"] ?? nil, ends["end"] ?? nil) {
    case (nil, nil): self[day] = nil
    case (let start?, let end?):
      guard let shift = Shift(from: start, to: end) else { return false }
      self[day] = shift
    default: return false
    }
    return true
  }

  private enum Token {
    case text(Substring)
    case null
    case other
  }

  // The column's check guarantees valid JSON, so separators can be skipped.
  private static func tokens(_ json: String) -> [Token] {
    var tokens: [Token] = []
    var rest = json[...]
    while let character = rest.first {
      switch character {
      case "\"":
        rest = rest.dropFirst()
        let text = rest.prefix { $0 != "\"" }
        tokens.append(.text(text))
        rest = rest.dropFirst(text.count + 1)
      case "{", "}", ":", ",", " ", "\t", "\n", "\r", "\r\n": rest = rest.dropFirst()
      case "n" where rest.hasPrefix("null"):
        tokens.append(.null)
        rest = rest.dropFirst(4)
      default: return tokens + [.other]
      }
    }
    return tokens
  }
}
