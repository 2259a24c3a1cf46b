import CBackofficeSQLite

/// A condition for a trigger to run, which is evaluated before the changed row is decoded.
///
/// If a table has many triggers, most of them do not concern most changes. A condition avoids
/// capturing and decoding the row for them.
///
/// ```swift
/// .update(of: "status").where(.holds("batch_id"), .becomes("status", ["completed", "failed"]))
/// ```
public indirect enum ChangeCondition: Sendable {
  /// The column is neither NULL nor 0, before or after the change.
  case holds(String)
  /// The row exists after the change, and the column then has one of these values.
  case becomes(String, [String])
  /// The row existed before the change, and the column then had one of these values.
  case was(String, [String])
  /// The change is an insert, a delete, or an update of at least one of the columns.
  case changes([String])
  /// The change is an update of the column from one value to another that the table does not allow.
  case moves(String, outside: TransitionTable)
  /// The switch is on.
  case isOn(RuleSwitch)
  /// All conditions hold; true for an empty list.
  case all([ChangeCondition])
  /// At least one condition holds; false for an empty list.
  case any([ChangeCondition])
  /// The condition does not hold.
  case not(ChangeCondition)

  /// The columns that the condition uses.
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

  /// The switches that the condition uses.
  var switches: [RuleSwitch] {
    switch self {
    case .isOn(let ruleSwitch): [ruleSwitch]
    case .all(let conditions), .any(let conditions): conditions.flatMap(\.switches)
    case .not(let condition): condition.switches
    default: []
    }
  }
}

/// The allowed transitions between at most 64 values of a text column.
public struct TransitionTable: Sendable, Hashable {
  /// The values, in the order of their bits.
  let words: [String]
  /// The allowed successors of each value, one bit each.
  let followers: [UInt64]

  /// Declares the values with their allowed successors.
  ///
  /// - Parameter transitions: at most 64 values; later ones are ignored.
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
  /// Returns the same events, restricted to changes for which all conditions hold.
  public func `where`(_ conditions: ChangeCondition...) -> Self {
    var events = self
    events.conditions += conditions
    return events
  }
}

extension ChangeBuffer {
  /// Returns the index of a value among these words of a plan, or nil if it is not one of them.
  func word(
    _ value: CapturedValue, of texts: WatchPlan.ListRange, _ plan: WatchPlan
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
