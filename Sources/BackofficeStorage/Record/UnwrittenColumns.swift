/// Adapts the columns of a projection to the initializer of a record.
@usableFromInline
struct UnwrittenColumns<Root, Base: RowColumns & ~Copyable>: RecordColumns, ~Copyable {
  @usableFromInline var base: Base

  @inlinable
  @inline(__always)
  init(_ base: consuming Base) { self.base = base }

  @inlinable
  @inline(__always)
  mutating func callAsFunction<Value: ColumnConvertible>(
    _ name: String, _ path: KeyPath<Root, Value>
  ) throws(ColumnError) -> Value {
    try base(name)
  }
}

extension Record {
  /// Decodes the columns of the record.
  ///
  /// - Throws: the ``ColumnError`` of a column.
  @inlinable
  @inline(__always)
  public init<Columns: RowColumns & ~Copyable>(_ column: inout Columns) throws(ColumnError) {
    var columns = UnwrittenColumns<Self, Columns>(column)
    do {
      try self.init(&columns)
      column = columns.base
    } catch {
      column = columns.base
      throw error
    }
  }
}
