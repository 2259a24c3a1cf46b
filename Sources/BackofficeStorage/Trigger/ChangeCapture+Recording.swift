import CBackofficeSQLite

extension ChangeCapture {
  /// Captures what triggers read of the row in the preupdate hook.
  func record(
    _ database: OpaquePointer?, operation: Int32, table name: UnsafePointer<CChar>, oldKey: Int64,
    newKey: Int64
  ) {
    finishPending()
    let table = unsafe index(of: name)
    unsafe state.pointee.tables[table].wasTouched = true
    if unsafe state.pointee.tables[table].isSetting {
      unsafe state.pointee.hasSettingsChange = true
    }
    guard let plan = unsafe state.pointee.tables[table].watch?.plan else { return }
    func record(_ event: Trigger.Event, isBlobWrite: Bool = false) {
      let change = unsafe HookChange(
        database: database, event: event, oldKey: oldKey, newKey: newKey, isBlobWrite: isBlobWrite)
      self.record(change, of: table, plan)
    }
    switch operation {
    case SQLITE_INSERT: record(.insert)
    case SQLITE_DELETE:
      // The hook reports the write of a part of a blob as a deletion.
      if unsafe sqlite3_preupdate_blobwrite(database) >= 0 {
        record(.update, isBlobWrite: true)
      } else {
        record(.delete)
      }
    default: record(.update)
    }
  }

  private func record(_ change: HookChange, of table: Int, _ plan: WatchPlan) {
    let update = change.isBlobWrite ? plan.anyUpdate : updatePlan(of: table, plan, change)
    let rules = plan.rules(of: change.event, update)
    guard rules.count > 0 else { return }
    let entry = unsafe state.pointee.buffer.open(
      table: table, event: change.event, width: plan.columns.count)
    if plan.isRead || change.isBlobWrite { return read(change, entry, update) }
    let kept = keep(entry, plan, update, change)
    guard unsafe state.pointee.isIncomplete else { return close(entry, kept) }
    unsafe state.pointee.isIncomplete = false
    unsafe state.pointee.buffer.discard(entry)
    let again = unsafe state.pointee.buffer.open(
      table: table, event: change.event, width: plan.columns.count)
    read(change, again, update)
  }

  /// Captures the row for the triggers that run for it, and returns their number.
  ///
  /// The columns that their conditions use come first, then the columns that they read.
  private func keep(
    _ entry: ChangeEntry, _ plan: WatchPlan, _ update: UpdatePlan, _ change: HookChange?
  ) -> Int {
    let rules = plan.rules(of: entry.event, update)
    let row = unsafe RowCapture(entry, plan, update, change?.database, state)
    if entry.event == .update { row.compare() }
    var count = 0
    for index in 0..<rules.count {
      let rule = plan.rules[rules[index]]
      guard row.isEvent(of: rule), row.meetsConditions(of: rule) else { continue }
      unsafe state.pointee.buffer.add(rule: rules[index])
      count += 1
      row.copyRow(of: rule)
    }
    return count
  }

  private func close(_ entry: ChangeEntry, _ rules: Int) {
    if rules == 0 {
      unsafe state.pointee.buffer.discard(entry)
    } else {
      unsafe state.pointee.buffer.close(entry, rules: rules)
    }
  }

  /// Returns the plan for the update in the preupdate hook.
  ///
  /// The assigned columns of the statement's own updates are known; other updates, such as foreign
  /// key actions, may change any column.
  private func updatePlan(
    of table: Int, _ plan: WatchPlan, _ change: HookChange
  ) -> UpdatePlan {
    let number = unsafe state.pointee.update
    guard number >= 0, change.event == .update,
      unsafe sqlite3_preupdate_depth(change.database) == 0
    else { return plan.anyUpdate }
    let update = unsafe state.pointee.updates[number]
    return update.table == table ? update.plan ?? plan.anyUpdate : plan.anyUpdate
  }
}

// MARK: Rows that are read with a SELECT

extension ChangeCapture {
  /// A row whose new values are read at the next call of the hook, or at the end of the statement:
  /// SQLite calls the hook before it makes the change.
  struct PendingRow {
    let entry: ChangeEntry
    let update: UpdatePlan
  }

  /// Captures all columns of the row in the hook with a SELECT.
  private func read(_ change: HookChange, _ entry: ChangeEntry, _ update: UpdatePlan) {
    guard let watch = unsafe state.pointee.tables[entry.table].watch else { return }
    if entry.event != .insert, !copy(watch, watch.reader.selectOld(change), to: entry.firstValue) {
      return unsafe state.pointee.buffer.discard(entry)
    }
    guard entry.event != .delete else { return close(entry, keep(entry, watch.plan, update, nil)) }
    let code = watch.reader.selectNew(change)
    guard code == SQLITE_OK else {
      unsafe state.pointee.failure = code
      return unsafe state.pointee.buffer.discard(entry)
    }
    unsafe state.pointee.pending = PendingRow(entry: entry, update: update)
  }

  /// Reads the new values of the last change.
  @inline(__always)
  func finishPending() {
    if let pending = unsafe state.pointee.pending { finish(pending) }
  }

  @inline(never)
  private func finish(_ pending: PendingRow) {
    unsafe state.pointee.pending = nil
    let entry = pending.entry
    guard let watch = unsafe state.pointee.tables[entry.table].watch,
      copy(watch, SQLITE_OK, to: entry.firstValue + watch.plan.columns.count)
    else { return unsafe state.pointee.buffer.discard(entry) }
    close(entry, keep(entry, watch.plan, pending.update, nil))
  }

  /// Copies the selected row, and returns whether it succeeded.
  private func copy(_ watch: Watch, _ selected: Int32, to first: Int) -> Bool {
    var code = selected
    if code == SQLITE_OK {
      var isComplete = true
      code = unsafe watch.reader.read { place, value in
        if let copy = unsafe state.pointee.buffer.copy(value, isUTF8: state.pointee.isUTF8) {
          unsafe state.pointee.buffer.values[first + place] = copy
        } else {
          isComplete = false
        }
      }
      if code == SQLITE_OK, !isComplete { code = SQLITE_NOMEM }
    }
    if code != SQLITE_OK { unsafe state.pointee.failure = code }
    return code == SQLITE_OK
  }
}
