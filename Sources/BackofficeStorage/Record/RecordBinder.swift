/// Hands out the placeholders of a statement one after the other.
@safe
public struct RecordBinder: ~Copyable {
  @usableFromInline let statement: PreparedStatement
  @usableFromInline var index = 0

  @inlinable
  init(_ statement: PreparedStatement) { self.statement = statement }

  /// Binds the next placeholder.
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

/// Binds the properties of a record in the order in which its initialiser names them.
@usableFromInline
@safe
struct RecordWriter<Root>: RecordColumns, ~Copyable {
  // By its address: a copy would retain every text of the record.
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
    // Read through the pointer, a key path copies the whole record first; only a computed property
    // needs that. The compiler knows the offset of a stored one.
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
