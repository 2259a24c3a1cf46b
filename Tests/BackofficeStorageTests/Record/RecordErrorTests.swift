import BackofficeStorage
import Testing

private struct Shelf: Record {
  static let tableName = "shelves"
  var id: ID<Shelf>
  var label: String?
  var depth = 0
}

extension Shelf {
  init(_ column: inout some RecordColumns<Self> & ~Copyable) throws(ColumnError) {
    try self.init(
      id: column("id", \.id), label: column("label", \.label), depth: column("depth", \.depth))
  }
}

@Suite("Invalid record declarations")
struct RecordErrorTests {
  private func database(_ schema: String = "") throws -> Database {
    try Database(.memory) { try $0.executeScript(schema) }
  }

  @Test("The error for a missing table or column names the record")
  func table() throws {
    let shelf = Shelf(id: .zero)
    try database().write { transaction in
      #expect(throws: RecordError.missingTable(record: "Shelf", table: "shelves")) {
        try transaction.insert(shelf)
      }
    }
    // A renamed column, and one that never existed.
    try database("CREATE TABLE shelves (id BLOB, title TEXT)").write { transaction in
      let missing = RecordError.missingColumns(
        record: "Shelf", table: "shelves", columns: ["label", "depth"])
      #expect(throws: missing) { try transaction.insert(shelf) }
      #expect(throws: missing) { try transaction.update(shelf) }
      #expect(throws: missing) { try Shelf.find(.zero, in: transaction) }
      #expect(throws: missing) { try Shelf.fetchAll(in: transaction, "") }
      #expect(throws: missing) { try Shelf.fetchAll(transaction, Self.all) }
      #expect(
        "\(missing)" == "Shelf declares columns that the table shelves does not have: label, depth")
    }
  }

  @Test("Other errors of a statement are SQLite's own")
  func otherMistakes() throws {
    try database("CREATE TABLE shelves (id BLOB, label TEXT, depth INTEGER)").write { transaction in
      #expect(throws: SQLiteError.self) { try Shelf.fetchAll(in: transaction, "WHERE nothing = 1") }
    }
  }

  private static let all = Shelf.select("")
  private static let crossed = SQLStatement("SELECT id, depth, label FROM shelves")
  private static let short = SQLStatement("SELECT id, label AS label FROM shelves")
  private static let named = SQLStatement(
    "SELECT id, upper(label) AS label, 1 AS depth, 2 FROM shelves")

  @Test("A statement must return the columns of the row in order; more may follow")
  func statements() throws {
    try database("CREATE TABLE shelves (id BLOB, label TEXT, depth INTEGER)").write { transaction in
      try transaction.insert(Shelf(id: .zero, label: "a"))
      #expect(
        throws: RecordError.otherColumn(
          record: "Shelf", index: 1, declared: "label", found: "depth", sql: Self.crossed.sql)
      ) { try Shelf.fetchAll(transaction, Self.crossed) }
      let short = RecordError.otherColumn(
        record: "Shelf", index: 2, declared: "depth", found: nil, sql: Self.short.sql)
      #expect(throws: short) { try Shelf.fetchOne(transaction, Self.short) }
      #expect("\(short)".contains("reads the column depth (2), but the statement returns no such"))
      let found = try Shelf.fetchOne(transaction, Self.named)
      #expect(found?.label == "A")
      #expect(found?.depth == 1)
    }
  }

  private struct Twice: TableRow {
    static let tableName = "shelves"
    let labels: [String]

    init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
      labels = [try column("label"), try column("label")]
    }

    static let all = select("")
  }

  private struct Keyless: Record {
    static let tableName = "shelves"
    static let keyColumn = "number"
    let label: String?

    init(_ column: inout some RecordColumns<Self> & ~Copyable) throws(ColumnError) {
      label = try column("label", \.label)
    }
  }

  /// A formatted text that no number matches.
  private struct Grid: ColumnConvertible {
    func bind(to parameter: borrowing Parameter) throws(SQLiteError) { try parameter.bind("A-1") }

    static func decode(_ column: borrowing ColumnValue) -> Grid? {
      column.string == "A-1" ? Grid() : nil
    }
  }

  private struct Sampleless: TableRow {
    static let tableName = "shelves"
    let grid: Grid

    init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
      grid = try column("label")
    }

    static let all = select("")
  }

  @Test("Duplicate columns, an undeclared key and a type without a sample are rejected")
  func declarations() throws {
    try database("CREATE TABLE shelves (label TEXT)").write { transaction in
      #expect(throws: RecordError.repeatedColumn(record: "Twice", column: "label")) {
        try Twice.fetchAll(transaction, Twice.all)
      }
      let keyless = RecordError.keyNotDeclared(record: "Keyless", column: "number")
      #expect(throws: keyless) { try Keyless.find(.zero, in: transaction) }
      let sampleless = RecordError.noSample(type: "Grid", column: "label")
      #expect(throws: sampleless) { try Sampleless.fetchAll(transaction, Sampleless.all) }
      #expect("\(sampleless)".hasSuffix("implement columnSample(_:) in Grid"))
    }
  }

  @Test("A record may have a key with another name and type")
  func ownKey() throws {
    try database("CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT)").write { transaction in
      try transaction.upsert(Setting(name: "a", value: "1"))
      try transaction.upsert(Setting(name: "a", value: "2"))
      #expect(try Setting.find("a", in: transaction)?.value == "2")
      #expect(try transaction.delete(Setting(name: "a", value: "3")))
      #expect(try Setting.find("a", in: transaction) == nil)
    }
  }

  private struct Setting: Record {
    typealias Key = String
    static let tableName = "settings"
    static let keyColumn = "name"
    let name: String
    let value: String

    init(name: String, value: String) { (self.name, self.value) = (name, value) }

    init(_ column: inout some RecordColumns<Self> & ~Copyable) throws(ColumnError) {
      name = try column("name", \.name)
      value = try column("value", \.value)
    }
  }
}
