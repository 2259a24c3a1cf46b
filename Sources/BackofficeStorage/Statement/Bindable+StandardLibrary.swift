extension Int64: ColumnConvertible {
  /// Binds the integer.
  @inlinable
  public func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    try parameter.bind(self)
  }

  /// The integer, when the column holds one.
  @inlinable
  public static func decode(_ column: borrowing ColumnValue) -> Int64? { column.int64 }
}

extension Int: ColumnConvertible {
  /// Binds the integer.
  @inlinable
  public func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    try parameter.bind(Int64(self))
  }

  /// The integer, when the column holds one that fits.
  @inlinable
  public static func decode(_ column: borrowing ColumnValue) -> Int? {
    column.int64.flatMap { Int(exactly: $0) }
  }
}

extension Int32: ColumnConvertible {
  /// Binds the integer.
  @inlinable
  public func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    try parameter.bind(Int64(self))
  }

  /// The integer, when the column holds one that fits.
  @inlinable
  public static func decode(_ column: borrowing ColumnValue) -> Int32? {
    column.int64.flatMap { Int32(exactly: $0) }
  }
}

extension Double: ColumnConvertible {
  /// Binds the number; NaN becomes NULL.
  @inlinable
  public func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    try parameter.bind(self)
  }

  /// The number, when the column holds a real or an integer.
  @inlinable
  public static func decode(_ column: borrowing ColumnValue) -> Double? { column.double }
}

extension Bool: ColumnConvertible {
  /// Binds 1 or 0.
  @inlinable
  public func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    try parameter.bind(self ? 1 as Int64 : 0)
  }

  /// True for 1, false for 0, and nothing else.
  @inlinable
  public static func decode(_ column: borrowing ColumnValue) -> Bool? {
    switch column.int64 {
    case 0: false
    case 1: true
    default: nil
    }
  }
}

extension String: ColumnConvertible {
  /// Binds the text with its length.
  @inlinable
  public func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    try parameter.bind(self)
  }

  /// The text, when the column holds valid UTF-8.
  @inlinable
  public static func decode(_ column: borrowing ColumnValue) -> String? { column.string }
}

extension [UInt8]: Bindable {
  /// Binds the bytes as a blob.
  @inlinable
  public func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    try unsafe parameter.bind(blob: span.bytes)
  }
}

extension [UInt8]: ColumnDecodable {
  /// The bytes, when the column holds a blob.
  @inlinable
  public static func decode(_ column: borrowing ColumnValue) -> [UInt8]? {
    column.withBlob { bytes in unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) } }
  }
}

extension Optional: Bindable where Wrapped: Bindable {
  /// Binds the value, or NULL.
  @inlinable
  public func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    switch self {
    case .some(let value): try value.bind(to: parameter)
    case .none: try parameter.bindNull()
    }
  }
}

extension Optional: ColumnDecodable where Wrapped: ColumnDecodable {
  /// Nil for NULL, else the value.
  @inlinable
  public static func decode(_ column: borrowing ColumnValue) -> Wrapped?? {
    if column.isNull { return .some(nil) }
    guard let value = Wrapped.decode(column) else { return nil }
    return .some(value)
  }
}
