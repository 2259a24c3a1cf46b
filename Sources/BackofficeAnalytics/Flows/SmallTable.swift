/// Values by key, in the order of insertion.
///
/// A few keys are searched linearly, and only more get an index: most transactions change one or two
/// sums, and hashing a key of several texts costs more than comparing it.
struct SmallTable<Key: Hashable, Value> {
  private(set) var entries: [(key: Key, value: Value)] = []
  private var index: [Key: Int] = [:]

  private static var indexedFrom: Int { 8 }

  private func place(of key: Key) -> Int? {
    index.isEmpty ? entries.firstIndex { $0.key == key } : index[key]
  }

  /// The value of a key; writing one appends the key or changes its value.
  subscript(key: Key, default value: @autoclosure () -> Value) -> Value {
    get { place(of: key).map { entries[$0].value } ?? value() }
    set {
      if let place = place(of: key) {
        entries[place].value = newValue
        return
      }
      entries.append((key, newValue))
      if !index.isEmpty {
        index[key] = entries.count - 1
      } else if entries.count == Self.indexedFrom {
        for (place, entry) in entries.enumerated() { index[entry.key] = place }
      }
    }
  }

  /// Replaces a key's value and returns the old one; nil for an unknown key.
  mutating func exchange(_ key: Key, with value: Value) -> Value? {
    guard let place = place(of: key) else { return nil }
    let old = entries[place].value
    entries[place].value = value
    return old
  }
}
