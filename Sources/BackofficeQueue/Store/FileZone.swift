/// The time zone of a store's days, which the file keeps.
enum FileZone {
  private static let key = "store.zone"

  private static let selectText =
    "SELECT json_extract(value, '$') FROM store_settings WHERE key = '\(key)'"

  /// Reads the name of the zone.
  static let select = SQLStatement(selectText)

  static let place = StoredZone(tables: ["store_settings"], select)

  private static let write = SQLStatement(
    "UPDATE store_settings SET value = json_quote(?), updated_at = ? WHERE key = '\(key)'")

  /// Gives a new file its zone, and compares that of an existing one with the configured zone.
  ///
  /// - Throws: ``FileZoneError/differs(file:configured:)``, ``FileZoneError/unknown(_:)``.
  static func keep(
    _ configured: Zone?, _ maintenance: borrowing MaintenanceConnection
  ) throws {
    var stored = try maintenance.firstColumn(selectText).first
    if stored == nil {
      // Another process may have been faster, and its zone then holds.
      let name = (configured ?? .utc).identifier.replacing("'", with: "''")
      try maintenance.executeScript(
        """
        INSERT OR IGNORE INTO store_settings (key, value, updated_at)
        VALUES ('\(key)', json_quote('\(name)'), \(maintenance.clock.now().microseconds))
        """)
      stored = try maintenance.firstColumn(selectText).first
    }
    try check(configured, stored: stored)
  }

  static func check(_ configured: Zone?, stored: String?) throws(FileZoneError) {
    guard let stored else { return }
    guard let zone = Zone(stored) else { throw .unknown(stored) }
    if let configured, configured != zone { throw .differs(file: zone, configured: configured) }
  }

  static func stored(_ transaction: borrowing ReadTransaction) throws -> String? {
    try transaction.fetchOne(select) { row in try row.value(at: 0) }
  }

  static func change(to zone: Zone, _ transaction: borrowing WriteTransaction) throws {
    try transaction.execute(write, zone.identifier, transaction.now)
  }
}

/// An error of the time zone of a store's file.
public enum FileZoneError: Error, Sendable, Hashable {
  /// The configuration names another zone than the file has.
  case differs(file: Zone, configured: Zone)
  /// The file has a zone that this system does not know.
  case unknown(String)
  /// The file has packs that this program does not have, so that their days cannot be computed.
  case unknownPacks([String])
  /// A program has recorded something for a day that the new zone does not have.
  case missingDay(CalendarDate, in: Zone, entity: String)
}

extension FileZoneError: CustomStringConvertible {
  /// One line: the zones, and the call that helps.
  public var description: String {
    switch self {
    case .differs(let file, let configured):
      "the file has the time zone \(file.identifier), and the configuration names "
        + "\(configured.identifier); open it without a zone, and call "
        + "changeZone(to: \(configured.identifier)) if its days are to be computed again"
    case .unknown(let name):
      "the file has the time zone \(name), which this system does not know; update the system's "
        + "time zone data"
    case .unknownPacks(let names):
      "the file has the packs \(names.joined(separator: ", ")), whose days this program cannot "
        + "compute; change the zone in a program that has them"
    case .missingDay(let day, let zone, let entity):
      "\(entity) counts towards \(day), a day that \(zone.identifier) does not have; record the "
        + "opposite and the usage of another day before changing the zone"
    }
  }
}
