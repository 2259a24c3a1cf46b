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
final class Watch: Sendable {
  /// Positions in the table of all columns that some rule reads or observes, ascending.
  let columns: [Int32]
  /// The rules, in the order in which they run.
  let rules: [Rule]
  /// Indices of the rules of inserts and of deletes.
  let inserts: [Int]
  let deletes: [Int]
  /// Whether some rule runs for updates.
  let hasUpdateRules: Bool
  /// What updates are compared in: columns that decide whether a rule runs.
  let observed: [Int]

  /// An installed `after` or `atCommit` trigger.
  final class Rule: Sendable {
    let trigger: Trigger
    /// Place of each column of the rule's row among the copied ones.
    let positions: [Int]
    /// Places of the columns of which one has to change in an update; nil for any change.
    let observed: [Int]?
    /// Place of a column that an update must leave as it was; nil for none.
    let untouched: Int?
    /// What else must hold, told by columns that are copied for it.
    let conditions: [Condition]
    let runsForUpdates: Bool
    let queue: Int?

    init(
      trigger: Trigger, positions: [Int], observed: [Int]?, untouched: Int?,
      conditions: [Condition], queue: Int?
    ) {
      self.trigger = trigger
      self.positions = positions
      self.observed = observed
      self.untouched = untouched
      self.conditions = conditions
      runsForUpdates = trigger.events.contains(.update)
      self.queue = queue
    }
  }

  init(columns: [Int32], rules: [Rule]) {
    self.columns = columns
    self.rules = rules
    func indices(_ event: Trigger.Event) -> [Int] {
      rules.indices.filter { rules[$0].trigger.events.contains(event) }
    }
    inserts = indices(.insert)
    deletes = indices(.delete)
    let updating = rules.filter(\.runsForUpdates)
    hasUpdateRules = !updating.isEmpty
    observed = Set(updating.flatMap { ($0.observed ?? []) + [$0.untouched].compactMap(\.self) })
      .sorted()
  }
}
