import BackofficeStorage
import Testing

@Suite("Values are read back unchanged")
struct ValueRoundTripTests {
  let database: Database

  init() throws {
    database = try Database(.memory) { maintenance in
      try maintenance.executeScript("CREATE TABLE cells (value ANY) STRICT")
    }
  }

  func roundTrip<Value: ColumnConvertible>(_ value: Value) throws -> Value? {
    try database.write { transaction in
      try transaction.execute(sql: "DELETE FROM cells")
      try transaction.execute(sql: "INSERT INTO cells (value) VALUES (?)", value)
      return try transaction.fetchOne(sql: "SELECT value FROM cells") { row in
        try row.value(at: 0)
      }
    }
  }

  func storageClass() throws -> String? {
    try database.read { transaction in
      try transaction.fetchOne(sql: "SELECT typeof(value) FROM cells") { row in
        try row.value(at: 0)
      }
    }
  }

  @Test(
    "Strings keep every byte",
    arguments: [
      "", "\0", "a\0b", "\0\0", "é", "e\u{301}", "🚀", "日本語", "fifteen bytes!!", "sixteen bytes!!!",
      "\u{FFFD}", "line\nline", "'; DROP TABLE cells; --",
    ])
  func texts(text: String) throws {
    let back = try roundTrip(text)
    #expect(back.map { Array($0.utf8) } == Array(text.utf8))
    #expect(try storageClass() == "text")
  }

  @Test("A string of 16 MB is read back unchanged")
  func longText() throws {
    let text = String(repeating: "0123456789abcdef", count: 1 << 20)
    #expect(try roundTrip(text) == text)
  }

  @Test("Blobs keep every byte, and an empty blob stays a blob")
  func blobs() throws {
    for bytes: [UInt8] in [[], [0], [0, 1, 0], Array(0...255)] {
      #expect(try roundTrip(bytes) == bytes)
      #expect(try storageClass() == "blob")
    }
  }

  @Test(
    "Integers are read back unchanged up to their limits",
    arguments: [Int64.min, -1, 0, 1, Int64.max])
  func integers(number: Int64) throws {
    #expect(try roundTrip(number) == number)
    #expect(try storageClass() == "integer")
  }

  @Test("Real numbers are read back unchanged, including signed zeros and infinities")
  func reals() throws {
    for number in [
      0.1, -0.0, Double.greatestFiniteMagnitude, .leastNonzeroMagnitude, .infinity, -.infinity,
    ] {
      #expect(try roundTrip(number)?.bitPattern == number.bitPattern)
    }
  }

  @Test("NaN is stored as NULL, which does not decode as a Double")
  func notANumber() throws {
    #expect(try roundTrip(Double?.some(.nan)) == .some(nil))
    #expect(throws: RowDecodingError.self) { try roundTrip(Double.nan) }
  }

  @Test("Invalid UTF-8 is rejected, not repaired")
  func invalidUTF8() throws {
    let error = #expect(throws: RowDecodingError.self) {
      try database.read { transaction in
        try transaction.fetchOne(sql: "SELECT CAST(x'61ff62' AS TEXT) AS damaged") { row in
          try row.value(at: 0, as: String.self)
        }
      }
    }
    #expect(error?.column == "damaged")
    #expect(error?.found == .text)
  }

  @Test("The error for a wrong type names the column, both types and the statement")
  func wrongType() throws {
    let error = #expect(throws: RowDecodingError.self) {
      try database.read { transaction in
        try transaction.fetchOne(sql: "SELECT 1, 'seven' AS amount") { row in
          try row.value(at: 1, as: Int64.self)
        }
      }
    }
    #expect(
      error?.description
        == "cannot decode column amount (1): expected Int64, found TEXT "
        + "[in: SELECT 1, 'seven' AS amount]")
  }

  @Test("A missing column is an error, not NULL")
  func missingColumn() throws {
    let error = #expect(throws: RowDecodingError.self) {
      try database.read { transaction in
        try transaction.fetchOne(sql: "SELECT 1") { row in try row.value(at: 1, as: Int64?.self) }
      }
    }
    #expect(error?.found == nil)
    #expect(
      error?.description
        == "cannot decode column 1: expected Optional<Int64>, but the row has no such column "
        + "[in: SELECT 1]")
  }

  @Test("Values are not converted: text is not a number, a number is not text, 2 is not a Bool")
  func strictness() throws {
    func decodes<Value: ColumnDecodable>(_ sql: String, _ type: Value.Type) -> Bool {
      (try? database.read { transaction in
        try transaction.fetchOne(sql: "SELECT \(sql)") { row in try row.value(at: 0, as: type) }
      }) != nil
    }
    #expect(!decodes("'1'", Int64.self))
    #expect(!decodes("1.0", Int64.self))
    #expect(!decodes("1", String.self))
    #expect(!decodes("x'31'", String.self))
    #expect(!decodes("'31'", [UInt8].self))
    #expect(!decodes("2", Bool.self))
    #expect(!decodes("NULL", Int64.self))
    #expect(!decodes("3000000000", Int32.self))
    #expect(decodes("1", Double.self))
    #expect(decodes("1", Bool.self))
  }
}
