public import CBackofficeSQLite

/// The row a statement stands on, or a row that change capture kept.
///
/// A row cannot be copied and is only ever lent: storing it, or using it after its statement moved
/// on, does not compile.
@safe
public struct Row: ~Copyable {
  @usableFromInline let statement: OpaquePointer?
  @usableFromInline let captured: UnsafePointer<CapturedValue>?
  /// Where the texts and blobs of captured values lie.
  @usableFromInline let bytes: UnsafeRawPointer?
  /// Position in `captured` of each column of a record.
  @usableFromInline let positions: UnsafePointer<Int>?
  /// How many columns the row has.
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

  /// The value at `index`, counted from 0.
  ///
  /// - Throws: ``RowDecodingError`` when the row has no such column, or its value is not a `Value`.
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

  /// A reader that hands out the values from the first column on.
  @inlinable
  public func reader() -> Reader { Reader(row: self) }
}

extension Row {
  /// Hands out the values of a row one after the other, in the order of the statement's columns.
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
  /// The next value; `name` is what errors call its column.
  ///
  /// - Throws: ``ColumnError`` when there is no further column, or its value is not a `Value`.
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
