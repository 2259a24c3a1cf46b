import BackofficeStorage
import Testing

/// A record with every kind of column: optional, nested, enums and formatted text.
private struct Stock: Record, Equatable {
  static let tableName = "stock"
  static let schema = """
    CREATE TABLE stock (
      pk INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, item TEXT NOT NULL, state TEXT NOT NULL,
      colour TEXT NOT NULL, hall TEXT, shelf TEXT, amount INTEGER NOT NULL, weight REAL,
      counted_at INTEGER, wait INTEGER, day TEXT, details TEXT NOT NULL, is_full INTEGER NOT NULL
    ) STRICT;
    """

  var id: ID<Stock>
  var item: String
  var state = State.fresh
  var colour = Colour(rawValue: "red")
  var place = Place()
  var amount = 0
  var weight: Double?
  var countedAt: Timestamp?
  var wait: Duration?
  var day: CalendarDate?
  var details = JSONText.emptyObject
  var isFull = false

  enum State: String, TextEnum { case fresh, stale }

  struct Colour: RawRepresentable, ColumnConvertible, Hashable, Sendable { let rawValue: String }

  struct Place: Equatable { var hall: String?, shelf: String? }
}

extension Stock {
  init(_ column: inout some RecordColumns<Self> & ~Copyable) throws(ColumnError) {
    try self.init(
      id: column("id", \.id), item: column("item", \.item), state: column("state", \.state),
      colour: column("colour", \.colour),
      place: Place(hall: column("hall", \.place.hall), shelf: column("shelf", \.place.shelf)),
      amount: column("amount", \.amount), weight: column("weight", \.weight),
      countedAt: column("counted_at", \.countedAt), wait: column("wait", \.wait),
      day: column("day", \.day), details: column("details", \.details),
      isFull: column("is_full", \.isFull))
  }
}

/// Two columns of the same table.
private struct Amount: TableRow, Equatable {
  static let tableName = "stock"
  let item: String
  let amount: Int

  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    item = try column("item")
    amount = try column("amount")
  }

  static let ofItem = select("WHERE item = ?")
}

@Suite("Records declared once")
struct RecordTests {
  private func database(_ triggers: [Trigger] = [], schema: String = Stock.schema) throws
    -> Database
  {
    try Database(.memory, triggers: triggers) { try $0.executeScript(schema) }
  }

  private func full(_ id: ID<Stock>) -> Stock {
    Stock(
      id: id, item: "nails", state: .stale, colour: .init(rawValue: "grey"),
      place: .init(hall: "A", shelf: "3"), amount: 7, weight: 1.5,
      countedAt: Timestamp(microseconds: 11), wait: .microseconds(13),
      day: CalendarDate(daysSince1970: 17), details: .emptyArray, isFull: true)
  }

  @Test("A record is inserted, found, updated and deleted by the statements of its declaration")
  func statements() throws {
    try database().write { transaction in
      var stock = try transaction.insert(full(transaction.makeID()))
      let empty = try transaction.insert(Stock(id: transaction.makeID(), item: "screws"))
      #expect(try Stock.find(stock.id, in: transaction) == stock)
      #expect(try Stock.find(empty.id, in: transaction) == empty)
      #expect(try Stock.fetchAll(in: transaction, "ORDER BY pk") == [stock, empty])
      #expect(try Stock.fetchAll(in: transaction, "WHERE amount > ?", 6) == [stock])

      stock.place.shelf = nil
      stock.amount = 8
      #expect(try transaction.update(stock) == stock)
      #expect(try Stock.find(stock.id, in: transaction) == stock)
      #expect(try Amount.fetchOne(transaction, Amount.ofItem, "nails")?.amount == 8)
      #expect(try transaction.update(Stock(id: .zero, item: "none")) == nil)

      #expect(try transaction.delete(stock))
      #expect(try transaction.delete(stock) == false)
      #expect(try Stock.fetchAll(in: transaction, "") == [empty])
    }
  }

  @Test("An upsert updates or inserts the row, and runs the triggers for what it does")
  func upsert() throws {
    let database = try database([
      .before("in", .insert, on: Stock.self) { stock, _, _ in stock.item += " in" },
      .before("up", .update, on: Stock.self) { stock, _, _ in stock.item += " up" },
    ])
    try database.write { transaction in
      let stock = Stock(id: transaction.makeID(), item: "nails")
      let (first, second) = (try transaction.upsert(stock), try transaction.upsert(stock))
      #expect(first.item == "nails in")
      #expect(second.item == "nails up")
      #expect(try Stock.fetchAll(in: transaction, "") == [second])
    }
  }

  @Test("The order of the initializer determines the order of the columns and the select list")
  func names() {
    #expect(Amount.columns == ["item", "amount"])
    #expect(Amount.selection == #""item", "amount""#)
    #expect(Amount.selection(of: "s") == #""s"."item", "s"."amount""#)
    #expect(Stock.columns.prefix(6) == ["id", "item", "state", "colour", "hall", "shelf"])
  }

  @Test("Triggers decode a changed row as a record and as a projection")
  func capturedRows() throws {
    let expected = full(.zero)
    let database = try database([
      .after("whole", .insert, on: Stock.self) { change, _ in #expect(change.new == expected) },
      .after("part", .update(of: "amount"), on: Amount.self) { change, transaction in
        try transaction.execute(
          sql: "UPDATE stock SET weight = ? WHERE item = ?", change.old.map { Double($0.amount) },
          change.new?.item)
      },
    ])
    try database.write { transaction in
      try transaction.insert(expected)
      try transaction.execute(sql: "UPDATE stock SET amount = 100")
      #expect(try Stock.find(.zero, in: transaction)?.weight == 7)
    }
  }

  @Test("The error for a wrong value names the table, the column and the type, also in a trigger")
  func wrongValue() throws {
    let loose = "CREATE TABLE stock (item, amount);"
    func expectations(_ error: RowDecodingError) {
      #expect(error.table == "stock")
      #expect(error.column == "amount")
      #expect(error.expected == "Int")
      #expect(error.found == .text)
      #expect(
        "\(error)".hasPrefix("cannot decode column stock.amount (1): expected Int, found TEXT"))
    }
    let database = try database(schema: loose)
    try database.write { transaction in
      try transaction.execute(sql: "INSERT INTO stock VALUES ('nails', 'many')")
      let error = #expect(throws: RowDecodingError.self) {
        try Amount.fetchOne(transaction, Amount.ofItem, "nails")
      }
      try expectations(#require(error))
    }
    let ruled = try self.database(
      [.after("read", .insert, on: Amount.self) { _, _ in }], schema: loose)
    try ruled.write { transaction in
      let error = #expect(throws: RowDecodingError.self) {
        try transaction.execute(sql: "INSERT INTO stock VALUES ('nails', 'many')")
      }
      try expectations(#require(error))
    }
  }
}
