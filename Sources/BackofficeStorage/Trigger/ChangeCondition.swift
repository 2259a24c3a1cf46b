import CBackofficeSQLite

/// What can be told of a changed row before any of it is decoded.
///
/// Most rules of a table with many have nothing to do with most changes. A condition spares them
/// the copy and the decoding of their row; the rule itself decides as if there were none.
@usableFromInline
package enum ChangeCondition: Sendable, Hashable {
  /// The column holds something other than NULL or 0, before the change or after it.
  case holds(String)
  /// The row is there after the change, and the column holds one of these texts.
  case becomes(String, [String])
  /// Something else that the rule observes changes, or the column changes to none of these texts,
  /// or `unless` holds something.
  case otherThan(String, [String], unless: String)
  /// The change is no update that finds one of these texts in the column and leaves one of them
  /// there, or one of the columns `orChanges` changes, or `unless` holds something.
  case outside(String, [String], orChanges: [String], unless: String)

  var columns: [String] {
    switch self {
    case .holds(let column), .becomes(let column, _): [column]
    case .otherThan(let column, _, let other): [column, other]
    case .outside(let column, _, let columns, let other): [column, other] + columns
    }
  }
}

extension Trigger.Events {
  /// The same changes, as far as all conditions hold for them.
  package func `where`(_ conditions: ChangeCondition...) -> Self {
    var events = self
    events.conditions += conditions
    return events
  }
}

extension ChangeBuffer {
  /// Whether a value is one of these words of a plan.
  func isText(_ value: CapturedValue, of texts: WatchPlan.Stretch, _ plan: WatchPlan) -> Bool {
    guard value.isText, value.count > 0 else { return false }
    let (start, count) = (Int(truncatingIfNeeded: value.word), Int(value.count))
    for text in texts.indices where plan.words[text].count == count {
      let isEqual = unsafe plan.bytes.withBytes(plan.words[text]) { word in
        guard let word = word.baseAddress else { return false }
        return unsafe memcmp(bytes.start + start, word, count) == 0
      }
      if isEqual { return true }
    }
    return false
  }
}
