import CBackofficeSQLite

extension ChangeCapture {
  /// Copies what rules want of the row that the hook shows.
  func record(
    _ database: OpaquePointer?, operation: Int32, table name: UnsafePointer<CChar>
  ) {
    let table = unsafe index(of: name)
    unsafe state.pointee.tables[table].wasTouched = true
    guard let plan = unsafe state.pointee.tables[table].watch?.plan else { return }
    switch operation {
    case SQLITE_INSERT: unsafe record(.insert, of: table, plan, database)
    case SQLITE_DELETE: unsafe record(.delete, of: table, plan, database)
    default: unsafe record(.update, of: table, plan, database)
    }
  }

  /// A row is copied only if a rule runs for it: first the columns that decide it, then what those
  /// rules read.
  private func record(
    _ event: Trigger.Event, of table: Int, _ plan: WatchPlan, _ database: OpaquePointer?
  ) {
    let bit = WatchPlan.Events(event)
    guard plan.events.isSuperset(of: bit) else { return }
    var entry = unsafe state.pointee.buffer.open(
      table: table, event: event, width: plan.columns.count)
    if event == .update { unsafe compare(entry, plan, database) }
    for index in 0..<plan.rules.count {
      let rule = plan.rules[index]
      guard rule.events.isSuperset(of: bit), event != .update || isMet(by: rule, plan),
        unsafe holds(rule, for: entry, plan, database)
      else { continue }
      unsafe state.pointee.buffer.add(rule: index, to: &entry)
      for position in rule.positions.indices {
        unsafe copy(plan.places[position], of: entry, plan, database)
      }
    }
    if entry.ruleCount == 0 {
      unsafe state.pointee.buffer.discard(entry)
    } else {
      unsafe state.pointee.buffer.close(entry)
    }
  }

  // MARK: What an update changes

  /// Notes in which of the compared columns the row differs.
  private func compare(_ entry: ChangeEntry, _ plan: WatchPlan, _ database: OpaquePointer?) {
    for word in 0..<plan.maskWords { unsafe state.pointee.changed[word] = 0 }
    let width = plan.columns.count
    for index in 0..<plan.compared.count {
      let place = plan.compared[index]
      let old = entry.firstValue + place
      unsafe copyOld(place, of: entry, plan, database)
      unsafe copyNew(place, of: entry, plan, database)
      if unsafe !state.pointee.buffer.isIdentical(old, old + width) {
        unsafe state.pointee.changed[place >> 6] |= 1 << UInt64(place & 63)
      }
    }
  }

  /// Whether the update changes a compared column.
  private func isChanged(_ place: Int) -> Bool {
    unsafe state.pointee.changed[place >> 6] & 1 << UInt64(place & 63) != 0
  }

  /// Whether the update changes one of the columns that a rule observes, `exception` apart.
  private func isObserved(_ rule: WatchPlan.Rule, _ plan: WatchPlan, besides exception: Int = -1)
    -> Bool
  {
    if rule.observesAll { return true }
    for word in 0..<plan.maskWords {
      var common = unsafe state.pointee.changed[word] & plan.masks[rule.observed + word]
      if exception >> 6 == word { common &= ~(1 << UInt64(exception & 63)) }
      if common != 0 { return true }
    }
    return false
  }

  /// Whether the update is one that a rule runs for, conditions apart.
  private func isMet(by rule: WatchPlan.Rule, _ plan: WatchPlan) -> Bool {
    isObserved(rule, plan) && (rule.untouched < 0 || !isChanged(rule.untouched))
  }

  // MARK: Conditions

  /// Whether all conditions of a rule hold for the row that the hook shows.
  private func holds(
    _ rule: WatchPlan.Rule, for entry: ChangeEntry, _ plan: WatchPlan, _ database: OpaquePointer?
  ) -> Bool {
    for index in rule.conditions.indices {
      let condition = plan.conditions[index]
      unsafe copy(condition.place, of: entry, plan, database)
      if unsafe !holds(condition, of: rule, for: entry, plan, database) { return false }
    }
    return true
  }

  private func holds(
    _ condition: WatchPlan.Condition, of rule: WatchPlan.Rule, for entry: ChangeEntry,
    _ plan: WatchPlan, _ database: OpaquePointer?
  ) -> Bool {
    let old = entry.firstValue + condition.place
    let new = old + plan.columns.count
    switch condition.kind {
    case .holds:
      return unsafe state.pointee.buffer.isSet(old) || state.pointee.buffer.isSet(new)
    case .becomes:
      return unsafe state.pointee.buffer.isText(new, of: condition.words, plan)
    case .otherThan:
      guard entry.event == .update, isChanged(condition.place),
        unsafe state.pointee.buffer.isText(new, of: condition.words, plan),
        unsafe !isSet(condition.unless, in: entry, plan, database)
      else { return true }
      return isObserved(rule, plan, besides: condition.place)
    }
  }

  /// Whether a column holds something before the change or after it.
  private func isSet(
    _ place: Int, in entry: ChangeEntry, _ plan: WatchPlan, _ database: OpaquePointer?
  ) -> Bool {
    guard place >= 0 else { return false }
    unsafe copy(place, of: entry, plan, database)
    let old = entry.firstValue + place
    return unsafe state.pointee.buffer.isSet(old)
      || state.pointee.buffer.isSet(old + plan.columns.count)
  }

  // MARK: Copying

  /// Copies the values of a column that are there, unless that was done.
  private func copy(
    _ place: Int, of entry: ChangeEntry, _ plan: WatchPlan, _ database: OpaquePointer?
  ) {
    let old = entry.firstValue + place
    if entry.event != .insert, unsafe !state.pointee.buffer.has(old) {
      unsafe copyOld(place, of: entry, plan, database)
    }
    if entry.event != .delete, unsafe !state.pointee.buffer.has(old + plan.columns.count) {
      unsafe copyNew(place, of: entry, plan, database)
    }
  }

  private func copyOld(
    _ place: Int, of entry: ChangeEntry, _ plan: WatchPlan, _ database: OpaquePointer?
  ) {
    var value: OpaquePointer?
    let code = unsafe sqlite3_preupdate_old(database, plan.columns[place], &value)
    unsafe keep(value, code, at: entry.firstValue + place)
  }

  private func copyNew(
    _ place: Int, of entry: ChangeEntry, _ plan: WatchPlan, _ database: OpaquePointer?
  ) {
    var value: OpaquePointer?
    let code = unsafe sqlite3_preupdate_new(database, plan.columns[place], &value)
    unsafe keep(value, code, at: entry.firstValue + plan.columns.count + place)
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
