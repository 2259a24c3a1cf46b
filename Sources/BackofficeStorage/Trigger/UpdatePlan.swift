/// The part of a table's plan for updates that assign certain columns.
///
/// Columns that a statement does not assign are unchanged: they are read once and not compared, and
/// triggers that observe only those columns are skipped.
struct UpdatePlan: BitwiseCopyable, Sendable {
  /// The indices of the triggers that may run, in order.
  let rules: FlatArray<Int>
  /// The columns to compare: those that triggers depend on.
  let compared: FlatArray<Int>
  /// The columns that may change, one bit each.
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
  /// Creates the plan for updates that assign these columns.
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
