import ExampleSupport
import Testing

@Suite("Reading tables")
struct TableReaderTests {
  /// Reads text in pieces of `size` bytes, so that every boundary falls everywhere.
  private func read(
    _ text: String, pieces size: Int = .max, reader: TableReader = TableReader()
  ) throws -> (rows: [[String]], lines: [Int], skipped: SkippedLines) {
    var bytes = Array(text.utf8)[...]
    var rows: [[String]] = []
    var lines: [Int] = []
    let source = ByteSource {
      guard !bytes.isEmpty else { return nil }
      defer { bytes = bytes.dropFirst(size) }
      return Array(bytes.prefix(size))
    }
    let skipped = try reader.read(source) { row in
      rows.append(row.fields)
      lines.append(row.line)
    }
    return (rows, lines, skipped)
  }

  @Test("Records keep the line on which they begin, with any size of pieces")
  func linesAcrossPieces() throws {
    let text = "\u{feff}name,note\r\nAda,\"one, \"\"two\"\"\r\nthree\"\r\n\r\nBob,\nCy,x"
    for size in [1, 2, 3, 5, 7, 1000] {
      let result = try read(text, pieces: size)
      #expect(result.rows == [["Ada", "one, \"two\"\r\nthree"], ["Bob", ""], ["Cy", "x"]])
      #expect(result.lines == [2, 5, 6])
      #expect(result.skipped.isEmpty)
    }
  }

  @Test("A quote that is never closed costs its own line")
  func unclosedQuote() throws {
    let result = try read("a,b\n1,2\n\"3,4\n5,6\n7,8")
    #expect(result.rows == [["1", "2"], ["5", "6"], ["7", "8"]])
    #expect(result.lines == [2, 4, 5])
    #expect(
      result.skipped == [SkippedLine(line: 3, reason: "a quote is opened and never closed")])
  }

  @Test("A quote inside a bare field opens nothing")
  func innerQuote() throws {
    let result = try read("a,b\n5\" pipe,2\n3,4")
    #expect(result.rows == [["3", "4"]])
    #expect(result.skipped.map(\.line) == [2])
  }

  @Test("A line with too few fields is skipped, the rest goes in")
  func tooFewFields() throws {
    let result = try read("a,b,c\n1,2,3\n4,5\n6,7,8,9\n0,,")
    #expect(result.rows == [["1", "2", "3"], ["0", "", ""]])
    #expect(
      result.skipped == [
        SkippedLine(line: 3, reason: "it has 2 fields, 3 were expected"),
        SkippedLine(line: 4, reason: "it has 4 fields, 3 were expected"),
      ])
  }

  @Test("Bytes that are not UTF-8 are skipped")
  func notUTF8() throws {
    var rows = 0
    let source = ByteSource(Array("a,b\n".utf8) + [0xff, 0x2c, 0x31, 0x0a] + Array("1,2".utf8))
    let skipped = try TableReader().read(source) { _ in rows += 1 }
    #expect(rows == 1)
    #expect(skipped == [SkippedLine(line: 2, reason: "it is not UTF-8")])
  }

  @Test("A file without its columns, or empty, is refused as a whole")
  func missingColumns() {
    #expect(throws: ReadingError.empty) { try read("") }
    #expect(throws: ReadingError.missingColumns(["email"], found: ["name", "phone"])) {
      try read("name,phone\n1,2", reader: TableReader(required: ["name", "email"]))
    }
  }

  @Test("Fields between runs of white space")
  func whitespace() throws {
    let reader = TableReader(shape: .whitespace, columns: ["id", "day", "amount"])
    let text = " 04 19970101   29.33\r\n 05\t19970102  1.00\r\n 06 x\r\n"
    let result = try read(text, reader: reader)
    #expect(result.rows == [["04", "19970101", "29.33"], ["05", "19970102", "1.00"]])
    #expect(result.skipped.map(\.line) == [3])
  }

  @Test("A record that grows without end is given up at a limit")
  func boundedRecord() {
    var splitter = RecordSplitter(limit: 100)
    var records: [RecordSplitter.Record] = []
    splitter.feed(Array("\"open\n".utf8)) { records.append($0) }
    for _ in 0..<50 { splitter.feed(Array("1,2,3\n".utf8)) { records.append($0) } }
    splitter.finish { records.append($0) }
    #expect(records.count == 51)
    #expect(records.first?.isUnclosed == true)
    #expect(records.dropFirst().allSatisfy { !$0.isUnclosed })
    #expect(records.map(\.line) == Array(1...51))
  }

  @Test("13.25: Line numbers are those of an editor, for every kind of line end")
  func lineEnds() throws {
    for (name, end) in [("LF", "\n"), ("CR LF", "\r\n"), ("CR", "\r")] {
      let text = ["a,b", "1,2", "\"x", "y\",3", "", "4,5"].joined(separator: end)
      for size in [1, 2, 3, 1000] {
        let result = try read(text, pieces: size)
        #expect(result.rows == [["1", "2"], ["x\(end)y", "3"], ["4", "5"]], "\(name) \(size)")
        #expect(result.lines == [2, 3, 6], "\(name) \(size)")
      }
    }
  }

  @Test(
    "13.25: A line without end is cut and named, and what follows is read",
    arguments: [
      "x", "\"x", "\"x\"y,",
    ])
  func boundedLine(_ start: String) {
    var splitter = RecordSplitter(limit: 1000)
    var records: [RecordSplitter.Record] = []
    splitter.feed(Array("a,b\n\(start)".utf8)) { records.append($0) }
    var largest = 0
    for _ in 0..<2000 {
      splitter.feed([UInt8](repeating: 0x78, count: 1000)) { records.append($0) }
      largest = max(largest, records.map(\.bytes.count).max() ?? 0)
    }
    splitter.feed(Array("\n1,2\n".utf8)) { records.append($0) }
    splitter.finish { records.append($0) }
    #expect(records.map(\.line) == [1, 2, 3])
    #expect(records[1].isCut || records[1].isUnclosed)
    #expect(largest <= 1001)
    #expect(records[2].bytes == Array("1,2".utf8))
  }

  @Test("A column that the first line names twice is refused")
  func columnTwice() {
    #expect(throws: ReadingError.columnTwice("a")) { try read("a,b,a\n1,2,3") }
  }
}
