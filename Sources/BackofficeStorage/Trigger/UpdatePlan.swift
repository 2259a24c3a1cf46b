/// What of a table's plan can concern an update of certain columns.
///
/// Columns that a statement does not assign are as they were: they are neither fetched twice nor
/// compared, and rules that observe only those are not asked.
struct UpdatePlan: BitwiseCopyable, Sendable {
  /// Indices of the rules that may run, in their order.
  let rules: FlatArray<Int>
  /// Places of the columns that are compared: those that decide whether a rule runs.
  let compared: FlatArray<Int>
  /// The places of the columns that may differ, a bit each.
  let assigned: FlatArray<UInt64>

  func assigns(_ place: Int) -> Bool {
    assigned[place >> 6] & 1 << UInt64(place & 63) != 0
  }

  func deallocate() {
    rules.deallocate()
    compared.deallocate()
    assigned.deallocate()
  }
}

extension UpdatePlan {
  /// What concerns an update of the columns with these places.
  init(of rules: [WatchPlan.Rule], compared: [Int], masks: [UInt64], assigned: [UInt64]) {
    func isAssigned(_ place: Int) -> Bool { assigned[place >> 6] & 1 << UInt64(place & 63) != 0 }
    let concerned = rules.indices.filter { index in
      let rule = rules[index]
      guard rule.events.contains(WatchPlan.Events(.update)) else { return false }
      return rule.observesAll
        || assigned.indices.contains { masks[rule.observed + $0] & assigned[$0] != 0 }
    }
    self.init(
      rules: FlatArray(concerned), compared: FlatArray(compared.filter(isAssigned)),
      assigned: FlatArray(assigned))
  }
}
