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
struct ChangeEntry: BitwiseCopyable {
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
/// what is full once is not allocated again. Its owner gives it back.
@safe
struct ChangeBuffer {
  private(set) var entries = GrowingArray<ChangeEntry>(capacity: 8)
  private(set) var values = GrowingArray<CapturedValue>(capacity: 128)
  private(set) var bytes = GrowingArray<UInt8>(capacity: 1024)
  /// Indices of rules of the entries' tables.
  private(set) var rules = GrowingArray<Int>(capacity: 32)

  func deallocate() {
    entries.deallocate()
    values.deallocate()
    bytes.deallocate()
    rules.deallocate()
  }

  /// Begins the entry of a changed row, with room for `width` old and `width` new values.
  mutating func open(table: Int, event: Trigger.Event, width: Int) -> ChangeEntry {
    let entry = ChangeEntry(
      table: table, event: event, firstValue: values.count, firstByte: bytes.count,
      firstRule: rules.count, ruleCount: 0)
    values.append(repeating: .missing, count: 2 * width)
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
    values.truncate(to: entry.firstValue)
    bytes.truncate(to: entry.firstByte)
    rules.truncate(to: entry.firstRule)
  }

  /// Copies a value of the row that the preupdate hook shows; nil when memory ran out.
  mutating func copy(_ value: OpaquePointer, isUTF8: Bool) -> CapturedValue? {
    let kind = unsafe sqlite3_value_type(value)
    switch kind {
    case SQLITE_INTEGER:
      return CapturedValue(
        kind: kind, count: 0, word: UInt64(bitPattern: unsafe sqlite3_value_int64(value)))
    case SQLITE_FLOAT:
      return CapturedValue(
        kind: kind, count: 0, word: unsafe sqlite3_value_double(value).bitPattern)
    case SQLITE_NULL:
      return CapturedValue(kind: kind, count: 0, word: 0)
    default:
      // The bytes as they lie there: asked for a text, SQLite would copy it to end it with a NUL.
      // Only the texts of a UTF-16 file have to be converted first.
      if !isUTF8, kind == SQLITE_TEXT { _ = unsafe sqlite3_value_text(value) }
      let start = unsafe sqlite3_value_blob(value)
      let count = unsafe sqlite3_value_bytes(value)
      let copy = CapturedValue(kind: kind, count: count, word: UInt64(bytes.count))
      if count > 0 {
        guard let start = unsafe start else { return nil }
        unsafe bytes.append(
          from: start.assumingMemoryBound(to: UInt8.self), count: Int(count))
      }
      return copy
    }
  }

  /// Whether two values are of the same kind and equal, byte for byte.
  func areIdentical(_ old: CapturedValue, _ new: CapturedValue) -> Bool {
    guard old.kind == new.kind, old.count == new.count else { return false }
    switch old.kind {
    case SQLITE_TEXT, SQLITE_BLOB:
      guard old.count > 0 else { return true }
      let (left, right, count) = (Int(old.word), Int(new.word), Int(old.count))
      return unsafe memcmp(bytes.start + left, bytes.start + right, count) == 0
    case SQLITE_FLOAT:
      return Double(bitPattern: old.word) == Double(bitPattern: new.word)
    default:
      return old.word == new.word
    }
  }

  /// Moves the entries from `count` on, with their values, to an empty buffer.
  mutating func split(at count: Int, into rest: inout ChangeBuffer) {
    guard count < entries.count else { return }
    let first = entries[count]
    for index in count..<entries.count {
      let entry = entries[index]
      rest.entries.append(
        ChangeEntry(
          table: entry.table, event: entry.event, firstValue: entry.firstValue - first.firstValue,
          firstByte: entry.firstByte - first.firstByte,
          firstRule: entry.firstRule - first.firstRule, ruleCount: entry.ruleCount))
    }
    for index in first.firstValue..<values.count {
      var value = values[index]
      if value.kind == SQLITE_TEXT || value.kind == SQLITE_BLOB {
        value.word -= UInt64(first.firstByte)
      }
      rest.values.append(value)
    }
    for index in first.firstByte..<bytes.count { rest.bytes.append(bytes[index]) }
    for index in first.firstRule..<rules.count { rest.rules.append(rules[index]) }
    truncate(entries: count)
  }

  /// Forgets the entries from `count` on.
  mutating func truncate(entries count: Int) {
    guard count < entries.count else { return }
    discard(entries[count])
    entries.truncate(to: count)
    // One statement over a big table shall not hold its memory for ever.
    if count == 0, bytes.capacity > Self.keptBytes || values.capacity > Self.keptValues {
      deallocate()
      self = ChangeBuffer()
    }
  }

  private static let keptBytes = 1 << 20
  private static let keptValues = 1 << 16
}
