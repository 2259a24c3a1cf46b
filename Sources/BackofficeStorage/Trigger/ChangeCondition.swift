import CBackofficeSQLite

/// What must hold of a changed row for a rule to run, decided before any of the row is decoded.
///
/// Most rules of a table with many have nothing to do with most changes. A condition spares them
/// the copy and the decoding of their row.
///
/// ```swift
/// .update(of: "status").where(.holds("batch_id"), .becomes("status", ["completed", "failed"]))
/// ```
public indirect enum ChangeCondition: Sendable {
  /// The column holds something other than NULL or 0, before the change or after it.
  case holds(String)
  /// The row exists after the change, and the column then holds one of these texts.
  case becomes(String, [String])
  /// The row existed before the change, and the column then held one of these texts.
  case was(String, [String])
  /// An insert, a delete, or an update that changes at least one of the columns.
  case changes([String])
  /// An update that changes the column from one text to another that the table does not allow.
  case moves(String, outside: TransitionTable)
  /// The switch is on.
  case isOn(RuleSwitch)
  /// All of the conditions hold; true for an empty list.
  case all([ChangeCondition])
  /// At least one of the conditions holds; false for an empty list.
  case any([ChangeCondition])
  /// The condition does not hold.
  case not(ChangeCondition)

  /// The columns that must be at hand to decide.
  var columns: [String] {
    switch self {
    case .holds(let column), .becomes(let column, _), .was(let column, _), .moves(let column, _):
      [column]
    case .changes(let columns): columns
    case .isOn: []
    case .all(let conditions), .any(let conditions): conditions.flatMap(\.columns)
    case .not(let condition): condition.columns
    }
  }

  /// The switches that decide.
  var switches: [RuleSwitch] {
    switch self {
    case .isOn(let ruleSwitch): [ruleSwitch]
    case .all(let conditions), .any(let conditions): conditions.flatMap(\.switches)
    case .not(let condition): condition.switches
    default: []
    }
  }
}

/// Which texts of a column may follow which; at most 64 of them.
public struct TransitionTable: Sendable, Hashable {
  /// The texts, in the order of their bits.
  let words: [String]
  /// A bit for each text that may follow, by the text before.
  let followers: [UInt64]

  /// Declares the texts and what may follow each; texts beyond the 64th have no followers.
  public init(_ transitions: [(from: String, to: Set<String>)]) {
    let words = transitions.prefix(64).map(\.from)
    self.words = words
    followers = transitions.prefix(64).map { transition in
      words.indices.reduce(into: UInt64(0)) { bits, index in
        if transition.to.contains(words[index]) { bits |= 1 << UInt64(index) }
      }
    }
  }
}

extension Trigger.Events {
  /// The same changes, as far as all conditions hold for them.
  public func `where`(_ conditions: ChangeCondition...) -> Self {
    var events = self
    events.conditions += conditions
    return events
  }
}

extension ChangeBuffer {
  /// The index of a value among these words of a plan, or nil when it is none of them.
  func word(
    _ value: CapturedValue, of texts: WatchPlan.Stretch, _ plan: WatchPlan
  ) -> Int? {
    guard value.isText, value.count > 0 else { return nil }
    let (start, count) = (Int(truncatingIfNeeded: value.word), Int(value.count))
    for text in texts.indices where plan.words[text].count == count {
      let isEqual = unsafe plan.bytes.withBytes(plan.words[text]) { word in
        guard let word = word.baseAddress else { return false }
        return unsafe memcmp(bytes.start + start, word, count) == 0
      }
      if isEqual { return text - texts.first }
    }
    return nil
  }
}
