import BackofficeStorage
import CBackofficeSQLite
import Foundation
import Testing

extension Values {
  @Suite struct JSONTextTests {
    static let good = [
      "{}", "[]", "null", "true", "false", "0", "-0", "1", "-12.5e+10", "1E3", "0.5", #""""#,
      #""a""#, " \t\r\n[ 1 , 2 ] \n", #"{"a":1,"b":[{},[]],"a":2}"#, #""\"\\\/\b\f\n\r\t\u00e9""#,
      #""\ud800""#, #""é\u0000😀""#, "\"\u{7f}\"", "[[[[1]]]]", #"{"":{"":null}}"#,
    ]
    static let bad = [
      "", " ", "{", "}", "[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1]]", "[}", "{]",
      "{1:2}", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{"a" 1}"#, #"{"a":1 "b":2}"#, #"{,}"#, "nul",
      "nulL", "True", "truefalse", "01", "-", "-01", "+1", ".5", "1.", "1.e5", "1e", "1e+", "0x1",
      "NaN", "Infinity", "'a'", #"""#, #""\"#, #""\x""#, #""\u12""#, #""\u12g4""#, "\"\n\"",
      "\"\u{0}\"", "1 1", "{}{}", "\u{feff}{}", "[1]//x", "\u{a0}1", "a", "1\u{0}",
    ]

    @Test(arguments: good) func `a document is kept as it is written`(text: String) throws {
      #expect(try JSONText(text).text == text)
    }

    @Test(arguments: bad) func `any other text is refused`(text: String) {
      #expect(throws: JSONTextError.self) { try JSONText(text) }
    }

    @Test(arguments: good + bad)
    func `SQLite agrees`(text: String) throws {
      // SQLite ends a document at a NUL.
      guard !text.contains("\u{0}") else { return }
      let isValid = (try? JSONText(text)) != nil
      #expect(try isValidInSQLite(text) == isValid)
    }

    @Test func `nesting has a limit, and deep texts do not exhaust the stack`() throws {
      func nested(_ depth: Int) -> String {
        String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
      }
      #expect(try isValidInSQLite(JSONText(nested(1_000)).text))
      let error = #expect(throws: JSONTextError.self) { try JSONText(nested(1_001)) }
      #expect(error?.reason == .tooDeep && error?.offset == 1_000)
      #expect(throws: JSONTextError.self) { try JSONText(nested(1_000_000)) }
    }

    @Test func `an error says what and where`() {
      let error = #expect(throws: JSONTextError.self) { try JSONText(#"{"a":01}"#) }
      #expect(error?.description == "Invalid JSON: malformed number at byte 5.")
      let end = #expect(throws: JSONTextError.self) { try JSONText("[1,") }
      #expect(end?.reason == .unexpectedEnd && end?.offset == 3)
    }

    @Test func `random damage is judged as SQLite judges it`() throws {
      let random = RandomSource.seeded(10)
      let seed = Array(#"{"a":[1,-2.5e3,"x\n\u00e9",true,null,{"b":[]}],"c":{}}"#.utf8)
      let alphabet = Array(#"{}[]:,"\0123e.-+tfnu ab"#.utf8)
      for _ in 0..<2_000 {
        var bytes = seed
        for _ in 0...random.next(below: 2) {
          let index = random.next(below: bytes.count)
          switch random.next(below: 3) {
          case 0: bytes.remove(at: index)
          case 1: bytes[index] = alphabet[random.next(below: alphabet.count)]
          default: bytes.insert(alphabet[random.next(below: alphabet.count)], at: index)
          }
        }
        let text = String(decoding: bytes, as: UTF8.self)
        let isValid = (try? JSONText(text)) != nil
        #expect(try isValidInSQLite(text) == isValid, "\(text)")
      }
    }

    struct Note: Codable, Equatable {
      var url = "https://example.org/a"
      var count = 3
      var at = Timestamp(microseconds: 0)
    }

    @Test func `a value becomes a document with sorted keys and back`() throws {
      let document = try JSONText(encoding: Note())
      #expect(
        document.text
          == #"{"at":"1970-01-01T00:00:00Z","count":3,"url":"https://example.org/a"}"#)
      #expect(try document.decode(Note.self) == Note())
      #expect(try JSONText(encoding: 5).text == "5")
      #expect(throws: EncodingError.self) { try JSONText(encoding: Double.nan) }
      #expect(throws: DecodingError.self) { try JSONText.emptyArray.decode(Note.self) }
      #expect(try JSONText.emptyArray.decode([Int].self).isEmpty)
      #expect(try JSONText.emptyObject.decode([String: Int].self).isEmpty)
    }

    @Test func `a document survives SQLite and JSON`() throws {
      let document = try JSONText(#"{"n":12345678901234567890.10}"#)
      #expect(try throughSQLite(document) { JSONText.decode($0) } == document)
      #expect(try throughSQLite(5) { JSONText.decode($0) } == nil)
      #expect(try throughJSON([document]).value == [document])
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode([JSONText].self, from: Data(#"["{"]"#.utf8))
      }
    }

    private func isValidInSQLite(_ text: String) throws -> Bool {
      var database: OpaquePointer?
      defer { unsafe sqlite3_close_v2(database) }
      try #require(unsafe sqlite3_open(":memory:", &database) == SQLITE_OK)
      var statement: OpaquePointer?
      defer { unsafe sqlite3_finalize(statement) }
      let sql = "SELECT json_valid(?)"
      try #require(unsafe sqlite3_prepare_v2(database, sql, -1, &statement, nil) == SQLITE_OK)
      let length = UInt64(text.utf8.count)
      try #require(unsafe backoffice_bind_text(statement, 1, text, length) == SQLITE_OK)
      try #require(unsafe sqlite3_step(statement) == SQLITE_ROW)
      return unsafe sqlite3_column_int(statement, 0) == 1
    }
  }
}
