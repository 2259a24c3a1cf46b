import BackofficeStorage

/// A small table for the tests.
struct Item: Record, Equatable {
  static let tableName = "items"

  var id: ID<Item>
  var name: String
  var amount: Int
  var updatedAt: Timestamp

  init(id: ID<Item>, name: String, amount: Int, updatedAt: Timestamp = Timestamp(microseconds: 0)) {
    self.id = id
    self.name = name
    self.amount = amount
    self.updatedAt = updatedAt
  }

  init(_ column: inout some RecordColumns<Self> & ~Copyable) throws(ColumnError) {
    try self.init(
      id: column("id", \.id), name: column("name", \.name), amount: column("amount", \.amount),
      updatedAt: column("updated_at", \.updatedAt))
  }

  static let schema = """
    CREATE TABLE items (
      pk INTEGER PRIMARY KEY,
      id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
      name TEXT NOT NULL UNIQUE,
      amount INTEGER NOT NULL CHECK (amount >= 0),
      updated_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE notes (
      pk INTEGER PRIMARY KEY,
      item_id BLOB NOT NULL REFERENCES items(id) ON DELETE CASCADE,
      text TEXT NOT NULL
    ) STRICT;
    CREATE TABLE log (pk INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
    """

  static let all = select("ORDER BY pk")
}

/// A note that belongs to an item.
struct Note: TableRow {
  static let tableName = "notes"
  let text: String

  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    text = try column("text")
  }
}

extension Database {
  /// A database in memory with the tests' tables.
  static func items(
    triggers: [Trigger] = [], configuration: Configuration = Configuration()
  ) throws -> Database {
    try Database(.memory, configuration: configuration, triggers: triggers) { maintenance in
      try maintenance.executeScript(Item.schema)
    }
  }

  func log() throws -> [String] {
    try read { transaction in
      try transaction.fetchAll(sql: "SELECT text FROM log ORDER BY pk") { row in
        try row.value(at: 0)
      }
    }
  }

  func items() throws -> [Item] { try read { try Item.fetchAll($0, Item.all) } }
}

extension WriteTransaction {
  func log(_ text: String) throws {
    try execute(WriteTransaction.insertLog, text)
  }

  private static let insertLog = SQLStatement("INSERT INTO log (text) VALUES (?)")
}
