/// A table that has changed or has triggers.
@safe
struct WatchedTable {
  let name: String
  /// The name as a C string; valid as long as the capture.
  let cName: UnsafeMutablePointer<CChar>
  var wasTouched = false
  /// Whether cached values depend on the table.
  var isSetting = false
  var watch: Watch?
}

/// The triggers of a table and their capture plan.
///
/// It is created when the triggers are installed, and immutable.
@safe
final class Watch: Sendable {
  /// The triggers, in the order in which they run.
  let rules: [Rule]
  /// The plan for the preupdate hook.
  let plan: WatchPlan
  /// The places of the columns, by name.
  private let places: WatchPlan.Places
  /// The places of generated columns, which change without being assigned.
  private let generated: [Int]
  /// The layout of the table for which the plan was made.
  let layout: TableLayout
  /// Reads the rows that the hook does not describe as a SELECT does.
  let reader: RowReader

  /// An installed `after` or `atCommit` trigger.
  final class Rule: Sendable {
    let trigger: Trigger
    /// The place of each column that the trigger reads.
    let positions: FlatArray<Int>
    let queue: Int?
    /// The action of an `after` trigger.
    let perform: Trigger.Perform?

    init(trigger: Trigger, positions: [Int], queue: Int?) {
      self.trigger = trigger
      self.positions = FlatArray(positions)
      self.queue = queue
      perform = if case .after(let perform) = trigger.action { perform } else { nil }
    }

    deinit { positions.deallocate() }
  }

  init(
    rules: [Rule], plan: WatchPlan, places: WatchPlan.Places, layout: TableLayout,
    reader: RowReader
  ) {
    self.rules = rules
    self.plan = plan
    self.places = places
    generated = layout.columns.lazy.filter { $0.kind != .ordinary }.compactMap { places[$0.name] }
    self.layout = layout
    self.reader = reader
  }

  /// Returns the plan for updates that assign these columns; the caller deallocates it.
  func plan(assigning columns: Set<SchemaName>) -> UpdatePlan {
    plan.narrowed(to: columns.compactMap { places[$0] } + generated)
  }

  deinit { plan.deallocate() }
}
