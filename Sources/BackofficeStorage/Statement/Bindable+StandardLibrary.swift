extension Int64: ColumnConvertible {
  /// Binds the integer.
  ///
  /// - Throws: ``SQLiteError`` if SQLite refuses the value.
  @inlinable
  public func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    try parameter.bind(self)
  }

  /// Decodes an integer.
  @inlinable
  public static func decode(_ column: borrowing ColumnValue) -> Int64? { column.int64 }
}

extension Int: ColumnConvertible {
  /// Binds the integer.
  ///
  /// - Throws: ``SQLiteError`` if SQLite refuses the value.
  @inlinable
  public func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    try parameter.bind(Int64(self))
  }

  /// Decodes an integer that fits the type.
  @inlinable
  public static func decode(_ column: borrowing ColumnValue) -> Int? {
    column.int64.flatMap { Int(exactly: $0) }
  }
}

extension Int32: ColumnConvertible {
  /// Binds the integer.
  ///
  /// - Throws: ``SQLiteError`` if SQLite refuses the value.
  @inlinable
  public func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    try parameter.bind(Int64(self))
  }

  /// Decodes an integer that fits the type.
  @inlinable
  public static func decode(_ column: borrowing ColumnValue) -> Int32? {
    column.int64.flatMap { Int32(exactly: $0) }
  }
}

extension Double: ColumnConvertible {
  /// Binds the number; NaN becomes NULL.
  ///
  /// - Throws: ``SQLiteError`` if SQLite refuses the value.
  @inlinable
  public func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    try parameter.bind(self)
  }

  /// Decodes a real number or an integer.
  @inlinable
  public static func decode(_ column: borrowing ColumnValue) -> Double? { column.double }
}

extension Bool: ColumnConvertible {
  /// Binds 1 or 0.
  ///
  /// - Throws: ``SQLiteError`` if SQLite refuses the value.
  @inlinable
  public func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    try parameter.bind(self ? 1 as Int64 : 0)
  }

  /// Decodes 1 as true and 0 as false.
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
  /// Binds the string with its length.
  ///
  /// - Throws: ``SQLiteError`` if SQLite refuses the value.
  @inlinable
  public func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    try parameter.bind(self)
  }

  /// Decodes text that is valid UTF-8.
  @inlinable
  public static func decode(_ column: borrowing ColumnValue) -> String? { column.string }
}

extension [UInt8]: Bindable {
  /// Binds the bytes as a blob.
  ///
  /// - Throws: ``SQLiteError`` if SQLite refuses the value.
  @inlinable
  public func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    try unsafe parameter.bind(blob: span.bytes)
  }
}

extension [UInt8]: ColumnDecodable {
  /// Decodes a blob.
  @inlinable
  public static func decode(_ column: borrowing ColumnValue) -> [UInt8]? {
    column.withBlob { bytes in unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) } }
  }
}

extension Optional: Bindable where Wrapped: Bindable {
  /// Binds the value, or NULL.
  ///
  /// - Throws: ``SQLiteError`` if SQLite refuses the value.
  @inlinable
  public func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    switch self {
    case .some(let value): try value.bind(to: parameter)
    case .none: try parameter.bindNull()
    }
  }
}

extension Optional: ColumnDecodable where Wrapped: ColumnDecodable {
  /// Decodes NULL as nil, and any other value as `Wrapped`.
  @inlinable
  public static func decode(_ column: borrowing ColumnValue) -> Wrapped?? {
    if column.isNull { return .some(nil) }
    guard let value = Wrapped.decode(column) else { return nil }
    return .some(value)
  }
}
