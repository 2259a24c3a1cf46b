/// What the random history's database must hold, kept in memory.
///
/// A value: what a savepoint or a transaction undoes, the test undoes by putting the old one back.
struct HistoryModel: Equatable {
  struct Entry: Equatable {
    var amount: Int
    var notes: [String] = []
  }

  /// The number of commits so far.
  var version = 0
  var items: [String: Entry] = [:]

  /// The whole content, for comparisons: the version, the totals, then a line an item.
  var lines: [String] {
    let amount = items.values.reduce(0) { $0 + $1.amount }
    let notes = items.values.reduce(0) { $0 + $1.notes.count }
    return ["version \(version)", "amount \(amount)", "items \(items.count)", "notes \(notes)"]
      + items.sorted { $0.key < $1.key }.map { name, entry in
        "\(name) \(entry.amount) \(entry.notes.joined(separator: ","))"
      }
  }

  mutating func insert(_ name: String, _ amount: Int) -> Bool {
    guard items[name] == nil else { return false }
    items[name] = Entry(amount: amount)
    return true
  }

  /// `INSERT OR REPLACE`: the old row goes, and its notes with it.
  mutating func replace(_ name: String, _ amount: Int) { items[name] = Entry(amount: amount) }

  mutating func upsert(_ name: String, _ amount: Int) {
    items[name, default: Entry(amount: 0)].amount += amount
  }

  mutating func add(_ amount: Int, where isWanted: (String, Entry) -> Bool) {
    for (name, entry) in items where isWanted(name, entry) { items[name]?.amount += amount }
  }
}
