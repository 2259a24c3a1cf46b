import Foundation

/// A named time zone of the IANA database, such as `Europe/Paris`, stored as TEXT.
///
/// Two zones are equal if their names are. UTC does not use Foundation; any other zone is looked up
/// when it is created or decoded.
public struct Zone: Sendable {
  /// The name in the IANA database.
  public let identifier: String

  // Nil for UTC.
  private let zone: TimeZone?

  /// Coordinated Universal Time.
  public static let utc = Zone(identifier: "UTC", zone: nil)

  private init(identifier: String, zone: TimeZone?) {
    self.identifier = identifier
    self.zone = zone
  }

  /// Creates the zone with this name; nil if the system does not know it.
  ///
  /// Offsets such as `GMT+2` and abbreviations such as `PST` or `BST` are not names.
  public init?(_ identifier: String) {
    if ["UTC", "Etc/UTC", "GMT"].contains(identifier) {
      self.init(identifier: identifier, zone: nil)
      return
    }
    // Foundation gives the zone of an offset another name, so the names must be equal.
    guard Self.mayBeName(identifier), let zone = TimeZone(identifier: identifier),
      zone.identifier == identifier
    else { return nil }
    self.init(identifier: identifier, zone: zone)
  }

  /// Rejects names that Foundation accepts in addition to the IANA database: offsets and
  /// three-letter abbreviations.
  private static func mayBeName(_ identifier: String) -> Bool {
    guard !identifier.hasPrefix("GMT") else { return false }
    guard identifier.utf8.count == 3 else { return true }
    return [
      "CET", "EET", "EST", "HST", "MET", "MST", "PRC", "ROC", "ROK", "UCT", "WET",
    ].contains(identifier)
  }

  /// Returns the offset from UTC at a point in time, in seconds.
  public func secondsFromUTC(at timestamp: Timestamp) -> Int {
    secondsFromUTC(atSecond: Int(timestamp.microseconds.quotientDown(by: 1_000_000)))
  }

  private func secondsFromUTC(atSecond second: Int) -> Int {
    guard let zone else { return 0 }
    return zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second)))
  }

  private func localSecond(_ second: Int) -> Int { second + secondsFromUTC(atSecond: second) }

  /// Returns the local date of a point in time.
  public func date(of timestamp: Timestamp) -> CalendarDate {
    let second = Int(timestamp.microseconds.quotientDown(by: 1_000_000))
    return CalendarDate(daysSince1970: localSecond(second).quotientDown(by: 86_400))
  }

  /// Returns the local date and time; the weekday ranges from 1 for Monday to 7.
  public func components(
    of timestamp: Timestamp
  ) -> (date: CalendarDate, hour: Int, minute: Int, second: Int, weekday: Int) {
    let local = localSecond(Int(timestamp.microseconds.quotientDown(by: 1_000_000)))
    let days = local.quotientDown(by: 86_400)
    let second = local - days * 86_400
    let date = CalendarDate(daysSince1970: days)
    return (date, second / 3600, second / 60 % 60, second % 60, date.weekday)
  }

  /// Returns the start of a local day.
  ///
  /// If clocks skip midnight, it is the first time after the gap; if the zone skips the whole day,
  /// the start of the next day. If midnight occurs twice, it is the earlier one.
  public func startOfDay(_ date: CalendarDate) -> Timestamp {
    guard zone != nil else { return date.startOfDayUTC }
    let midnight = date.daysSince1970 * 86_400
    // No offset is as large as a day, so these are the offsets before and after any change near
    // midnight.
    let before = secondsFromUTC(atSecond: midnight - 86_400)
    let after = secondsFromUTC(atSecond: midnight + 86_400)
    let early = midnight - max(before, after)
    let late = midnight - min(before, after)
    if localSecond(early) == midnight { return Self.timestamp(ofSecond: early) }
    if localSecond(late) == midnight { return Self.timestamp(ofSecond: late) }
    // The clocks skip midnight: search for the second at which they change.
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
  /// Whether both zones have the same name.
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
  ///
  /// - Throws: ``SQLiteError`` if SQLite refuses the value.
  public func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    try parameter.bind(identifier)
  }

  /// Decodes a name that the system knows.
  public static func decode(_ column: borrowing ColumnValue) -> Zone? {
    column.string.flatMap(Zone.init)
  }

  /// UTC.
  public static func columnSample(_ number: Int) -> Zone? { .utc }
}

extension Zone: Codable {
  /// Decodes the name of a zone.
  ///
  /// - Throws: `DecodingError` if the system does not know the zone.
  public init(from decoder: any Decoder) throws { self = try decoder.singleText(as: Zone.self) }

  /// Encodes the name of the zone.
  ///
  /// - Throws: any error that the encoder throws.
  public func encode(to encoder: any Encoder) throws { try encoder.writeSingleText(self) }
}
