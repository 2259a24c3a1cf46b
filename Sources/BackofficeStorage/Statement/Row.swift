public import CBackofficeSQLite

/// The row a statement stands on, or a row that change capture kept.
///
/// A row cannot be copied and is only ever lent: storing it, or using it after its statement moved
/// on, does not compile.
@safe
public struct Row: ~Copyable {
  @usableFromInline let statement: OpaquePointer?
  @usableFromInline let captured: UnsafePointer<OpaquePointer?>?
  /// Position in `captured` of each column of a record.
  @usableFromInline let positions: UnsafePointer<Int>?
  /// How many columns the row has.
  public let count: Int
  @usableFromInline let origin: StaticString?

  @inlinable
  init(statement: OpaquePointer, count: Int) {
    unsafe self.statement = unsafe statement
    unsafe captured = nil
    unsafe positions = nil
    self.count = count
    origin = nil
  }

  @usableFromInline
  init(captured: UnsafePointer<OpaquePointer?>, positions: UnsafePointer<Int>, count: Int) {
    unsafe statement = nil
    unsafe self.captured = unsafe captured
    unsafe self.positions = unsafe positions
    self.count = count
    origin = "captured change"
  }

  /// The value at `index`, counted from 0.
  ///
  /// - Throws: ``RowDecodingError`` when the row has no such column, or its value is not a `Value`.
  @inlinable
  public func value<Value: ColumnDecodable>(
    at index: Int, as type: Value.Type = Value.self
  ) throws(RowDecodingError) -> Value {
    guard index >= 0, index < count, let pointer = unsafe pointer(at: index) else {
      throw noSuchColumn(index, expected: Value.self)
    }
    guard let value = unsafe Value.decode(ColumnValue(pointer)) else {
      throw mismatch(index, expected: Value.self)
    }
    return value
  }

  /// A reader that hands out the values from the first column on.
  @inlinable
  public func reader() -> Reader { Reader(row: self) }

  @inlinable
  func pointer(at index: Int) -> OpaquePointer? {
    if let statement = unsafe statement {
      return unsafe sqlite3_column_value(statement, Int32(truncatingIfNeeded: index))
    }
    guard let captured = unsafe captured, let positions = unsafe positions else { return nil }
    return unsafe captured[positions[index]]
  }
}

extension Row {
  /// Hands out the values of a row one after the other, in the order of the statement's columns.
  ///
  /// Written beside the list of columns it decodes, so that both change together.
  @safe
  public struct Reader: ~Copyable {
    @usableFromInline let statement: OpaquePointer?
    @usableFromInline let captured: UnsafePointer<OpaquePointer?>?
    @usableFromInline let positions: UnsafePointer<Int>?
    @usableFromInline let count: Int
    @usableFromInline var index = 0

    @inlinable
    init(row: borrowing Row) {
      unsafe statement = unsafe row.statement
      unsafe captured = unsafe row.captured
      unsafe positions = unsafe row.positions
      count = row.count
    }

    /// The next value.
    ///
    /// - Throws: ``RowDecodingError`` when there is no further column, or its value is not a
    ///   `Value`.
    @inlinable
    public mutating func next<Value: ColumnDecodable>(
      _ type: Value.Type = Value.self
    ) throws(RowDecodingError) -> Value {
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
          let pointer = unsafe captured[positions[position]],
          let value = unsafe Value.decode(ColumnValue(pointer))
        {
          return value
        }
      }
      throw unsafe RowDecodingError.make(
        statement: statement, captured: captured, positions: positions, count: count,
        index: position, expected: Value.self)
    }
  }

  @usableFromInline
  func noSuchColumn(_ index: Int, expected: Any.Type) -> RowDecodingError {
    unsafe RowDecodingError.make(
      statement: statement, captured: captured, positions: positions, count: count,
      index: index, expected: expected)
  }

  @usableFromInline
  func mismatch(_ index: Int, expected: Any.Type) -> RowDecodingError {
    noSuchColumn(index, expected: expected)
  }
}
