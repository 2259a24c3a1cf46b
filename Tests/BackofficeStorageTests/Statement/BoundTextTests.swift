import BackofficeStorage
import Testing

@Suite("Bound texts and blobs")
struct BoundTextTests {
  private static let echo = SQLStatement("SELECT ?, ?, ?")

  @Test("Strings of any length are read back unchanged, ASCII or not", arguments: 0...40)
  func lengths(_ length: Int) throws {
    let store = try Database.items()
    let ascii = String(repeating: "x", count: length)
    var mixed = Array(ascii)
    if length > 0 { mixed[length / 2] = "ß" }
    var late = Array(ascii)
    if length > 0 { late[length - 1] = "☃" }
    try store.read { transaction in
      let rows = try transaction.fetchAll(Self.echo, ascii, String(mixed), String(late)) { row in
        [try row.value(at: 0, as: String.self), try row.value(at: 1), try row.value(at: 2)]
      }
      #expect(rows == [[ascii, String(mixed), String(late)]])
    }
  }

  @Test("Invalid UTF-8 is rejected wherever the wrong byte is", arguments: 1...24)
  func invalid(_ length: Int) throws {
    let store = try Database.items()
    for place in 0..<length {
      var bytes = [UInt8](repeating: 0x41, count: length)
      bytes[place] = 0xff
      #expect(throws: RowDecodingError.self) {
        try store.read { transaction in
          _ = try transaction.fetchOne(sql: "SELECT CAST(? AS TEXT)", bytes) { row in
            try row.value(at: 0, as: String.self)
          }
        }
      }
    }
  }

  @Test("Values larger than the arena are bound as well")
  func large() throws {
    let store = try Database.items()
    let text = String(repeating: "0123456789", count: 6000)
    let blob = [UInt8](repeating: 7, count: 200_000)
    try store.read { transaction in
      try transaction.forEach(Self.echo, text, blob, text) { row in
        let first: String = try row.value(at: 0)
        let second: [UInt8] = try row.value(at: 1)
        let third: String = try row.value(at: 2)
        #expect(first == text && second == blob && third == text)
        return true
      }
    }
  }

  @Test("Nested statements do not change the bound values of the outer one")
  func nested() throws {
    let store = try Database.items()
    let inner = SQLStatement("SELECT ?")
    let outer = SQLStatement(
      """
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50)
      SELECT i, ? FROM n
      """)
    try store.read { transaction in
      var rows = 0
      try transaction.forEach(outer, "outer text of some length") { row in
        rows += 1
        let number: Int = try row.value(at: 0)
        let wanted = String(repeating: "inner", count: number)
        let found: String? = try transaction.fetchOne(inner, wanted) { try $0.value(at: 0) }
        let own: String = try row.value(at: 1)
        #expect(found == wanted && own == "outer text of some length")
        return true
      }
      #expect(rows == 50)
    }
  }
}
