/// The triggers of a table, in flat arrays for the preupdate hook.
///
/// The hook runs for every changed row. With nested arrays, reference counting would cost more than
/// evaluating the conditions.
///
/// A plan is created when the triggers are installed, and its ``Watch`` deallocates it.
struct WatchPlan: BitwiseCopyable, Sendable {
  /// A trigger: the positions of its parts in the plan's arrays.
  struct Rule: BitwiseCopyable, Sendable {
    var events: Events = []
    /// Whether any update runs the trigger, or only updates of the `observed` columns.
    var observesAll = true
    /// The position of the mask of the observed columns.
    var observed = 0
    /// The column that an update must not change; negative for none.
    var unchanged = -1
    /// The first test of its conditions; ``Test/accept`` if there are none.
    var test = Test.accept
    /// The columns that the trigger reads.
    var positions = ListRange()
    /// The number of those columns that are read from the old row, while the others are read from
    /// the new row; negative if all are read from both.
    var oldCount = -1
  }

  /// A test of a changed row, with the next test for each result.
  struct Test: BitwiseCopyable, Sendable {
    enum Kind: BitwiseCopyable, Sendable { case holds, becomes, was, changes, moves, isOn }

    /// Final results: the trigger runs, or does not.
    static let accept = -1
    static let reject = -2

    let kind: Kind
    /// The column, or the number of the switch.
    var place = -1
    var words = ListRange()
    /// The position of a mask of columns, or of the successors of ``words``.
    var mask = 0
    let ifTrue: Int
    let ifFalse: Int
  }

  struct ListRange: BitwiseCopyable, Sendable {
    var first = 0
    var count = 0

    var indices: Range<Int> { first..<first + count }
  }

  struct Events: OptionSet, BitwiseCopyable, Sendable {
    let rawValue: UInt8

    init(rawValue: UInt8) { self.rawValue = rawValue }

    init(_ event: Trigger.Event) {
      rawValue =
        switch event {
        case .insert: 1
        case .update: 2
        case .delete: 4
        }
    }
  }

  /// A column, as the hook counts it.
  struct Column: BitwiseCopyable, Sendable {
    let index: Int32
    var traits: Traits = []

    /// The differences between the values of the hook and those of a SELECT.
    struct Traits: OptionSet, BitwiseCopyable, Sendable {
      let rawValue: UInt8

      /// Whole numbers are real numbers.
      static let isReal = Traits(rawValue: 1)
      /// NULL may mean that the stored record ends before the column, which has a default.
      static let hasDefault = Traits(rawValue: 2)
    }
  }

  /// The table's columns that triggers read or observe, ascending; a place is an index of this
  /// array.
  let columns: FlatArray<Column>
  /// Whether rows are read with a ``RowReader``, because the hook counts columns differently.
  let isRead: Bool
  let rules: FlatArray<Rule>
  /// The indices of the triggers for inserts, and for deletes.
  let ofInserts: FlatArray<Int>
  let ofDeletes: FlatArray<Int>
  /// The plan for updates that may assign any column.
  let anyUpdate: UpdatePlan
  /// Sets of places, one bit each, in `maskWords` words for each set.
  let masks: FlatArray<UInt64>
  let maskWords: Int
  let places: FlatArray<Int>
  let tests: FlatArray<Test>
  let words: FlatArray<ListRange>
  let bytes: FlatArray<UInt8>

  /// The triggers that may run for an event.
  func rules(of event: Trigger.Event, _ update: UpdatePlan) -> FlatArray<Int> {
    switch event {
    case .insert: ofInserts
    case .update: update.rules
    case .delete: ofDeletes
    }
  }

  func deallocate() {
    columns.deallocate()
    rules.deallocate()
    ofInserts.deallocate()
    ofDeletes.deallocate()
    anyUpdate.deallocate()
    masks.deallocate()
    places.deallocate()
    tests.deallocate()
    words.deallocate()
    bytes.deallocate()
  }
}
