import Backoffice

/// A record of a program, with a part, a word of its own and a column of a type of its own.
enum RecordShapes {
  static let pack = Result {
    try MigrationPack(
      "stock",
      [
        Migration(
          version: 1, name: "stock",
          up: """
            CREATE TABLE stock (
              id BLOB PRIMARY KEY, item TEXT NOT NULL, colour TEXT NOT NULL, hall TEXT, shelf TEXT,
              amount INTEGER NOT NULL, weight INTEGER
            ) STRICT;
            """)
      ])
  }
}

struct Colour: RawRepresentable, ColumnConvertible, Hashable, Sendable { let rawValue: String }

/// A type of the program that is a column: whole grams.
struct Weight: ColumnConvertible, Hashable, Sendable {
  var grams: Int

  func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    try parameter.bind(Int64(grams))
  }

  static func decode(_ column: borrowing ColumnValue) -> Weight? {
    column.int64.map { Weight(grams: Int($0)) }
  }
}

struct Stock: Sendable, Hashable {
  let id: ID<Stock>
  var item: String
  var colour: Colour
  var place: Place
  var amount: Int
  var weight: Weight?

  struct Place: Sendable, Hashable { var hall: String?, shelf: String? }
}

let stockRecordBegins = #line
extension Stock: Record {
  static let tableName = "stock"
  init(_ column: inout some RecordColumns<Self> & ~Copyable) throws(ColumnError) {
    try self.init(
      id: column("id", \.id), item: column("item", \.item), colour: column("colour", \.colour),
      place: Place(hall: column("hall", \.place.hall), shelf: column("shelf", \.place.shelf)),
      amount: column("amount", \.amount), weight: column("weight", \.weight))
  }
}
let stockRecordEnds = #line
