/// The properties of a table that the capture of its rows depends on.
struct TableLayout: Hashable, Sendable {
  /// The name in the schema.
  let name: String
  let columns: [Column]
  let key: Key

  struct Column: Hashable, Sendable {
    let name: String
    let kind: Kind
    /// Whether the column has a default other than NULL, which rows from before the column have.
    let hasDefault: Bool
    /// Whether the column has REAL affinity; the file stores its whole numbers as integers.
    let isReal: Bool

    enum Kind: Hashable, Sendable {
      case ordinary
      /// A generated column whose values are stored.
      case stored
      /// A generated column that is computed when it is read.
      case virtual
    }
  }

  /// What identifies a row.
  enum Key: Hashable, Sendable {
    /// A rowid, with a name in SQL, or nil if columns have taken all names; `alias` is the column
    /// that stands for it, if it matters.
    case rowID(name: String?, alias: Int?)
    /// The primary key of a table without rowid: its index, and its columns with their collations.
    case primaryKey(index: String, columns: [Int], collations: [String])
  }

  /// Whether SQLite's preupdate hook counts these columns as SQL does.
  ///
  /// Until 3.50, the hook expects positions in the stored record, which has no virtual columns, and
  /// confuses positions in a table without rowid that does not start with its key.
  func isPlain(for needed: [Int]) -> Bool {
    let plain = columns.firstIndex { $0.kind == .virtual } ?? columns.count
    guard needed.allSatisfy({ $0 < plain }) else { return false }
    switch key {
    case .rowID(_, let alias): return alias.map { $0 < plain } ?? true
    case .primaryKey(_, let columns, _): return columns == Array(0..<columns.count)
    }
  }

  /// Whether a query can name the key of a row.
  var hasQueries: Bool { if case .rowID(name: nil, _) = key { false } else { true } }

  /// The text of a query for columns of the row with a key; nil if no query can name the key.
  ///
  /// It uses no index: SQLite calls the hook when it has already changed the entries of the indexes.
  func query(for selected: [Int]) -> String? {
    let list = selected.map { SQLText.quoted(columns[$0].name) }.joined(separator: ", ")
    let start = "SELECT \(list) FROM main.\(SQLText.quoted(name))"
    switch key {
    case .rowID(let name, _):
      return name.map { "\(start) NOT INDEXED WHERE \(SQLText.quoted($0)) = ?1" }
    case .primaryKey(let index, let keys, let collations):
      let terms = keys.indices.map { place in
        "\(SQLText.quoted(columns[keys[place]].name)) = ?\(place + 1) "
          + "COLLATE \(SQLText.quoted(collations[place]))"
      }
      return "\(start) INDEXED BY \(SQLText.quoted(index)) "
        + "WHERE \(terms.joined(separator: " AND "))"
    }
  }
}
