/// How far a change of zone has come.
public struct ZoneChangeProgress: Sendable, Hashable {
  /// The derived value that was computed last.
  public let value: String
  /// The number of derived values that have been computed.
  public let done: Int
  /// The number of all derived values.
  public let count: Int
  /// The number of rows that the change has written so far.
  public let changedRows: Int
}

extension BackofficeStore {
  /// The time zone that defines the days, weeks and months of this file.
  ///
  /// - Throws: ``FileZoneError/unknown(_:)``, and `StorageError` and `SQLiteError` when the file
  ///   cannot be read.
  public var zone: Zone {
    get throws {
      try read { transaction in
        let name = try FileZone.stored(transaction)
        guard let name, let zone = Zone(name) else { throw FileZoneError.unknown(name ?? "") }
        return zone
      }
    }
  }

  /// Gives the file another time zone, and computes everything that depends on its days again.
  ///
  /// Sums, figures and snapshots by day become those of a file that had the zone from the
  /// beginning. Instants stay, such as the borders of periods that have begun; later borders follow
  /// the new zone. A day that a program stated, or that is part of a text, stays too.
  ///
  /// One transaction: all of it, or nothing, also after a crash. Other writers wait, and use the
  /// new zone from its commit on, in other processes too. A second call changes nothing.
  ///
  /// - Parameters:
  ///   - zone: the new zone.
  ///   - progress: called after each derived value; an error that it throws undoes the change.
  /// - Returns: the number of changed rows for each derived value that had any.
  /// - Throws: ``FileZoneError/unknownPacks(_:)``, ``FileZoneError/missingDay(_:in:entity:)``, the
  ///   errors of `progress` and of the derived values, and `StorageError`, `SQLiteError` when the
  ///   database cannot be written.
  /// - Complexity: reads the whole file.
  @discardableResult
  public func changeZone(
    to zone: Zone, progress: ((ZoneChangeProgress) throws -> Void)? = nil
  ) throws -> [String: Int] {
    try write(reason: "change of zone") { transaction in
      guard transaction.zone != zone else { return [:] }
      guard unknownPacks.isEmpty else { throw FileZoneError.unknownPacks(unknownPacks) }
      try transaction.runCommitTriggers()
      try FileZone.change(to: zone, transaction)
      var changed: [String: Int] = [:]
      let values = rules.derivedValues
      for (index, value) in values.enumerated() {
        try transaction.runCommitTriggers()
        let rows = try value.zoneDidChange(in: transaction)
        if rows > 0 { changed[value.name, default: 0] += rows }
        try progress?(
          ZoneChangeProgress(
            value: value.name, done: index + 1, count: values.count,
            changedRows: changed.values.reduce(0, +)))
      }
      return changed
    }
  }
}
