public import CBackofficeSQLite

/// The five kinds of value that SQLite stores.
public enum StorageClass: String, Sendable, Hashable {
  case integer = "INTEGER"
  case real = "REAL"
  case text = "TEXT"
  case blob = "BLOB"
  case null = "NULL"
}

/// One value of the current row, readable only while the row is.
///
/// Text and blobs are slices of SQLite's memory until a decoder copies them.
@safe
public struct ColumnValue: ~Copyable {
  @usableFromInline let value: OpaquePointer

  // `sqlite3_column_value` answers an unprotected value. Reading one with `sqlite3_value_*` is
  // sound in a connection that one thread uses at a time (https://www.sqlite.org/c3ref/value.html),
  // and costs one call where `sqlite3_column_*` re-checks the statement for each question.
  @inlinable
  init(_ value: OpaquePointer) { unsafe self.value = unsafe value }

  /// The kind of the value.
  public var storageClass: StorageClass {
    switch unsafe sqlite3_value_type(value) {
    case SQLITE_INTEGER: .integer
    case SQLITE_FLOAT: .real
    case SQLITE_TEXT: .text
    case SQLITE_BLOB: .blob
    default: .null
    }
  }

  /// Whether the value is NULL.
  @inlinable
  public var isNull: Bool { unsafe sqlite3_value_type(value) == SQLITE_NULL }

  /// The integer, or nil when the value is of another kind.
  @inlinable
  public var int64: Int64? {
    guard unsafe sqlite3_value_type(value) == SQLITE_INTEGER else { return nil }
    return unsafe sqlite3_value_int64(value)
  }

  /// The real number, or the integer as one, or nil when the value is of another kind.
  @inlinable
  public var double: Double? {
    switch unsafe sqlite3_value_type(value) {
    case SQLITE_FLOAT: unsafe sqlite3_value_double(value)
    case SQLITE_INTEGER: unsafe Double(sqlite3_value_int64(value))
    default: nil
    }
  }

  /// The text with all its bytes, NUL included; nil when the value is no text or no valid UTF-8.
  @inlinable
  public var string: String? {
    guard unsafe sqlite3_value_type(value) == SQLITE_TEXT else { return nil }
    // The text first, its length second: https://www.sqlite.org/c3ref/column_blob.html
    guard let start = unsafe sqlite3_value_text(value) else { return nil }
    let count = unsafe Int(sqlite3_value_bytes(value))
    let bytes = unsafe UnsafeBufferPointer(start: start, count: count)
    // `String(validating:)` comes unspecialised from the standard library and looks up metadata for
    // every text. Text that is all ASCII is valid without it.
    if unsafe Self.isASCII(UnsafeRawBufferPointer(bytes)) {
      return unsafe String(decoding: bytes, as: UTF8.self)
    }
    return unsafe String(validating: bytes, as: UTF8.self)
  }

  @inlinable
  static func isASCII(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var index = 0
    while index + 8 <= bytes.count {
      let word = unsafe bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      if word & 0x8080_8080_8080_8080 != 0 { return false }
      index += 8
    }
    while index < bytes.count {
      if unsafe bytes[index] >= 0x80 { return false }
      index += 1
    }
    return true
  }

  /// Calls `body` with the UTF-8 bytes of a text, or answers nil when the value is no text.
  @inlinable
  public func withUTF8<Result>(_ body: (Span<UInt8>) -> Result?) -> Result? {
    guard unsafe sqlite3_value_type(value) == SQLITE_TEXT,
      let start = unsafe sqlite3_value_text(value)
    else { return nil }
    let count = unsafe Int(sqlite3_value_bytes(value))
    return unsafe body(UnsafeBufferPointer(start: start, count: count).span)
  }

  /// Calls `body` with the bytes of a blob, or answers nil when the value is no blob.
  @inlinable
  public func withBlob<Result>(_ body: (RawSpan) -> Result?) -> Result? {
    guard unsafe sqlite3_value_type(value) == SQLITE_BLOB else { return nil }
    // SQLite answers a null pointer for a blob of no bytes.
    let start = unsafe sqlite3_value_blob(value)
    let count = unsafe Int(sqlite3_value_bytes(value))
    return unsafe body(UnsafeRawBufferPointer(start: start, count: count).bytes)
  }

  /// Whether both values are of the same kind and equal, byte for byte.
  @usableFromInline
  func isIdentical(to other: borrowing ColumnValue) -> Bool {
    let kind = unsafe sqlite3_value_type(value)
    guard unsafe kind == sqlite3_value_type(other.value) else { return false }
    switch kind {
    case SQLITE_INTEGER:
      return unsafe sqlite3_value_int64(value) == sqlite3_value_int64(other.value)
    case SQLITE_FLOAT:
      return unsafe sqlite3_value_double(value) == sqlite3_value_double(other.value)
    case SQLITE_NULL:
      return true
    default:
      let left = unsafe sqlite3_value_blob(value)
      let count = unsafe Int(sqlite3_value_bytes(value))
      let right = unsafe sqlite3_value_blob(other.value)
      guard unsafe count == Int(sqlite3_value_bytes(other.value)) else { return false }
      let leftBytes = unsafe UnsafeRawBufferPointer(start: left, count: count)
      let rightBytes = unsafe UnsafeRawBufferPointer(start: right, count: count)
      return unsafe leftBytes.elementsEqual(rightBytes)
    }
  }
}
