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
    _ event: Trigger.Event, _ need: Watch.Need, of table: Int, _ watch: Watch,
    _ database: OpaquePointer?
  ) {
    guard !need.rules.isEmpty else { return }
    let width = watch.columns.count
    var entry = unsafe state.pointee.buffer.open(table: table, event: event, width: width)
    for rule in need.rules { unsafe state.pointee.buffer.add(rule: rule, to: &entry) }
    for column in need.columns {
      if event == .insert {
        unsafe copyNew(column, of: entry, watch, database)
      } else {
        unsafe copyOld(column, of: entry, watch, database)
      }
    }
    unsafe state.pointee.buffer.close(entry)
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
      unsafe state.pointee.buffer.add(rule: index, to: &entry)
      for column in rule.positions {
        guard unsafe !state.pointee.buffer.has(entry.firstValue + column) else { continue }
        unsafe copyOld(column, of: entry, watch, database)
        unsafe copyNew(column, of: entry, watch, database)
      }
    }
    if entry.ruleCount == 0 {
      unsafe state.pointee.buffer.discard(entry)
    } else {
      unsafe state.pointee.buffer.close(entry)
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
