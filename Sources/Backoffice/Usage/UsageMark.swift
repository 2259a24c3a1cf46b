/// A threshold of usage that is reported when it is reached.
public enum UsageMark: Sendable, Hashable {
  /// A percentage of the limit, 1 or more; reached when used x 100 >= percentage x limit.
  ///
  /// Without a limit it is never reached.
  case percent(Int)
  /// A quantity, 1 or more, regardless of the limit.
  case quantity(Int)

  /// Whether a usage has reached the mark; a usage equal to it has.
  public func isReached(used: Int, limit: Int?) -> Bool {
    switch self {
    case .quantity(let quantity): used >= quantity
    case .percent(let percent):
      limit.map { Int128(used) * 100 >= Int128(percent) * Int128($0) } ?? false
    }
  }

  /// A hundred times the quantity at which the mark is reached, for sorting.
  private func hundredfold(at limit: Int?) -> Int128 {
    switch self {
    case .quantity(let quantity): Int128(quantity) * 100
    case .percent(let percent): Int128(percent) * Int128(limit ?? 0)
    }
  }

  static func isBefore(_ left: UsageMark, _ right: UsageMark, at limit: Int?) -> Bool {
    let (first, second) = (left.hundredfold(at: limit), right.hundredfold(at: limit))
    return first == second ? left.description < right.description : first < second
  }

  fileprivate var isValid: Bool {
    switch self {
    case .percent(let number), .quantity(let number): number >= 1
    }
  }
}

extension UsageMark: LosslessStringConvertible {
  /// `80%` or `500`.
  public var description: String {
    switch self {
    case .percent(let percent): "\(percent)%"
    case .quantity(let quantity): "\(quantity)"
    }
  }

  /// Parses `80%` or `500`; nil for any other text and for numbers below 1.
  public init?(_ text: String) {
    let isPercent = text.hasSuffix("%")
    guard let number = Int(isPercent ? String(text.dropLast()) : text), number >= 1 else {
      return nil
    }
    self = isPercent ? .percent(number) : .quantity(number)
  }
}

extension [UsageMark] {
  func sorted(at limit: Int?) -> [UsageMark] {
    sorted { UsageMark.isBefore($0, $1, at: limit) }
  }

  /// The marks separated by spaces.
  var text: String { map(\.description).joined(separator: " ") }

  init(text: String) { self = text.split(separator: " ").compactMap { UsageMark(String($0)) } }
}

/// The marks that the usage of a period has reached, and that it does not report again.
struct ReachedMarks: Sendable, Hashable {
  private(set) var marks: [UsageMark] = []

  init() {}

  init(_ text: String) { marks = text.isEmpty ? [] : [UsageMark](text: text) }

  var text: String { marks.text }

  func adding(_ declared: [UsageMark], used: Int, limit: Int?) -> ReachedMarks {
    var result = self
    for mark in declared where mark.isReached(used: used, limit: limit) && !marks.contains(mark) {
      result.marks.append(mark)
    }
    return result
  }

  /// Without the percentages that a new limit leaves unreached.
  func rearmed(used: Int, limit: Int?) -> ReachedMarks {
    var result = self
    result.marks.removeAll { mark in
      if case .percent = mark { !mark.isReached(used: used, limit: limit) } else { false }
    }
    return result
  }

  func subtracting(_ other: ReachedMarks, limit: Int?) -> [UsageMark] {
    marks.filter { !other.marks.contains($0) }.sorted(at: limit)
  }
}

extension Usage {
  private static let putMarks = SQLStatement(
    """
    INSERT INTO usage_meters (meter, marks, created_at) VALUES (?1, ?2, ?3)
    ON CONFLICT (meter) DO UPDATE SET marks = ?2
    """)

  /// Declares the marks of a meter; a meter without a declaration has one at 80 %.
  ///
  /// A mark is reported once per period, to the call of ``consume(_:limit:per:)`` that reaches it
  /// first. A raised limit arms the percentages above the new share again, without a report. What
  /// ``record(_:)`` reaches is noted in ``UsageState/marks`` and is not reported to a later call.
  ///
  /// - Parameters:
  ///   - marks: the marks, at most 100; empty for none.
  ///   - meter: the meter.
  /// - Throws: ``UsageError/invalidMarks(_:)``, ``UsageError/invalidEvent(key:_:)`` if the meter
  ///   has no name.
  public func setMarks(_ marks: [UsageMark], of meter: Meter) throws {
    guard marks.count <= 100, marks.allSatisfy(\.isValid) else {
      throw UsageError.invalidMarks(marks)
    }
    guard !meter.rawValue.isEmpty else { throw UsageError.invalidEvent(key: "", .emptyMeter) }
    try access.write { transaction in
      _ = try transaction.execute(Self.putMarks, meter, marks.text, transaction.now)
    }
  }
}
