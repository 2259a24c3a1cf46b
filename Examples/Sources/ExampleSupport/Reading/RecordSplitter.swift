/// Splits bytes into records: a record is a line, or several lines with a quoted field across them.
///
/// Holds one record at a time, of bounded size. A line ends with a line feed, a carriage return, or
/// both, so that line numbers are those of an editor. An unclosed quote invalidates its own line
/// only: when the record has no end, its first line is skipped and reading resumes on the next one.
package struct RecordSplitter {
  /// One record without its line end.
  package struct Record: Hashable {
    /// The line on which it begins, from 1.
    package let line: Int
    package let bytes: [UInt8]
    /// Whether a quote was opened and never closed.
    package var isUnclosed = false
    /// Whether it was longer than the limit; only its beginning is kept.
    package var isCut = false
  }

  /// A longer quoted field is treated as unclosed, and a longer line is cut.
  package static let longestRecord = 1 << 20

  private static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  private let delimiter: UInt8
  private let limit: Int
  private var pending: [UInt8] = []
  /// How far `pending` has been scanned.
  private var position = 0
  private var isQuoted = false
  private var isFieldStart = true
  private var wasQuote = false
  /// Whether the rest of the current line is dropped.
  private var isDropping = false
  private var line = 1
  private var isFirst = true

  package init(delimiter: UInt8 = UInt8(ascii: ","), limit: Int = longestRecord) {
    self.delimiter = delimiter
    self.limit = limit
  }

  /// Adds a piece and emits every record that ends in it.
  package mutating func feed(
    _ bytes: [UInt8], _ body: (Record) throws -> Void
  ) rethrows {
    pending += bytes
    // The mark may be split between pieces.
    guard !isFirst || pending.count >= 3 else { return }
    removeByteOrderMark()
    try scan(isAtEnd: false, body)
  }

  /// Emits the last record.
  package mutating func finish(_ body: (Record) throws -> Void) rethrows {
    removeByteOrderMark()
    try scan(isAtEnd: true, body)
  }

  private mutating func removeByteOrderMark() {
    guard isFirst else { return }
    isFirst = false
    if pending.starts(with: [0xef, 0xbb, 0xbf]) { pending.removeFirst(3) }
  }

  private mutating func scan(isAtEnd: Bool, _ body: (Record) throws -> Void) rethrows {
    var start = 0
    defer {
      pending.removeFirst(start)
      position -= start
    }
    while true {
      while position < pending.count {
        let byte = pending[position]
        if byte == Self.lineFeed || byte == Self.carriageReturn, !isQuoted || isDropping {
          guard let end = lineEnd(at: position, isAtEnd: isAtEnd) else { return }
          try endLine(start, body)
          position = end
          start = end
          continue
        }
        position += 1
        guard !isDropping else {
          start = position
          continue
        }
        note(byte)
        if !isQuoted, position - start > limit {
          try body(Record(line: line, bytes: Array(pending[start..<start + limit]), isCut: true))
          isDropping = true
          start = position
        }
      }
      let isTooLong = pending.count - start > limit
      guard isTooLong || isAtEnd, start < pending.count, !isDropping else { return }
      if isQuoted {
        start = try giveUpFirstLine(start, isAtEnd: isAtEnd, body)
      } else if isAtEnd {
        try endLine(start, body)
        start = pending.count
      }
    }
  }

  /// The position behind a line end; nil if a line feed may follow in the next piece.
  private func lineEnd(at place: Int, isAtEnd: Bool) -> Int? {
    guard pending[place] == Self.carriageReturn else { return place + 1 }
    guard place + 1 < pending.count else { return isAtEnd ? place + 1 : nil }
    return pending[place + 1] == Self.lineFeed ? place + 2 : place + 1
  }

  /// Emits what stands before `position`, or ends a line of which the rest was dropped.
  private mutating func endLine(_ start: Int, _ body: (Record) throws -> Void) rethrows {
    let first = line
    let record = pending[start..<position]
    line += 1 + (isDropping ? 0 : Self.lineEnds(in: record))
    let isDropped = isDropping
    restart()
    if !isDropped { try body(Record(line: first, bytes: Array(record))) }
  }

  /// - Returns: the start of the next line.
  private mutating func giveUpFirstLine(
    _ start: Int, isAtEnd: Bool, _ body: (Record) throws -> Void
  ) rethrows -> Int {
    let end = pending[start...].firstIndex { $0 == Self.lineFeed || $0 == Self.carriageReturn }
    let bytes = Array(pending[start..<min(end ?? pending.count, start + limit)])
    let record = Record(line: line, bytes: bytes, isUnclosed: true)
    restart()
    position = pending.count
    if let end, let next = lineEnd(at: end, isAtEnd: true) {
      position = next
      line += 1
    } else {
      isDropping = true
    }
    let next = position
    try body(record)
    return next
  }

  private static func lineEnds(in bytes: ArraySlice<UInt8>) -> Int {
    var count = 0
    var isAfterReturn = false
    for byte in bytes {
      if byte == lineFeed, !isAfterReturn { count += 1 }
      if byte == carriageReturn { count += 1 }
      isAfterReturn = byte == carriageReturn
    }
    return count
  }

  private mutating func note(_ byte: UInt8) {
    if byte == UInt8(ascii: "\"") {
      // A quote opens a field at its start only, and reopens it right after it closed it ("").
      if isQuoted {
        isQuoted = false
        wasQuote = true
      } else if isFieldStart || wasQuote {
        isQuoted = true
        wasQuote = false
      }
      isFieldStart = false
    } else if !isQuoted {
      wasQuote = false
      if byte == delimiter {
        isFieldStart = true
      } else if byte != UInt8(ascii: " ") {
        isFieldStart = false
      }
    }
  }

  private mutating func restart() {
    isQuoted = false
    isFieldStart = true
    wasQuote = false
    isDropping = false
  }
}
