import CBackofficeSQLite

extension ChangeCapture {
  /// Copies what rules want of the row that the hook shows.
  func record(
    _ database: OpaquePointer?, operation: Int32, table name: UnsafePointer<CChar>
  ) {
    let table = unsafe index(of: name)
    unsafe state.pointee.tables[table].wasTouched = true
    guard let watch = unsafe state.pointee.tables[table].watch else { return }
    switch operation {
    case SQLITE_INSERT:
      unsafe record(.insert, watch.inserts, of: table, watch, database)
    case SQLITE_DELETE:
      unsafe record(.delete, watch.deletes, of: table, watch, database)
    default:
      if watch.hasUpdateRules { unsafe recordUpdate(of: table, watch, database) }
    }
  }

  private func record(
    _ event: Trigger.Event, _ rules: [Int], of table: Int, _ watch: Watch,
    _ database: OpaquePointer?
  ) {
    guard !rules.isEmpty else { return }
    let width = watch.columns.count
    var entry = unsafe state.pointee.buffer.open(table: table, event: event, width: width)
    for index in rules {
      let rule = watch.rules[index]
      guard unsafe rule.conditions.isEmpty || holds(rule, for: entry, watch, database)
      else { continue }
      unsafe state.pointee.buffer.add(rule: index, to: &entry)
      for column in rule.positions { unsafe copy(column, of: entry, watch, database) }
    }
    end(entry)
  }

  /// An update is copied only if a rule runs for it: first the columns that decide it, then what
  /// those rules read.
  private func recordUpdate(of table: Int, _ watch: Watch, _ database: OpaquePointer?) {
    let width = watch.columns.count
    var entry = unsafe state.pointee.buffer.open(table: table, event: .update, width: width)
    for column in watch.observed {
      unsafe copyOld(column, of: entry, watch, database)
      unsafe copyNew(column, of: entry, watch, database)
    }
    for (index, rule) in watch.rules.enumerated() where rule.runsForUpdates {
      if let untouched = rule.untouched, isChanged(untouched, in: entry, width) {
        continue
      }
      if let observed = rule.observed,
        !observed.contains(where: { isChanged($0, in: entry, width) })
      {
        continue
      }
      guard unsafe rule.conditions.isEmpty || holds(rule, for: entry, watch, database)
      else { continue }
      unsafe state.pointee.buffer.add(rule: index, to: &entry)
      for column in rule.positions { unsafe copy(column, of: entry, watch, database) }
    }
    end(entry)
  }

  private func end(_ entry: ChangeEntry) {
    if entry.ruleCount == 0 {
      unsafe state.pointee.buffer.discard(entry)
    } else {
      unsafe state.pointee.buffer.close(entry)
    }
  }

  /// Whether all conditions of a rule hold for the row that the hook shows.
  private func holds(
    _ rule: Watch.Rule, for entry: ChangeEntry, _ watch: Watch, _ database: OpaquePointer?
  ) -> Bool {
    let width = watch.columns.count
    return rule.conditions.allSatisfy { condition in
      for place in condition.places { unsafe copy(place, of: entry, watch, database) }
      let place = condition.places[0]
      let old = entry.firstValue + place
      switch condition.kind {
      case .holds:
        return unsafe state.pointee.buffer.isSet(old) || state.pointee.buffer.isSet(old + width)
      case .becomes(let words):
        return unsafe state.pointee.buffer.isText(old + width, of: words)
      case .otherThan(let words):
        let other = entry.firstValue + condition.places[1]
        guard entry.event == .update, isChanged(place, in: entry, width),
          unsafe state.pointee.buffer.isText(old + width, of: words),
          unsafe !state.pointee.buffer.isSet(other),
          unsafe !state.pointee.buffer.isSet(other + width)
        else { return true }
        return rule.observed?.contains { $0 != place && isChanged($0, in: entry, width) } ?? true
      }
    }
  }

  /// Copies the values of a column that are there, unless that was done.
  private func copy(
    _ column: Int, of entry: ChangeEntry, _ watch: Watch, _ database: OpaquePointer?
  ) {
    let old = entry.firstValue + column
    if entry.event != .insert, unsafe !state.pointee.buffer.has(old) {
      unsafe copyOld(column, of: entry, watch, database)
    }
    if entry.event != .delete, unsafe !state.pointee.buffer.has(old + watch.columns.count) {
      unsafe copyNew(column, of: entry, watch, database)
    }
  }

  private func isChanged(_ column: Int, in entry: ChangeEntry, _ width: Int) -> Bool {
    let old = entry.firstValue + column
    return unsafe !state.pointee.buffer.isIdentical(old, old + width)
  }

  private func copyOld(
    _ column: Int, of entry: ChangeEntry, _ watch: Watch, _ database: OpaquePointer?
  ) {
    var value: OpaquePointer?
    let code = unsafe sqlite3_preupdate_old(database, watch.columns[column], &value)
    unsafe keep(value, code, at: entry.firstValue + column)
  }

  private func copyNew(
    _ column: Int, of entry: ChangeEntry, _ watch: Watch, _ database: OpaquePointer?
  ) {
    var value: OpaquePointer?
    let code = unsafe sqlite3_preupdate_new(database, watch.columns[column], &value)
    unsafe keep(value, code, at: entry.firstValue + watch.columns.count + column)
  }

  private func keep(_ value: OpaquePointer?, _ code: Int32, at index: Int) {
    if code == SQLITE_OK, let value = unsafe value,
      unsafe state.pointee.buffer.keep(value, at: index, isUTF8: state.pointee.isUTF8)
    {
      return
    }
    unsafe state.pointee.failure = code == SQLITE_OK ? SQLITE_NOMEM : code
  }
}
