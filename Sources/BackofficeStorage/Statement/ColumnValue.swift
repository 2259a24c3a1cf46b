public import CBackofficeSQLite

/// The storage classes of SQLite values.
public enum StorageClass: String, Sendable, Hashable {
  case integer = "INTEGER"
  case real = "REAL"
  case text = "TEXT"
  case blob = "BLOB"
  case null = "NULL"
}

/// A value of the current row, valid only as long as the row.
///
/// Text and blobs refer to SQLite's memory, or to the capture buffer, until they are decoded.
@safe
public struct ColumnValue: ~Copyable {
  /// SQLite's value, or nil for a captured value.
  @usableFromInline let source: OpaquePointer?
  /// A captured number, or the address of captured bytes.
  @usableFromInline let word: UInt64
  @usableFromInline let byteCount: Int32
  /// SQLite's code of the storage class, read once.
  @usableFromInline let kind: Int32

  // `sqlite3_column_value` returns an unprotected value. Reading it with `sqlite3_value_*` is safe
  // in a connection that one thread uses at a time (https://www.sqlite.org/c3ref/value.html), and
  // avoids the checks of the statement in each `sqlite3_column_*` call.
  @inlinable
  init(_ value: OpaquePointer) {
    unsafe source = unsafe value
    word = 0
    byteCount = 0
    kind = unsafe sqlite3_value_type(value)
  }

  @inlinable
  init(_ value: CapturedValue, in bytes: UnsafeRawPointer?) {
    unsafe source = nil
    kind = value.kind
    byteCount = value.count
    // For text and blobs, the address replaces the offset into the buffer.
    word =
      value.kind == SQLITE_TEXT || value.kind == SQLITE_BLOB
      ? value.word &+ UInt64(UInt(bitPattern: bytes)) : value.word
  }

  /// The storage class of the value.
  public var storageClass: StorageClass {
    switch kind {
    case SQLITE_INTEGER: .integer
    case SQLITE_FLOAT: .real
    case SQLITE_TEXT: .text
    case SQLITE_BLOB: .blob
    default: .null
    }
  }

  /// Whether the value is NULL.
  @inlinable
  public var isNull: Bool { kind == SQLITE_NULL }

  /// The integer, or nil for another storage class.
  @inlinable
  public var int64: Int64? {
    guard kind == SQLITE_INTEGER else { return nil }
    return integer
  }

  @inlinable
  var integer: Int64 {
    if let source = unsafe source { return unsafe sqlite3_value_int64(source) }
    return Int64(bitPattern: word)
  }

  /// The real number, or the integer as a real number, or nil for another storage class.
  @inlinable
  public var double: Double? {
    if kind == SQLITE_INTEGER { return Double(integer) }
    guard kind == SQLITE_FLOAT else { return nil }
    if let source = unsafe source { return unsafe sqlite3_value_double(source) }
    return Double(bitPattern: word)
  }

  /// The bytes of text, or nil if memory runs out.
  @inlinable
  var textBytes: UnsafeBufferPointer<UInt8>? {
    guard let source = unsafe source else {
      return unsafe UnsafeBufferPointer(
        start: UnsafePointer(bitPattern: UInt(word)), count: Int(byteCount))
    }
    // The text must be read before its length: https://www.sqlite.org/c3ref/column_blob.html
    guard let start = unsafe sqlite3_value_text(source) else { return nil }
    return unsafe UnsafeBufferPointer(start: start, count: Int(sqlite3_value_bytes(source)))
  }

  /// The text, including NUL characters; nil if the value is not text or not valid UTF-8.
  @inlinable
  public var string: String? {
    guard kind == SQLITE_TEXT, let bytes = unsafe textBytes else { return nil }
    // `String(validating:)` is not specialized in the standard library and looks up metadata for
    // each call. ASCII text needs no validation.
    guard unsafe Self.isASCII(UnsafeRawBufferPointer(bytes)) else {
      return unsafe String(validating: bytes, as: UTF8.self)
    }
    // A string of up to 15 bytes is stored inline.
    guard bytes.count <= 15 else { return unsafe String(decoding: bytes, as: UTF8.self) }
    return unsafe String(unsafeUninitializedCapacity: bytes.count) { buffer in
      if let source = bytes.baseAddress, let target = buffer.baseAddress {
        unsafe target.initialize(from: source, count: bytes.count)
      }
      return bytes.count
    }
  }

  /// A text of two bytes as a little-endian number; 0 for any other value.
  @inlinable
  var textWord: UInt16 {
    guard kind == SQLITE_TEXT, let bytes = unsafe textBytes, bytes.count == 2 else { return 0 }
    return unsafe UInt16(bytes[0]) | UInt16(bytes[1]) << 8
  }

  @inlinable
  static func isASCII(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let count = bytes.count
    guard count >= 8 else {
      if count >= 4 {
        let start = unsafe bytes.loadUnaligned(as: UInt32.self)
        let end = unsafe bytes.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self)
        return (start | end) & 0x8080_8080 == 0
      }
      var seen: UInt8 = 0
      for index in 0..<count { seen |= unsafe bytes[index] }
      return seen < 0x80
    }
    // Reads words from the start, and a last, overlapping word at the end.
    var seen = unsafe bytes.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
    var index = 0
    while index + 8 < count {
      seen |= unsafe bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      index += 8
    }
    return seen & 0x8080_8080_8080_8080 == 0
  }

  /// Calls `body` with the UTF-8 bytes of text; returns nil if the value is not text.
  @inlinable
  public func withUTF8<Result>(_ body: (Span<UInt8>) -> Result?) -> Result? {
    guard kind == SQLITE_TEXT, let bytes = unsafe textBytes else { return nil }
    return unsafe body(bytes.span)
  }

  /// Calls `body` with the bytes of a blob; returns nil if the value is not a blob.
  @inlinable
  public func withBlob<Result>(_ body: (RawSpan) -> Result?) -> Result? {
    guard kind == SQLITE_BLOB else { return nil }
    guard let source = unsafe source else {
      return unsafe body(
        UnsafeRawBufferPointer(
          start: UnsafeRawPointer(bitPattern: UInt(word)), count: Int(byteCount)
        ).bytes)
    }
    // SQLite returns a null pointer for an empty blob.
    let start = unsafe sqlite3_value_blob(source)
    let count = unsafe Int(sqlite3_value_bytes(source))
    return unsafe body(UnsafeRawBufferPointer(start: start, count: count).bytes)
  }
}
