/// Splits bytes into records: a record is a line, or several lines with a quoted field across them.
///
/// Holds one record at a time. An unclosed quote invalidates its own line only: when the record has no
/// end, its first line is skipped and reading resumes on the next one.
package struct RecordSplitter {
  /// One record without its line end.
  package struct Record: Hashable {
    /// The line on which it begins, from 1.
    package let line: Int
    package let bytes: [UInt8]
    /// Whether a quote was opened and never closed.
    package let isUnclosed: Bool
  }

  /// A longer quoted field is treated as unclosed.
  package static let longestRecord = 1 << 20

  private let delimiter: UInt8
  private let limit: Int
  private var pending: [UInt8] = []
  /// How far `pending` has been scanned.
  private var position = 0
  private var isQuoted = false
  private var isFieldStart = true
  private var wasQuote = false
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
    if isFirst {
      // The mark may be split between pieces.
      guard pending.count >= 3 else { return }
      removeByteOrderMark()
    }
    try scan(body)
  }

  /// Emits the last record.
  package mutating func finish(_ body: (Record) throws -> Void) rethrows {
    removeByteOrderMark()
    try scan(body)
    while !pending.isEmpty {
      if isQuoted {
        try giveUpFirstLine(body)
      } else {
        try emit(upTo: pending.count, consuming: pending.count, body)
      }
      try scan(body)
    }
  }

  private mutating func removeByteOrderMark() {
    guard isFirst else { return }
    isFirst = false
    if pending.starts(with: [0xef, 0xbb, 0xbf]) { pending.removeFirst(3) }
  }

  private mutating func scan(_ body: (Record) throws -> Void) rethrows {
    var start = 0
    defer {
      pending.removeFirst(start)
      position -= start
    }
    while true {
      while position < pending.count {
        let byte = pending[position]
        position += 1
        if byte == UInt8(ascii: "\n"), !isQuoted {
          try emit(from: start, upTo: position - 1, body)
          start = position
        } else {
          note(byte)
        }
      }
      guard isQuoted, pending.count - start > limit else { return }
      pending.removeFirst(start)
      start = 0
      try giveUpFirstLine(body)
    }
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
  }

  private mutating func emit(
    from start: Int, upTo end: Int, isUnclosed: Bool = false, _ body: (Record) throws -> Void
  ) rethrows {
    var record = pending[start..<end]
    let lines = record.count { $0 == UInt8(ascii: "\n") } + 1
    if record.last == UInt8(ascii: "\r") { record.removeLast() }
    let first = line
    line += lines
    restart()
    try body(Record(line: first, bytes: Array(record), isUnclosed: isUnclosed))
  }

  private mutating func emit(
    upTo end: Int, consuming count: Int, isUnclosed: Bool = false,
    _ body: (Record) throws -> Void
  ) rethrows {
    defer {
      pending.removeFirst(count)
      position = 0
    }
    try emit(from: 0, upTo: end, isUnclosed: isUnclosed, body)
  }

  private mutating func giveUpFirstLine(_ body: (Record) throws -> Void) rethrows {
    let end = pending.firstIndex(of: UInt8(ascii: "\n")) ?? pending.count
    try emit(upTo: end, consuming: min(end + 1, pending.count), isUnclosed: true, body)
  }
}
