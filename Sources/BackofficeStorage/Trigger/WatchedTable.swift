/// A table that was changed or is watched.
@safe
struct WatchedTable {
  let name: String
  /// The name as SQLite hands it to the hook; lives as long as the capture.
  let cName: UnsafeMutablePointer<CChar>
  var wasTouched = false
  /// Whether something that is kept between transactions follows from it.
  var isSetting = false
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
  /// Places of the columns by their names.
  private let places: [String: Int]
  /// Places of the columns that SQLite works out from others.
  private let generated: [Int]

  /// An installed `after` or `atCommit` trigger.
  final class Rule: Sendable {
    let trigger: Trigger
    /// Place of each column of the rule's row among the copied ones.
    let positions: FlatArray<Int>
    let queue: Int?
    /// What an `after` rule does.
    let perform: Trigger.Perform?

    init(trigger: Trigger, positions: [Int], queue: Int?) {
      self.trigger = trigger
      self.positions = FlatArray(positions)
      self.queue = queue
      perform = if case .after(let perform) = trigger.action { perform } else { nil }
    }

    deinit { positions.deallocate() }
  }

  init(rules: [Rule], plan: WatchPlan, places: [String: Int], generated: [Int]) {
    self.rules = rules
    self.plan = plan
    self.places = places
    self.generated = generated
  }

  /// The plan for updates that assign these columns; the caller gives it back.
  func plan(assigning columns: Set<String>) -> UpdatePlan {
    plan.narrowed(to: columns.compactMap { places[$0] } + generated)
  }

  deinit { plan.deallocate() }
}

/// A column of a table as the schema has it.
struct TableColumn: Sendable {
  let name: String
  /// Whether SQLite works it out from others, so that it changes without being assigned.
  let isGenerated: Bool
}
