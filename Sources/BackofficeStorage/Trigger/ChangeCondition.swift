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

  var columns: [String] {
    switch self {
    case .holds(let column), .becomes(let column, _): [column]
    case .otherThan(let column, _, let other): [column, other]
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
  /// Whether the value at `index` was copied and is neither NULL nor 0.
  func isSet(_ index: Int) -> Bool { values[index].isSet }

  /// Whether the value at `index` is one of these words of a plan.
  func isText(_ index: Int, of texts: WatchPlan.Stretch, _ plan: WatchPlan) -> Bool {
    let value = values[index]
    guard value.isText else { return false }
    let (start, count) = (Int(truncatingIfNeeded: value.word), Int(value.count))
    guard start >= 0, count > 0, start + count <= bytes.count else { return false }
    for text in texts.indices where plan.words[text].count == count {
      let isEqual = unsafe plan.bytes.withBytes(plan.words[text]) { word in
        unsafe bytes.withUnsafeBytes { bytes in
          guard let first = bytes.baseAddress, let word = word.baseAddress else { return false }
          return unsafe memcmp(first + start, word, count) == 0
        }
      }
      if isEqual { return true }
    }
    return false
  }
}
