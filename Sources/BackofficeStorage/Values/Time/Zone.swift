import Foundation

/// A named time zone of the IANA database, such as `Europe/Paris`, stored as TEXT.
///
/// Two zones are equal when their names are. UTC never asks Foundation; any other zone costs a
/// look-up when it is made or decoded.
public struct Zone: Sendable {
  /// The name in the IANA database.
  public let identifier: String

  // Nil stands for UTC.
  private let zone: TimeZone?

  /// Coordinated universal time.
  public static let utc = Zone(identifier: "UTC", zone: nil)

  private init(identifier: String, zone: TimeZone?) {
    self.identifier = identifier
    self.zone = zone
  }

  /// The zone of that name, or nil when this machine knows none.
  ///
  /// An offset such as `GMT+2` is no name, and neither is an abbreviation such as `PST` or `BST`.
  public init?(_ identifier: String) {
    if ["UTC", "Etc/UTC", "GMT"].contains(identifier) {
      self.init(identifier: identifier, zone: nil)
      return
    }
    // Foundation turns an offset into a zone of another name, so the names have to agree.
    guard Self.mayBeName(identifier), let zone = TimeZone(identifier: identifier),
      zone.identifier == identifier
    else { return nil }
    self.init(identifier: identifier, zone: zone)
  }

  /// Refuses what Foundation takes beyond the IANA database: offsets and three-letter abbreviations.
  private static func mayBeName(_ identifier: String) -> Bool {
    guard !identifier.hasPrefix("GMT") else { return false }
    guard identifier.utf8.count == 3 else { return true }
    return [
      "CET", "EET", "EST", "HST", "MET", "MST", "PRC", "ROC", "ROK", "UCT", "WET",
    ].contains(identifier)
  }

  /// How far the zone's clocks are ahead of UTC at an instant.
  public func secondsFromUTC(at timestamp: Timestamp) -> Int {
    secondsFromUTC(atSecond: Int(timestamp.microseconds.quotientDown(by: 1_000_000)))
  }

  private func secondsFromUTC(atSecond second: Int) -> Int {
    guard let zone else { return 0 }
    return zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second)))
  }

  private func localSecond(_ second: Int) -> Int { second + secondsFromUTC(atSecond: second) }

  /// The local day of an instant.
  public func date(of timestamp: Timestamp) -> CalendarDate {
    let second = Int(timestamp.microseconds.quotientDown(by: 1_000_000))
    return CalendarDate(daysSince1970: localSecond(second).quotientDown(by: 86_400))
  }

  /// What a calendar and a clock show at an instant; the weekday runs from 1 for Monday to 7.
  public func components(
    of timestamp: Timestamp
  ) -> (date: CalendarDate, hour: Int, minute: Int, second: Int, weekday: Int) {
    let local = localSecond(Int(timestamp.microseconds.quotientDown(by: 1_000_000)))
    let days = local.quotientDown(by: 86_400)
    let second = local - days * 86_400
    let date = CalendarDate(daysSince1970: days)
    return (date, second / 3600, second / 60 % 60, second % 60, date.weekday)
  }

  /// The first instant of a local day.
  ///
  /// Where clocks skip midnight, the first that they show behind it; where a zone skipped the whole
  /// day, the first instant of the next. Where clocks show midnight twice, the earlier.
  public func startOfDay(_ date: CalendarDate) -> Timestamp {
    guard zone != nil else { return date.startOfDayUTC }
    let midnight = date.daysSince1970 * 86_400
    // No offset reaches a day, so these are the offsets before and after any change near midnight.
    let before = secondsFromUTC(atSecond: midnight - 86_400)
    let after = secondsFromUTC(atSecond: midnight + 86_400)
    let early = midnight - max(before, after)
    let late = midnight - min(before, after)
    if localSecond(early) == midnight { return Self.timestamp(ofSecond: early) }
    if localSecond(late) == midnight { return Self.timestamp(ofSecond: late) }
    // Clocks went forward over midnight: search for the second at which they did.
    var low = early
    var high = late
    while low < high {
      let middle = low + (high - low) / 2
      if localSecond(middle) >= midnight { high = middle } else { low = middle + 1 }
    }
    return Self.timestamp(ofSecond: high)
  }

  private static func timestamp(ofSecond second: Int) -> Timestamp {
    Timestamp(microseconds: Int64(second) * 1_000_000)
  }
}

extension Zone: Hashable {
  /// Whether both have the same name.
  public static func == (left: Zone, right: Zone) -> Bool { left.identifier == right.identifier }

  /// Hashes the name.
  public func hash(into hasher: inout Hasher) { hasher.combine(identifier) }
}

extension Zone: LosslessStringConvertible {
  /// The name in the IANA database.
  public var description: String { identifier }
}

extension Zone: ColumnConvertible {
  /// Binds the name.
  public func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    try parameter.bind(identifier)
  }

  /// The zone, when the column holds a name that this machine knows.
  public static func decode(_ column: borrowing ColumnValue) -> Zone? {
    column.string.flatMap(Zone.init)
  }

  /// UTC.
  public static func columnSample(_ number: Int) -> Zone? { .utc }
}

extension Zone: Codable {
  /// Reads the name of a zone.
  ///
  /// - Throws: `DecodingError` when this machine knows no such zone.
  public init(from decoder: any Decoder) throws { self = try decoder.singleText(as: Zone.self) }

  /// Writes the name of the zone.
  public func encode(to encoder: any Encoder) throws { try encoder.writeSingleText(self) }
}
