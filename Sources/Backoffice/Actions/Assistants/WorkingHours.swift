/// The working hours of a week, in a person's local time.
///
/// ```swift
/// let hours = WorkingHours("Mon-Fri 09:00-17:00, Sat 10:00-14:00")
/// ```
///
/// Hours are local times. An hour that repeats in autumn counts twice, and an hour that is skipped
/// in spring does not exist. A shift that ends before it starts continues into the next day.
public struct WorkingHours: Sendable, Hashable {
  /// The hours of one day.
  public struct Shift: Sendable, Hashable {
    /// The start in minutes after midnight, 0 to 1439.
    public let start: Int
    /// The end in minutes after midnight, 1 to 1440; at or before ``start`` for a shift over
    /// midnight.
    public let end: Int

    /// Creates a shift, or nil if a value is out of range or both are equal.
    public init?(start: Int, end: Int) {
      guard (0..<1440).contains(start), (0...1440).contains(end), start != end else { return nil }
      self.start = start
      // An end at midnight is the end of the same day.
      self.end = end == 0 ? 1440 : end
    }

    /// Whether the shift continues into the next day.
    public var spansMidnight: Bool { end < start }
  }

  // Starting with Monday.
  private var shifts: [Shift?]

  /// No working hours.
  public static let never = WorkingHours(shifts: Array(repeating: nil, count: 7))

  /// All day, every day.
  public static let always = WorkingHours(
    shifts: Array(repeating: Shift(start: 0, end: 1440), count: 7))

  /// Monday to Friday, 09:00 to 17:00.
  public static let standard = WorkingHours(
    shifts: Array(repeating: Shift(start: 540, end: 1020), count: 5) + [nil, nil])

  /// The hours of a weekday, from 1 for Monday to 7 for Sunday; nil for a day off.
  ///
  /// Other numbers are days off; setting them has no effect.
  public subscript(weekday: Int) -> Shift? {
    get { (1...7).contains(weekday) ? shifts[weekday - 1] : nil }
    set { if (1...7).contains(weekday) { shifts[weekday - 1] = newValue } }
  }

  /// Whether an instant is within the working hours in a time zone.
  public func contains(_ instant: Timestamp, in zone: Zone) -> Bool {
    let local = zone.components(of: instant)
    let minute = local.hour * 60 + local.minute
    if let today = self[local.weekday] {
      if today.spansMidnight {
        if minute >= today.start { return true }
      } else if minute >= today.start, minute < today.end {
        return true
      }
    }
    let yesterday = self[local.weekday == 1 ? 7 : local.weekday - 1]
    guard let yesterday, yesterday.spansMidnight else { return false }
    return minute < yesterday.end
  }
}

extension WorkingHours {
  static let dayNames = [
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
  ]

  /// The minutes after midnight of `HH:MM`, up to 24:00.
  static func minutes(_ text: some StringProtocol) -> Int? {
    let bytes = Array(text.utf8)
    guard bytes.count == 5, bytes[2] == UInt8(ascii: ":") else { return nil }
    func digit(_ index: Int) -> Int? {
      (48...57).contains(bytes[index]) ? Int(bytes[index]) - 48 : nil
    }
    guard let a = digit(0), let b = digit(1), let c = digit(3), let d = digit(4), c < 6
    else { return nil }
    let minutes = (a * 10 + b) * 60 + c * 10 + d
    return minutes <= 1440 ? minutes : nil
  }

  static func text(_ minutes: Int) -> String {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(two(minutes / 60)):\(two(minutes % 60))"
  }
}

extension WorkingHours.Shift {
  init?(from start: some StringProtocol, to end: some StringProtocol) {
    guard let start = WorkingHours.minutes(start), let end = WorkingHours.minutes(end)
    else { return nil }
    self.init(start: start, end: end)
  }
}
