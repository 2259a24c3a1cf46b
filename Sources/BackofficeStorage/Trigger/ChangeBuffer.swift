import CBackofficeSQLite

/// A captured value of a changed row: a number, or the position of the bytes of text or a blob.
@usableFromInline
struct CapturedValue: BitwiseCopyable, Sendable {
  /// SQLite's code of the storage class, or 0 if the column was not captured.
  @usableFromInline var kind: Int32
  /// The number of bytes of text or a blob.
  @usableFromInline var count: Int32
  /// The integer, the bits of the real number, or the position of the first byte in the buffer.
  @usableFromInline var word: UInt64

  static let missing = CapturedValue(kind: 0, count: 0, word: 0)

  /// Whether the value was captured, and is neither NULL nor 0.
  var isSet: Bool {
    kind != 0 && kind != SQLITE_NULL && !(kind == SQLITE_INTEGER && word == 0)
  }

  var isText: Bool { kind == SQLITE_TEXT }
}

/// A change in the capture buffer: the positions of its values and triggers.
struct ChangeEntry: BitwiseCopyable {
  let table: Int
  let event: Trigger.Event
  /// The index of the first old value; the new values follow the old ones.
  let firstValue: Int
  /// The index of the first byte of its text and blobs.
  let firstByte: Int
  /// The index of the first of its triggers.
  let firstRule: Int
  var ruleCount: Int
}

/// The captured rows that triggers read.
///
/// An arena that stores the values of a row side by side, and text and blobs in one block. Its
/// memory is reused; the owner deallocates it.
@safe
struct ChangeBuffer {
  private(set) var entries = GrowingArray<ChangeEntry>(capacity: 8)
  private(set) var values = GrowingArray<CapturedValue>(capacity: 128)
  private(set) var bytes = GrowingArray<UInt8>(capacity: 1024)
  /// The indices of the triggers of each entry.
  private(set) var rules = GrowingArray<Int>(capacity: 32)

  func deallocate() {
    entries.deallocate()
    values.deallocate()
    bytes.deallocate()
    rules.deallocate()
  }

  /// Begins an entry with `width` old and `width` new values.
  mutating func open(table: Int, event: Trigger.Event, width: Int) -> ChangeEntry {
    let entry = ChangeEntry(
      table: table, event: event, firstValue: values.count, firstByte: bytes.count,
      firstRule: rules.count, ruleCount: 0)
    values.append(repeating: .missing, count: 2 * width)
    return entry
  }

  /// Adds a trigger to the open entry.
  mutating func add(rule: Int) { rules.append(rule) }

  /// Appends the open entry with the number of its triggers.
  mutating func close(_ entry: ChangeEntry, rules count: Int) {
    var entry = entry
    entry.ruleCount = count
    entries.append(entry)
  }

  /// Discards the open entry.
  mutating func discard(_ entry: ChangeEntry) {
    values.truncate(to: entry.firstValue)
    bytes.truncate(to: entry.firstByte)
    rules.truncate(to: entry.firstRule)
  }

  /// Copies a value of the row in the preupdate hook; returns nil if memory runs out.
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
      // Read as a blob: for text, SQLite would make a NUL-terminated copy. Only the text of a
      // UTF-16 database must be converted first.
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

  /// Whether two values have the same storage class and bytes.
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

  /// Moves the entries from index `count` on, with their values, to an empty buffer.
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

  /// Removes the entries from index `count` on.
  mutating func truncate(entries count: Int) {
    guard count < entries.count else { return }
    discard(entries[count])
    entries.truncate(to: count)
    // Releases the memory of a statement that changed many rows.
    if count == 0, bytes.capacity > Self.keptBytes || values.capacity > Self.keptValues {
      deallocate()
      self = ChangeBuffer()
    }
  }

  private static let keptBytes = 1 << 20
  private static let keptValues = 1 << 16
}
