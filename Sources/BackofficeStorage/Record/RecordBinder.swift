/// Binds the parameters of a statement in order.
@safe
public struct RecordBinder: ~Copyable {
  @usableFromInline let statement: PreparedStatement
  @usableFromInline var index = 0

  @inlinable
  init(_ statement: PreparedStatement) { self.statement = statement }

  /// Binds the next parameter.
  ///
  /// - Throws: ``SQLiteError`` when SQLite refuses the value.
  @inlinable
  public mutating func bind<Value: Bindable>(_ value: Value) throws(SQLiteError) {
    index += 1
    try unsafe value.bind(
      to: Parameter(
        statement: statement.handle, index: Int32(truncatingIfNeeded: index),
        arena: statement.arena))
  }
}

/// Binds the properties of a record in the order of its initializer.
@usableFromInline
@safe
struct RecordWriter<Root>: RecordColumns, ~Copyable {
  // Held by address, because a copy would retain every string of the record.
  @usableFromInline let record: UnsafePointer<Root>
  @usableFromInline var binder: RecordBinder

  @inlinable
  @inline(__always)
  init(_ record: UnsafePointer<Root>, _ statement: PreparedStatement) {
    unsafe self.record = unsafe record
    binder = RecordBinder(statement)
  }

  @inlinable
  @inline(__always)
  mutating func callAsFunction<Value: ColumnConvertible>(
    _ name: String, _ path: KeyPath<Root, Value>
  ) throws(ColumnError) -> Value {
    let value: Value
    // Reading a key path through the pointer copies the whole record first, which only a computed
    // property requires. The compiler knows the offset of a stored property.
    if let offset = MemoryLayout<Root>.offset(of: path) {
      value = unsafe UnsafeRawPointer(record).load(fromByteOffset: offset, as: Value.self)
    } else {
      value = unsafe record.pointee[keyPath: path]
    }
    do {
      try binder.bind(value)
    } catch {
      throw ColumnError(error)
    }
    return value
  }
}
