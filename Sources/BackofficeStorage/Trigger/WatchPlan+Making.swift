extension WatchPlan {
  /// Creates the plan for triggers whose columns have these positions in `columns`.
  init(
    _ triggers: [Trigger], columns: [Column], isRead: Bool, places: Places,
    switches: [RuleSwitch]
  ) {
    var draft = Draft(width: columns.count, switches: switches)
    for trigger in triggers { draft.add(trigger, places) }
    func rules(of event: Events) -> FlatArray<Int> {
      FlatArray(draft.rules.indices.filter { draft.rules[$0].events.contains(event) })
    }
    self.init(
      columns: FlatArray(columns), isRead: isRead, rules: FlatArray(draft.rules),
      ofInserts: rules(of: Events(.insert)), ofDeletes: rules(of: Events(.delete)),
      anyUpdate: UpdatePlan(
        of: draft.rules, compared: draft.compared.sorted(), masks: draft.masks,
        assigned: Array(repeating: .max, count: draft.maskWords)),
      masks: FlatArray(draft.masks), maskWords: draft.maskWords,
      places: FlatArray(draft.places), tests: FlatArray(draft.tests),
      words: FlatArray(draft.words), bytes: FlatArray(draft.bytes))
  }

  /// Returns the plan for updates that assign only these columns; the caller deallocates it.
  func narrowed(to assigned: [Int]) -> UpdatePlan {
    var mask = Array(repeating: UInt64(0), count: maskWords)
    for place in assigned { mask[place / 64] |= 1 << UInt64(place % 64) }
    return UpdatePlan(
      of: rules.array, compared: anyUpdate.compared.array, masks: masks.array, assigned: mask)
  }

  /// The place of each captured column.
  struct Places: Sendable {
    private var known: [SchemaName: Int] = [:]

    subscript(column: SchemaName) -> Int? {
      get { known[column] }
      set { known[column] = newValue }
    }

    subscript(column: String) -> Int? { known[SchemaName(column)] }
  }

  /// The arrays of a plan under construction.
  private struct Draft {
    let maskWords: Int
    let switches: [RuleSwitch]
    var rules: [Rule] = []
    var compared: Set<Int> = []
    var masks: [UInt64] = []
    var places: [Int] = []
    var tests: [Test] = []
    var words: [ListRange] = []
    var bytes: [UInt8] = []

    init(width: Int, switches: [RuleSwitch]) {
      maskWords = (width + 63) / 64
      self.switches = switches
    }

    mutating func add(_ trigger: Trigger, _ known: Places) {
      var rule = Rule()
      for event in trigger.events { rule.events.insert(Events(event)) }
      if let columns = trigger.observedColumns {
        rule.observesAll = false
        rule.observed = compare(columns, known)
      }
      if let place = trigger.unchangedColumn.flatMap({ known[$0] }) {
        rule.unchanged = place
        compared.insert(place)
      }
      rule.test = add(
        .all(trigger.conditions), known, ifTrue: Test.accept, ifFalse: Test.reject)
      rule.positions.first = places.count
      places += trigger.rowColumns.compactMap { known[$0] }
      rule.positions.count = places.count - rule.positions.first
      rule.oldCount = trigger.oldColumnCount ?? -1
      rules.append(rule)
    }

    /// Adds the tests of a condition, last one first, and returns the index of the first test to
    /// evaluate.
    private mutating func add(
      _ condition: ChangeCondition, _ known: Places, ifTrue: Int, ifFalse: Int
    ) -> Int {
      func test(
        _ kind: Test.Kind, _ column: String? = nil, words: ListRange = ListRange(), mask: Int = 0
      ) -> Test {
        Test(
          kind: kind, place: column.flatMap { known[$0] } ?? -1, words: words, mask: mask,
          ifTrue: ifTrue, ifFalse: ifFalse)
      }
      switch condition {
      case .holds(let column): tests.append(test(.holds, column))
      case .becomes(let column, let texts):
        tests.append(test(.becomes, column, words: add(texts)))
      case .was(let column, let texts): tests.append(test(.was, column, words: add(texts)))
      case .changes(let columns):
        tests.append(test(.changes, mask: compare(columns, known)))
      case .moves(let column, let table):
        if let place = known[column] { compared.insert(place) }
        masks += table.followers
        tests.append(
          test(
            .moves, column, words: add(table.words), mask: masks.count - table.followers.count))
      case .isOn(let ruleSwitch):
        var found = test(.isOn)
        found.place = switches.firstIndex(of: ruleSwitch) ?? -1
        tests.append(found)
      case .all(let conditions):
        return conditions.reversed().reduce(ifTrue) { next, condition in
          add(condition, known, ifTrue: next, ifFalse: ifFalse)
        }
      case .any(let conditions):
        return conditions.reversed().reduce(ifFalse) { next, condition in
          add(condition, known, ifTrue: ifTrue, ifFalse: next)
        }
      case .not(let condition):
        return add(condition, known, ifTrue: ifFalse, ifFalse: ifTrue)
      }
      return tests.count - 1
    }

    /// Adds columns to compare, and returns the position of their mask.
    private mutating func compare(_ columns: [String], _ known: Places) -> Int {
      let first = masks.count
      masks += Array(repeating: 0, count: maskWords)
      for place in columns.compactMap({ known[$0] }) {
        masks[first + place / 64] |= 1 << UInt64(place % 64)
        compared.insert(place)
      }
      return first
    }

    private mutating func add(_ texts: [String]) -> ListRange {
      let first = words.count
      for text in texts {
        words.append(ListRange(first: bytes.count, count: text.utf8.count))
        bytes += Array(text.utf8)
      }
      return ListRange(first: first, count: texts.count)
    }
  }
}
