extension WatchPlan {
  /// Works out the plan for rules whose columns have these places among `columns`.
  init(_ triggers: [Trigger], columns: [Int32], places: [String: Int]) {
    var draft = Draft(width: columns.count)
    for trigger in triggers { draft.add(trigger, places) }
    func rules(of event: Events) -> FlatArray<Int> {
      FlatArray(draft.rules.indices.filter { draft.rules[$0].events.contains(event) })
    }
    self.init(
      columns: FlatArray(columns), rules: FlatArray(draft.rules),
      ofInserts: rules(of: Events(.insert)), ofDeletes: rules(of: Events(.delete)),
      anyUpdate: UpdatePlan(
        of: draft.rules, compared: draft.compared.sorted(), masks: draft.masks,
        assigned: Array(repeating: .max, count: draft.maskWords)),
      masks: FlatArray(draft.masks), maskWords: draft.maskWords,
      places: FlatArray(draft.places), conditions: FlatArray(draft.conditions),
      words: FlatArray(draft.words), bytes: FlatArray(draft.bytes))
  }

  /// What concerns an update of the columns with these places only; the caller gives it back.
  func narrowed(to assigned: [Int]) -> UpdatePlan {
    var mask = Array(repeating: UInt64(0), count: maskWords)
    for place in assigned { mask[place / 64] |= 1 << UInt64(place % 64) }
    return UpdatePlan(
      of: rules.array, compared: anyUpdate.compared.array, masks: masks.array, assigned: mask)
  }

  /// The lists of a plan while they grow.
  private struct Draft {
    let maskWords: Int
    var rules: [Rule] = []
    var compared: Set<Int> = []
    var masks: [UInt64] = []
    var places: [Int] = []
    var conditions: [Condition] = []
    var words: [Stretch] = []
    var bytes: [UInt8] = []

    init(width: Int) { maskWords = (width + 63) / 64 }

    mutating func add(_ trigger: Trigger, _ known: [String: Int]) {
      var rule = Rule()
      for event in trigger.events { rule.events.insert(Events(event)) }
      if let columns = trigger.observedColumns {
        rule.observesAll = false
        rule.observed = compare(columns, known)
      }
      if let place = trigger.untouchedColumn.flatMap({ known[$0] }) {
        rule.untouched = place
        compared.insert(place)
      }
      rule.conditions.first = conditions.count
      for condition in trigger.conditions { add(condition, known) }
      rule.conditions.count = conditions.count - rule.conditions.first
      rule.positions.first = places.count
      places += trigger.rowColumns.compactMap { known[$0] }
      rule.positions.count = places.count - rule.positions.first
      rule.oldCount = trigger.oldColumnCount ?? -1
      rules.append(rule)
    }

    private mutating func add(_ condition: ChangeCondition, _ known: [String: Int]) {
      guard let place = condition.columns.first.flatMap({ known[$0] }) else { return }
      switch condition {
      case .holds:
        conditions.append(Condition(kind: .holds, place: place))
      case .becomes(_, let texts):
        conditions.append(Condition(kind: .becomes, place: place, words: add(texts)))
      case .otherThan(_, let texts, let unless):
        compared.insert(place)
        conditions.append(
          Condition(
            kind: .otherThan, place: place, unless: known[unless] ?? -1, words: add(texts)))
      case .outside(_, let texts, let exceptions, let unless):
        conditions.append(
          Condition(
            kind: .outside, place: place, unless: known[unless] ?? -1, words: add(texts),
            exceptions: compare(exceptions, known)))
      }
    }

    /// Has the columns compared, and answers where their mask begins.
    private mutating func compare(_ columns: [String], _ known: [String: Int]) -> Int {
      let first = masks.count
      masks += Array(repeating: 0, count: maskWords)
      for place in columns.compactMap({ known[$0] }) {
        masks[first + place / 64] |= 1 << UInt64(place % 64)
        compared.insert(place)
      }
      return first
    }

    private mutating func add(_ texts: [String]) -> Stretch {
      let first = words.count
      for text in texts {
        words.append(Stretch(first: bytes.count, count: text.utf8.count))
        bytes += Array(text.utf8)
      }
      return Stretch(first: first, count: texts.count)
    }
  }
}
