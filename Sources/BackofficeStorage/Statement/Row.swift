public import CBackofficeSQLite

/// The current row of a statement, or a captured row.
///
/// A row cannot be copied, so code that stores it, or uses it after its statement has moved on,
/// does not compile.
@safe
public struct Row: ~Copyable {
  @usableFromInline let statement: OpaquePointer?
  @usableFromInline let captured: UnsafePointer<CapturedValue>?
  /// The text and blobs of captured values.
  @usableFromInline let bytes: UnsafeRawPointer?
  /// The position in `captured` of each column.
  @usableFromInline let positions: UnsafePointer<Int>?
  /// The number of columns.
  public let count: Int

  @inlinable
  init(statement: OpaquePointer, count: Int) {
    unsafe self.statement = unsafe statement
    unsafe captured = nil
    unsafe bytes = nil
    unsafe positions = nil
    self.count = count
  }

  @usableFromInline
  init(
    captured: UnsafePointer<CapturedValue>, bytes: UnsafeRawPointer?,
    positions: UnsafePointer<Int>, count: Int
  ) {
    unsafe statement = nil
    unsafe self.captured = unsafe captured
    unsafe self.bytes = unsafe bytes
    unsafe self.positions = unsafe positions
    self.count = count
  }

  /// Decodes the value at `index`, starting at 0.
  ///
  /// - Throws: ``RowDecodingError`` if the row has no such column, or the column does not hold a
  ///   `Value`.
  @inlinable
  public func value<Value: ColumnDecodable>(
    at index: Int, as type: Value.Type = Value.self
  ) throws(RowDecodingError) -> Value {
    if index >= 0, index < count {
      if let statement = unsafe statement {
        if let pointer = unsafe sqlite3_column_value(
          statement, Int32(truncatingIfNeeded: index)),
          let value = unsafe Value.decode(ColumnValue(pointer))
        {
          return value
        }
      } else if let captured = unsafe captured, let positions = unsafe positions,
        let value = unsafe Value.decode(ColumnValue(captured[positions[index]], in: bytes))
      {
        return value
      }
    }
    throw unsafe RowDecodingError.make(
      statement: statement, captured: captured, positions: positions, count: count, index: index,
      expected: Value.self)
  }

  /// A reader that starts at the first column.
  @inlinable
  public func reader() -> Reader { Reader(row: self) }
}

extension Row {
  /// Decodes the values of a row in the order of the statement's columns.
  @safe
  public struct Reader: ~Copyable {
    @usableFromInline let statement: OpaquePointer?
    @usableFromInline let captured: UnsafePointer<CapturedValue>?
    @usableFromInline let bytes: UnsafeRawPointer?
    @usableFromInline let positions: UnsafePointer<Int>?
    @usableFromInline let count: Int
    @usableFromInline var index = 0

    @inlinable
    init(row: borrowing Row) {
      unsafe statement = unsafe row.statement
      unsafe captured = unsafe row.captured
      unsafe bytes = unsafe row.bytes
      unsafe positions = unsafe row.positions
      count = row.count
    }
  }
}

extension Row.Reader: RowColumns {
  /// Decodes the next value; errors report the column as `name`.
  ///
  /// - Throws: ``ColumnError`` if there is no further column, or the column does not hold a
  ///   `Value`.
  @inlinable
  @inline(__always)
  public mutating func callAsFunction<Value: ColumnDecodable>(
    _ name: String
  ) throws(ColumnError) -> Value {
    let position = index
    index = position + 1
    if position < count {
      if let statement = unsafe statement {
        if let pointer = unsafe sqlite3_column_value(
          statement, Int32(truncatingIfNeeded: position)),
          let value = unsafe Value.decode(ColumnValue(pointer))
        {
          return value
        }
      } else if let captured = unsafe captured, let positions = unsafe positions,
        let value = unsafe Value.decode(ColumnValue(captured[positions[position]], in: bytes))
      {
        return value
      }
    }
    throw failure(at: position, named: name, expected: Value.self)
  }

  @usableFromInline
  @inline(never)
  func failure(at position: Int, named name: String, expected: Any.Type) -> ColumnError {
    var error = unsafe RowDecodingError.make(
      statement: statement, captured: captured, positions: positions, count: count,
      index: position, expected: expected)
    error.column = name
    return ColumnError(error)
  }
}
