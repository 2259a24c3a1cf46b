import CBackofficeSQLite

/// What the writing connection keeps of tables that seldom change.
final class SettingsCache {
  /// Grows whenever one of the tables may have changed.
  var generation = 1
  /// The pager's version of the file after the last transaction.
  var fileVersion: UInt32 = 0
  /// The generation when the running transaction began.
  var atBegin = 1
  var values: [(generation: Int, value: Any)?] = []
  /// The generation for which the switches were answered.
  var switched = 0
}

extension Connection {
  /// The version of the file, which grows with each commit of any connection; a number in memory
  /// once a transaction is open (https://www.sqlite.org/c3ref/c_fcntl_begin_atomic_write.html).
  private var fileVersion: UInt32 {
    var version: UInt32 = 0
    _ = unsafe sqlite3_file_control(handle, "main", SQLITE_FCNTL_DATA_VERSION, &version)
    return version
  }

  /// Notes at the begin of a write whether others have committed since the last one.
  func settingsBegin() throws {
    let version = fileVersion
    if version != settings.fileVersion {
      settings.fileVersion = version
      settings.generation += 1
    }
    settings.atBegin = settings.generation
    if settings.switched != settings.generation { try answerSwitches() }
  }

  /// Notes at the end of a write which version it made.
  func settingsEnd(committed: Bool) {
    // What was kept of a change that is gone must go with it.
    if !committed, settings.generation != settings.atBegin { settings.generation += 1 }
    settings.fileVersion = fileVersion
  }

  /// Notes that a savepoint was rolled back.
  func settingsRolledBack() throws {
    guard settings.generation != settings.atBegin || capture.takeSettingsChange() else { return }
    settings.generation += 1
    try answerSwitches()
  }

  /// Answers the switches again after a statement that changed one of their tables.
  func answerSwitchesIfNeeded() throws {
    guard capture.takeSettingsChange() else { return }
    settings.generation += 1
    try answerSwitches()
  }

  private func answerSwitches() throws {
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
