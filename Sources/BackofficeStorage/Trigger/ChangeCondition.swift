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

extension Watch {
  /// A condition on the copied columns of a table.
  struct Condition: Sendable {
    enum Kind: Sendable {
      case holds
      case becomes([[UInt8]])
      case otherThan([[UInt8]])
    }

    let kind: Kind
    /// Places of its columns among the copied ones.
    let places: [Int]

    init(_ condition: ChangeCondition, places: [String: Int]) {
      self.places = condition.columns.compactMap { places[$0] }
      kind =
        switch condition {
        case .holds: .holds
        case .becomes(_, let words): .becomes(words.map { Array($0.utf8) })
        case .otherThan(_, let words, _): .otherThan(words.map { Array($0.utf8) })
        }
    }
  }
}

extension ChangeBuffer {
  /// Whether the value at `index` was copied and is neither NULL nor 0.
  func isSet(_ index: Int) -> Bool { values[index].isSet }

  /// Whether the value at `index` is one of these texts.
  func isText(_ index: Int, of words: [[UInt8]]) -> Bool {
    let value = values[index]
    guard value.isText else { return false }
    let (start, count) = (Int(truncatingIfNeeded: value.word), Int(value.count))
    guard start >= 0, start + count <= bytes.count else { return false }
    return unsafe bytes.withUnsafeBytes { bytes in
      words.contains { word in
        guard word.count == count, count > 0, let first = bytes.baseAddress else { return false }
        return unsafe word.withUnsafeBytes { word in
          guard let word = word.baseAddress else { return false }
          return unsafe memcmp(first + start, word, count) == 0
        }
      }
    }
  }
}
