import CBackofficeSQLite

/// A value copied out of a changed row: a number in place, a text or blob by where its bytes lie.
@usableFromInline
struct CapturedValue: BitwiseCopyable, Sendable {
  /// SQLite's number of the storage class, or 0 when the column was not copied.
  @usableFromInline var kind: Int32
  /// How many bytes a text or blob has.
  @usableFromInline var count: Int32
  /// The integer, the bits of the real number, or the place of the first byte in the buffer.
  @usableFromInline var word: UInt64

  static let missing = CapturedValue(kind: 0, count: 0, word: 0)

  /// Whether it was copied, and is neither NULL nor 0.
  var isSet: Bool {
    kind != 0 && kind != SQLITE_NULL && !(kind == SQLITE_INTEGER && word == 0)
  }

  var isText: Bool { kind == SQLITE_TEXT }
}

/// A change in the capture buffer: where its values lie, and which rules it concerns.
struct ChangeEntry {
  let table: Int
  let event: Trigger.Event
  /// Index of the first old value; the new ones follow after the table's width.
  let firstValue: Int
  /// Index of the first byte of its texts and blobs.
  let firstByte: Int
  /// Index of the first of its rules.
  let firstRule: Int
  var ruleCount: Int
}

/// The changed rows of statements, as far as rules want to see them.
///
/// An arena: the values of a row stand side by side, texts and blobs in one block behind them, and
/// what is full once is not allocated again.
struct ChangeBuffer {
  private(set) var entries: [ChangeEntry] = []
  private(set) var values: [CapturedValue] = []
  private(set) var bytes: [UInt8] = []
  /// Indices of rules of the entries' tables.
  private(set) var rules: [Int] = []

  /// Begins the entry of a changed row, with room for `width` old and `width` new values.
  mutating func open(table: Int, event: Trigger.Event, width: Int) -> ChangeEntry {
    let entry = ChangeEntry(
      table: table, event: event, firstValue: values.count, firstByte: bytes.count,
      firstRule: rules.count, ruleCount: 0)
    values.append(contentsOf: repeatElement(.missing, count: 2 * width))
    return entry
  }

  /// Notes that a rule wants to see the entry that was opened last.
  mutating func add(rule: Int, to entry: inout ChangeEntry) {
    rules.append(rule)
    entry.ruleCount += 1
  }

  /// Ends the entry that was opened last.
  mutating func close(_ entry: ChangeEntry) { entries.append(entry) }

  /// Takes back the entry that was opened last.
  mutating func discard(_ entry: ChangeEntry) {
    if entry.firstValue == 0 {
      values.removeAll(keepingCapacity: true)
      bytes.removeAll(keepingCapacity: true)
      rules.removeAll(keepingCapacity: true)
    } else {
      values.removeLast(values.count - entry.firstValue)
      bytes.removeLast(bytes.count - entry.firstByte)
      rules.removeLast(rules.count - entry.firstRule)
    }
  }

  /// Whether the value at `index` was copied already.
  func has(_ index: Int) -> Bool { values[index].kind != 0 }

  /// Copies a value of the row that the preupdate hook shows; false when memory ran out.
  mutating func keep(_ value: OpaquePointer, at index: Int, isUTF8: Bool) -> Bool {
    let kind = unsafe sqlite3_value_type(value)
    switch kind {
    case SQLITE_INTEGER:
      values[index] = CapturedValue(
        kind: kind, count: 0, word: UInt64(bitPattern: unsafe sqlite3_value_int64(value)))
    case SQLITE_FLOAT:
      values[index] = CapturedValue(
        kind: kind, count: 0, word: unsafe sqlite3_value_double(value).bitPattern)
    case SQLITE_NULL:
      values[index] = CapturedValue(kind: kind, count: 0, word: 0)
    default:
      // The bytes as they lie there: asked for a text, SQLite would copy it to end it with a NUL.
      // Only the texts of a UTF-16 file have to be converted first.
      if !isUTF8, kind == SQLITE_TEXT { _ = unsafe sqlite3_value_text(value) }
      let start = unsafe sqlite3_value_blob(value)
      let count = unsafe sqlite3_value_bytes(value)
      values[index] = CapturedValue(kind: kind, count: count, word: UInt64(bytes.count))
      if count > 0 {
        guard let start = unsafe start else { return false }
        unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(start: start, count: Int(count)))
      }
    }
    return true
  }

  /// Whether two values are of the same kind and equal, byte for byte.
  func isIdentical(_ left: Int, _ right: Int) -> Bool {
    let old = values[left]
    let new = values[right]
    guard old.kind == new.kind, old.count == new.count else { return false }
    switch old.kind {
    case SQLITE_TEXT, SQLITE_BLOB:
      guard old.count > 0 else { return true }
      return unsafe bytes.withUnsafeBytes { bytes in
        let (left, right, count) = (Int(old.word), Int(new.word), Int(old.count))
        guard let start = bytes.baseAddress, max(left, right) + count <= bytes.count
        else { return false }
        return unsafe memcmp(start + left, start + right, count) == 0
      }
    case SQLITE_FLOAT:
      return Double(bitPattern: old.word) == Double(bitPattern: new.word)
    default:
      return old.word == new.word
    }
  }

  /// Cuts off the entries from `count` on, with their values, and hands them over.
  mutating func split(at count: Int) -> ChangeBuffer {
    guard count < entries.count else { return ChangeBuffer() }
    let first = entries[count]
    var rest = ChangeBuffer()
    rest.entries = entries[count...].map { entry in
      ChangeEntry(
        table: entry.table, event: entry.event, firstValue: entry.firstValue - first.firstValue,
        firstByte: entry.firstByte - first.firstByte,
        firstRule: entry.firstRule - first.firstRule, ruleCount: entry.ruleCount)
    }
    rest.values = values[first.firstValue...].map { value in
      var value = value
      if value.kind == SQLITE_TEXT || value.kind == SQLITE_BLOB {
        value.word -= UInt64(first.firstByte)
      }
      return value
    }
    rest.bytes = Array(bytes[first.firstByte...])
    rest.rules = Array(rules[first.firstRule...])
    truncate(entries: count)
    return rest
  }

  /// Forgets the entries from `count` on.
  mutating func truncate(entries count: Int) {
    guard count < entries.count else { return }
    discard(entries[count])
    entries.removeLast(entries.count - count)
    // One statement over a big table shall not hold its memory for ever.
    if count == 0, bytes.capacity > Self.keptBytes || values.capacity > Self.keptValues {
      self = ChangeBuffer()
    }
  }

  private static let keptBytes = 1 << 20
  private static let keptValues = 1 << 16
}
