/// What the hook has to know of a table's rules, flat.
///
/// The hook runs for every changed row. Arrays of arrays would have it count references for each
/// rule, condition and word that it looks at, at a cost beyond that of the look.
///
/// A plan is worked out once, when the rules are installed, and given back by its ``Watch``.
struct WatchPlan: BitwiseCopyable, Sendable {
  /// A rule: where its parts lie in the plan's lists.
  struct Rule: BitwiseCopyable, Sendable {
    var events: Events = []
    /// Whether any change of a row is enough; otherwise one of `observed`.
    var observesAll = true
    /// The first word of the columns of which one has to change in an update.
    var observed = 0
    /// Place of a column that an update must leave as it was; below 0 for none.
    var untouched = -1
    /// The first test of its conditions; ``Test/accept`` where it has none.
    var test = Test.accept
    /// Places of the columns of the rule's row.
    var positions = Stretch()
    /// How many of them are read of the row before alone, and the others of the row now alone; below 0
    /// when all are read of both.
    var oldCount = -1
  }

  /// One question about a changed row, and where each answer leads.
  struct Test: BitwiseCopyable, Sendable {
    enum Kind: BitwiseCopyable, Sendable { case holds, becomes, was, changes, moves, isOn }

    /// In place of a further test: the rule runs, or does not.
    static let accept = -1
    static let reject = -2

    let kind: Kind
    /// Place of its column, or the number of its switch.
    var place = -1
    var words = Stretch()
    /// The first word of a mask of columns, or of the followers of ``words``.
    var mask = 0
    let ifTrue: Int
    let ifFalse: Int
  }

  struct Stretch: BitwiseCopyable, Sendable {
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

  /// Positions in the table of all columns that some rule reads or observes, ascending; what is
  /// called a place is an index of this list.
  let columns: FlatArray<Int32>
  let rules: FlatArray<Rule>
  /// Indices of the rules that run for inserts, and for deletes.
  let ofInserts: FlatArray<Int>
  let ofDeletes: FlatArray<Int>
  /// What concerns an update of any columns.
  let anyUpdate: UpdatePlan
  /// Sets of places, a bit each, `maskWords` words a set.
  let masks: FlatArray<UInt64>
  let maskWords: Int
  let places: FlatArray<Int>
  let tests: FlatArray<Test>
  let words: FlatArray<Stretch>
  let bytes: FlatArray<UInt8>

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
