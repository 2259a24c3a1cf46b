import SwiftCSV

/// Reads a table with named columns, record by record, in constant memory.
package struct TableReader {
  /// The format of the fields of a line.
  package enum Shape: Hashable, Sendable {
    /// Comma-separated (RFC 4180), or with another separator.
    case delimited(Character)
    /// Runs of spaces or tabs between fields, none inside them.
    case whitespace
  }

  package let shape: Shape
  /// The names of the columns if the file has no header.
  package let columns: [String]?
  /// Other names of the columns, for files of the same kind with another number of fields.
  package var otherColumns: [[String]] = []
  /// Columns that the file must have.
  package var required: [String]

  package init(
    shape: Shape = .delimited(","), columns: [String]? = nil, required: [String] = []
  ) {
    self.shape = shape
    self.columns = columns
    self.required = required
  }

  /// Calls `row` for each well-formed line of the table.
  ///
  /// A ``LineProblem`` that `row` throws skips the line; any other error ends the reading.
  ///
  /// - Returns: the skipped lines.
  /// - Throws: ``ReadingError`` when the file cannot be read or lacks a column, ``LineFailure`` for
  ///   an error of `row`.
  package func read(
    _ source: ByteSource, row: (TableLine) throws -> Void
  ) throws -> SkippedLines {
    var skipped = SkippedLines()
    var header = columns.map(Header.init)
    var isFirst = true
    func take(_ record: RecordSplitter.Record) throws {
      guard record.bytes.contains(where: { $0 > 0x20 }) else { return }
      do {
        let fields = try fields(of: record)
        guard header != nil else {
          header = try checked(fields)
          return
        }
        if isFirst, let other = otherColumns.first(where: { $0.count == fields.count }) {
          header = Header(other)
        }
        guard let header else { return }
        guard fields.count == header.names.count else {
          throw LineProblem(
            "it has \(fields.count) fields, \(header.names.count) were expected")
        }
        isFirst = false
        try row(TableLine(line: record.line, header: header, fields: fields))
      } catch let problem as LineProblem {
        skipped.add(SkippedLine(line: record.line, reason: problem.description))
      } catch let error as ReadingError {
        throw error
      } catch {
        throw LineFailure(line: record.line, cause: error)
      }
    }

    var splitter = RecordSplitter(delimiter: delimiterByte)
    while let piece = try source.next() { try splitter.feed(piece, take) }
    try splitter.finish(take)
    guard header != nil else { throw ReadingError.empty }
    return skipped
  }

  private var delimiterByte: UInt8 {
    guard case .delimited(let character) = shape else { return UInt8(ascii: " ") }
    return character.asciiValue ?? UInt8(ascii: ",")
  }

  private func checked(_ names: [String]) throws -> Header {
    let names = names.map { $0.trimmed }
    let missing = required.filter { !names.contains($0) }
    guard missing.isEmpty else {
      throw ReadingError.missingColumns(missing, found: names)
    }
    if let twice = names.first(where: { name in names.count { $0 == name } > 1 && !name.isEmpty }) {
      throw ReadingError.columnTwice(twice)
    }
    return Header(names)
  }

  private func fields(of record: RecordSplitter.Record) throws -> [String] {
    guard !record.isUnclosed else { throw LineProblem("a quote is opened and never closed") }
    guard !record.isCut else {
      throw LineProblem("it is longer than \(Human.grouped(RecordSplitter.longestRecord)) bytes")
    }
    guard let text = String(validating: record.bytes, as: UTF8.self) else {
      throw LineProblem("it is not UTF-8")
    }
    switch shape {
    case .whitespace:
      return text.split(whereSeparator: \.isWhitespace).map(String.init)
    case .delimited(let delimiter):
      do {
        // The line end makes the parser keep an empty last field.
        let table = try EnumeratedCSV(
          string: text + "\n", delimiter: .character(delimiter), loadColumns: false)
        return table.header
      } catch {
        throw LineProblem("a quoted field is not followed by a separator")
      }
    }
  }
}

/// The names of a table's columns.
final class Header: Sendable {
  let names: [String]
  let positions: [String: Int]

  init(_ names: [String]) {
    self.names = names
    positions = Dictionary(
      names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  }
}

/// One line of a table.
package struct TableLine: Sendable {
  /// The line in the file on which it begins, from 1.
  package let line: Int
  let header: Header
  package let fields: [String]

  /// The names of the columns.
  package var columns: [String] { header.names }

  /// The trimmed text of a column, or nil when it is empty or the table has no such column.
  package subscript(column: String) -> String? {
    guard let position = header.positions[column] else { return nil }
    let text = fields[position].trimmed
    return text.isEmpty ? nil : text
  }

  /// The text of a column that must not be empty.
  ///
  /// - Throws: ``LineProblem``.
  package func text(_ column: String) throws(LineProblem) -> String {
    guard let text = self[column] else { throw LineProblem("'\(column)' is empty") }
    return text
  }

  /// The whole number of a column, or nil when it is empty.
  ///
  /// - Throws: ``LineProblem`` when it is something else, or out of `range`.
  package func integer(
    _ column: String, in range: ClosedRange<Int> = .min ... .max
  ) throws(LineProblem) -> Int? {
    guard let text = self[column] else { return nil }
    guard let number = Int(text) else {
      throw LineProblem("'\(column)' is \(text.quoted), a whole number was expected")
    }
    guard range.contains(number) else {
      throw LineProblem(
        "'\(column)' is \(number), a number from \(range.lowerBound) to \(range.upperBound) "
          + "was expected")
    }
    return number
  }
}

extension StringProtocol {
  /// Without white space at either end.
  package var trimmed: String {
    var rest = self[...]
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
  }

  /// In quotation marks, shortened, for messages.
  package var quoted: String {
    count > 40 ? "'\(prefix(39))…'" : "'\(self)'"
  }
}
