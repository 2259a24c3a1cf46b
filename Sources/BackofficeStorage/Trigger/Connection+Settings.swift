import CBackofficeSQLite

/// The cached values of the writing connection that depend on tables that seldom change.
final class SettingsCache {
  /// Incremented whenever one of the tables may have changed.
  var generation = 1
  /// The data version of the file after the last transaction.
  var fileVersion: UInt32 = 0
  /// The generation at the start of the running transaction.
  var atBegin = 1
  var values: [(generation: Int, value: Any)?] = []
  /// The generation for which the switches were evaluated.
  var switched = 0
}

extension Connection {
  /// The data version of the file, which changes with each commit of any connection; read from
  /// memory while a transaction is open
  /// (https://www.sqlite.org/c3ref/c_fcntl_begin_atomic_write.html).
  private var fileVersion: UInt32 {
    var version: UInt32 = 0
    _ = unsafe sqlite3_file_control(handle, "main", SQLITE_FCNTL_DATA_VERSION, &version)
    return version
  }

  /// Invalidates cached values at the start of a write if another connection has committed.
  func settingsBegin() throws {
    let version = fileVersion
    if version != settings.fileVersion {
      settings.fileVersion = version
      settings.generation += 1
      capture.isSchemaSuspect = true
    }
    settings.atBegin = settings.generation
    if settings.switched != settings.generation { try evaluateSwitches() }
  }

  /// Records the data version at the end of a write.
  func settingsEnd(committed: Bool) {
    // Values that depend on the rolled back changes are invalidated.
    if !committed, settings.generation != settings.atBegin { settings.generation += 1 }
    settings.fileVersion = fileVersion
  }

  /// Invalidates cached values after a rollback to a savepoint.
  func settingsRolledBack() throws {
    guard settings.generation != settings.atBegin || capture.takeSettingsChange() else { return }
    settings.generation += 1
    try evaluateSwitches()
  }

  /// Evaluates the switches again if a statement changed one of their tables.
  func evaluateSwitchesIfNeeded() throws {
    guard capture.takeSettingsChange() else { return }
    settings.generation += 1
    try evaluateSwitches()
  }

  private func evaluateSwitches() throws {
    settings.switched = settings.generation
    for (index, ruleSwitch) in capture.switches.enumerated() {
      var isOn = false
      try run(statement(ruleSwitch.statement)) { row in
        isOn = try row.value(at: 0)
        return false
      }
      capture.set(switch: index, isOn)
    }
  }

  func cached<Value>(_ cached: CachedValue<Value>) -> Value {
    guard isInTransaction, role == .writer else { return cached.make() }
    if cached.slot >= settings.values.count {
      settings.values += Array(
        repeating: nil, count: cached.slot + 1 - settings.values.count)
    }
    if let kept = settings.values[cached.slot] {
      if kept.generation == settings.generation, let value = kept.value as? Value { return value }
    } else {
      for table in cached.tables { capture.watchSettings(of: table) }
    }
    let value = cached.make()
    settings.values[cached.slot] = (settings.generation, value)
    return value
  }
}

extension Connection {
  /// The zone that the file keeps, as the transaction sees it: another process may change it.
  var zone: Zone {
    guard let stored = environment.storedZone else { return environment.zone }
    if let known = zoneOfTransaction, known.generation == generation, role != .writer {
      return known.zone
    }
    let known = cached(stored.known)
    if let zone = known.zone { return zone }
    var zone: Zone?
    var cause: (any Error)?
    do {
      try run(statement(stored.statement)) { row in
        zone = Zone(try row.value(at: 0, as: String.self))
        return false
      }
    } catch {
      cause = error
    }
    guard let zone else {
      // Days of another zone must not be committed.
      failScope(cause)
      return environment.zone
    }
    known.zone = zone
    zoneOfTransaction = (generation, zone)
    return zone
  }
}
