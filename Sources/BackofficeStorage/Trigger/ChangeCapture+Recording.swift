import CBackofficeSQLite

extension ChangeCapture {
  /// Captures what triggers read of the row in the preupdate hook.
  func record(
    _ database: OpaquePointer?, operation: Int32, table name: UnsafePointer<CChar>
  ) {
    let table = unsafe index(of: name)
    unsafe state.pointee.tables[table].wasTouched = true
    if unsafe state.pointee.tables[table].isSetting {
      unsafe state.pointee.hasSettingsChange = true
    }
    guard let plan = unsafe state.pointee.tables[table].watch?.plan else { return }
    switch operation {
    case SQLITE_INSERT: unsafe record(.insert, of: table, plan, database)
    case SQLITE_DELETE: unsafe record(.delete, of: table, plan, database)
    default: unsafe record(.update, of: table, plan, database)
    }
  }

  /// A row is captured only if a trigger runs for it: first the columns that its conditions use,
  /// then the columns that it reads.
  private func record(
    _ event: Trigger.Event, of table: Int, _ plan: WatchPlan, _ database: OpaquePointer?
  ) {
    let update = unsafe updatePlan(of: table, plan, database)
    let rules =
      switch event {
      case .insert: plan.ofInserts
      case .update: update.rules
      case .delete: plan.ofDeletes
      }
    guard rules.count > 0 else { return }
    var entry = unsafe state.pointee.buffer.open(
      table: table, event: event, width: plan.columns.count)
    let row = unsafe RowCapture(entry, plan, update, database, state)
    if event == .update { row.compare() }
    for index in 0..<rules.count {
      let rule = plan.rules[rules[index]]
      guard row.isEvent(of: rule), row.meetsConditions(of: rule) else { continue }
      unsafe state.pointee.buffer.add(rule: rules[index], to: &entry)
      row.copyRow(of: rule)
    }
    if entry.ruleCount == 0 {
      unsafe state.pointee.buffer.discard(entry)
    } else {
      unsafe state.pointee.buffer.close(entry)
    }
  }

  /// Returns the plan for the update in the preupdate hook.
  ///
  /// The assigned columns of the statement's own updates are known; other updates, such as foreign
  /// key actions, may change any column.
  private func updatePlan(
    of table: Int, _ plan: WatchPlan, _ database: OpaquePointer?
  ) -> UpdatePlan {
    let number = unsafe state.pointee.update
    guard number >= 0, unsafe sqlite3_preupdate_depth(database) == 0 else { return plan.anyUpdate }
    let update = unsafe state.pointee.updates[number]
    return update.table == table ? update.plan ?? plan.anyUpdate : plan.anyUpdate
  }
}
