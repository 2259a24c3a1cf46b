/// The most recently used prepared statements of SQL texts, up to `capacity`.
///
/// A statement in use is checked out, so two concurrent uses of the same text get two statements.
struct StatementCache {
  private var entries: [String: (statement: PreparedStatement, lastUse: UInt64)] = [:]
  private var uses: UInt64 = 0
  let capacity: Int

  init(capacity: Int) { self.capacity = max(1, capacity) }

  var count: Int { entries.count }

  /// Takes the idle statement of `sql`, if there is one.
  mutating func take(_ sql: String) -> PreparedStatement? {
    guard let index = entries.index(forKey: sql) else { return nil }
    let statement = entries.values[index].statement
    guard unsafe !statement.isCheckedOut else { return nil }
    uses += 1
    entries.values[index].lastUse = uses
    return statement
  }

  /// Adds `statement`, and evicts the least recently used one if the cache is full.
  mutating func keep(_ statement: PreparedStatement) {
    guard entries[statement.sql] == nil else { return }
    if entries.count >= capacity,
      let oldest = entries.filter({ unsafe !$0.value.statement.isCheckedOut })
        .min(by: { $0.value.lastUse < $1.value.lastUse })
    {
      entries[oldest.key] = nil
    }
    guard entries.count < capacity else { return }
    uses += 1
    entries[statement.sql] = (statement, uses)
  }

  mutating func removeAll() { entries.removeAll() }
}
