import CBackofficeSQLite

/// The changed row in the preupdate hook: evaluates conditions and captures values.
@safe
struct RowCapture {
  private let event: Trigger.Event
  private let plan: WatchPlan
  private let update: UpdatePlan
  private let database: OpaquePointer?
  private let state: UnsafeMutablePointer<ChangeCapture.State>
  /// The captured values before and after the change, by column.
  private let old: UnsafeMutablePointer<CapturedValue>
  private let new: UnsafeMutablePointer<CapturedValue>

  init(
    _ entry: ChangeEntry, _ plan: WatchPlan, _ update: UpdatePlan, _ database: OpaquePointer?,
    _ state: UnsafeMutablePointer<ChangeCapture.State>
  ) {
    event = entry.event
    self.plan = plan
    self.update = update
    unsafe self.database = unsafe database
    unsafe self.state = unsafe state
    unsafe old = unsafe state.pointee.buffer.values.start + entry.firstValue
    unsafe new = unsafe old + plan.columns.count
  }

  // MARK: What an update changes

  /// Records which of the compared columns the update changes.
  func compare() {
    for word in 0..<plan.maskWords { unsafe state.pointee.changed[word] = 0 }
    for index in 0..<update.compared.count {
      let place = update.compared[index]
      copyOldOnce(place)
      copyNewOnce(place)
      if unsafe !state.pointee.buffer.areIdentical(old[place], new[place]) {
        unsafe state.pointee.changed[place >> 6] |= 1 << UInt64(place & 63)
      }
    }
  }

  /// Whether the change is one of the trigger's events, apart from its conditions.
  func isEvent(of rule: WatchPlan.Rule) -> Bool {
    guard event == .update else { return true }
    return (rule.observesAll || isChanged(anyOf: rule.observed))
      && (rule.unchanged < 0 || !isChanged(rule.unchanged))
  }

  /// Whether the update changes a column.
  private func isChanged(_ place: Int) -> Bool {
    unsafe state.pointee.changed[place >> 6] & 1 << UInt64(place & 63) != 0
  }

  /// Whether the update changes one of the columns of a mask.
  private func isChanged(anyOf mask: Int) -> Bool {
    for word in 0..<plan.maskWords {
      if unsafe state.pointee.changed[word] & plan.masks[mask + word] != 0 { return true }
    }
    return false
  }

  // MARK: Conditions

  /// Whether the conditions of a trigger hold.
  func meetsConditions(of rule: WatchPlan.Rule) -> Bool {
    var next = rule.test
    while next >= 0 {
      let test = plan.tests[next]
      next = passes(test) ? test.ifTrue : test.ifFalse
    }
    return next == WatchPlan.Test.accept
  }

  private func passes(_ test: WatchPlan.Test) -> Bool {
    switch test.kind {
    case .holds:
      copy(test.place)
      return unsafe old[test.place].isSet || new[test.place].isSet
    case .becomes:
      guard event != .delete else { return false }
      copyNewOnce(test.place)
      return unsafe word(new[test.place], test) != nil
    case .was:
      guard event != .insert else { return false }
      copyOldOnce(test.place)
      return unsafe word(old[test.place], test) != nil
    case .changes:
      return event != .update || isChanged(anyOf: test.mask)
    case .moves:
      guard event == .update, isChanged(test.place) else { return false }
      guard let from = unsafe word(old[test.place], test),
        let to = unsafe word(new[test.place], test)
      else { return true }
      return plan.masks[test.mask + from] & 1 << UInt64(to) == 0
    case .isOn:
      return unsafe test.place >= 0 && state.pointee.switches & 1 << UInt64(test.place) != 0
    }
  }

  private func word(_ value: CapturedValue, _ test: WatchPlan.Test) -> Int? {
    unsafe state.pointee.buffer.word(value, of: test.words, plan)
  }

  // MARK: Copying

  /// Captures the columns that a trigger reads.
  func copyRow(of rule: WatchPlan.Rule) {
    guard rule.oldCount >= 0, event == .update else {
      for position in rule.positions.indices { copy(plan.places[position]) }
      return
    }
    let first = rule.positions.first
    let middle = first + rule.oldCount
    for position in first..<middle { copyOldOnce(plan.places[position]) }
    for position in middle..<first + rule.positions.count {
      copyNewOnce(plan.places[position])
    }
  }

  /// Captures the old and new value of a column, unless they are already captured.
  private func copy(_ place: Int) {
    if event != .insert { copyOldOnce(place) }
    if event != .delete { copyNewOnce(place) }
  }

  @inline(__always)
  private func copyOldOnce(_ place: Int) {
    if unsafe old[place].kind == 0 { copyOld(place) }
  }

  @inline(__always)
  private func copyNewOnce(_ place: Int) {
    guard unsafe new[place].kind == 0 else { return }
    if event == .update, !update.assigns(place) {
      copyOldOnce(place)
      unsafe new[place] = unsafe old[place]
    } else {
      copyNew(place)
    }
  }

  private func copyOld(_ place: Int) {
    var value: OpaquePointer?
    let column = plan.columns[place]
    let code = unsafe sqlite3_preupdate_old(database, column.index, &value)
    unsafe keep(value, code, column.traits, at: old + place)
  }

  private func copyNew(_ place: Int) {
    var value: OpaquePointer?
    let column = plan.columns[place]
    let code = unsafe sqlite3_preupdate_new(database, column.index, &value)
    // The new row of an update is complete.
    let traits = event == .update ? column.traits.subtracting(.hasDefault) : column.traits
    unsafe keep(value, code, traits, at: new + place)
  }

  @inline(__always)
  private func keep(
    _ value: OpaquePointer?, _ code: Int32, _ traits: WatchPlan.Column.Traits,
    at place: UnsafeMutablePointer<CapturedValue>
  ) {
    if code == SQLITE_OK, let value = unsafe value,
      let kept = unsafe state.pointee.buffer.copy(value, isUTF8: state.pointee.isUTF8)
    {
      unsafe place.pointee = kept
      if !traits.isEmpty { unsafe correct(kept, traits, at: place) }
    } else {
      unsafe state.pointee.failure = code == SQLITE_OK ? SQLITE_NOMEM : code
    }
  }

  private func correct(
    _ value: CapturedValue, _ traits: WatchPlan.Column.Traits,
    at place: UnsafeMutablePointer<CapturedValue>
  ) {
    if value.kind == SQLITE_NULL, traits.contains(.hasDefault) {
      unsafe state.pointee.isIncomplete = true
    } else if value.kind == SQLITE_INTEGER, traits.contains(.isReal) {
      unsafe place.pointee = CapturedValue(
        kind: SQLITE_FLOAT, count: 0,
        word: Double(Int64(bitPattern: value.word)).bitPattern)
    }
  }
}
