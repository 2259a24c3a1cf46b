/// A table that was changed or is watched.
@safe
struct WatchedTable {
  let name: String
  /// The name as SQLite hands it to the hook; lives as long as the capture.
  let cName: UnsafeMutablePointer<CChar>
  var wasTouched = false
  var watch: Watch?
}

/// What of a table's rows is copied when, and for whom.
///
/// Immutable: worked out once, when the rules are installed.
@safe
final class Watch: Sendable {
  /// The rules, in the order in which they run.
  let rules: [Rule]
  /// The same as the hook reads them.
  let plan: WatchPlan

  /// An installed `after` or `atCommit` trigger.
  final class Rule: Sendable {
    let trigger: Trigger
    /// Place of each column of the rule's row among the copied ones.
    let positions: [Int]
    let queue: Int?

    init(trigger: Trigger, positions: [Int], queue: Int?) {
      self.trigger = trigger
      self.positions = positions
      self.queue = queue
    }
  }

  init(rules: [Rule], plan: WatchPlan) {
    self.rules = rules
    self.plan = plan
  }

  deinit { plan.deallocate() }
}
