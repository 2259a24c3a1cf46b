extension Record {
  /// Returns the row with this key, or nil if there is none.
  ///
  /// - Throws: the errors of ``TableRow/fetchAll(_:_:_:)``.
  /// - Complexity: one look-up by key.
  @inlinable
  public static func find(
    _ key: Key, in transaction: borrowing some Transaction & ~Copyable
  ) throws -> Self? {
    try fetchOne(transaction, transaction.connection.statements(of: Self.self).find, key)
  }
}

extension WriteTransaction {
  /// Inserts a record after running its `before` triggers.
  ///
  /// - Parameter record: the record to insert.
  /// - Returns: the record as it was written.
  ///
  /// - Throws: ``SQLiteError`` with ``ResultCode/constraint`` if the row violates a constraint,
  ///   ``RecordError`` if the record does not match the table or was not stored, and the errors of
  ///   triggers.
  @discardableResult
  public func insert<R: Record>(_ record: R) throws -> R {
    let statement = try connection.statements(of: R.self).insert
    // Without triggers, only the result is copied.
    guard connection.capture.hasBeforeActions(of: R.self) else {
      try writeOne(record, statement)
      return record
    }
    let shaped = try shaped(record, for: .insert)
    try writeOne(shaped, statement)
    return shaped
  }

  /// Updates the row with the record's key after running its `before` triggers.
  ///
  /// - Parameters:
  ///   - record: the new row.
  ///   - old: the previous row, for triggers that compare; nil if it is not known.
  /// - Returns: the record as it was written, or nil if there is no such row.
  /// - Throws: the errors of ``insert(_:)``.
  @discardableResult
  public func update<R: Record>(_ record: R, from old: R? = nil) throws -> R? {
    let shaped = try shaped(record, from: old, for: .update)
    return try write(shaped, connection.statements(of: R.self).update) > 0 ? shaped : nil
  }

  /// Updates the row with the record's key, or inserts the record if there is none.
  ///
  /// The `before` triggers of an update run first, and those of an insert if no row was updated.
  ///
  /// - Returns: the record as it was written.
  /// - Throws: the errors of ``insert(_:)``.
  @discardableResult
  public func upsert<R: Record>(_ record: R) throws -> R { try update(record) ?? insert(record) }

  /// Deletes the row with the record's key.
  ///
  /// - Returns: whether the row existed.
  /// - Throws: the errors of ``insert(_:)``.
  @discardableResult
  public func delete<R: Record>(_ record: R) throws -> Bool {
    let shaped = try shaped(record, from: record, for: .delete)
    return try write(of: R.self, connection.statements(of: R.self).delete) { binder in
      try shaped.bindKey(to: &binder)
    } > 0
  }

  /// Runs the `before` triggers of a record.
  private func shaped<R: Record>(
    _ record: R, from old: R? = nil, for event: Trigger.Event
  ) throws -> R {
    var record = record
    for action in connection.capture.beforeActions(of: R.self, for: event) {
      try action.perform(&record, old, self)
    }
    return record
  }

  @discardableResult
  private func write<R: Record>(_ record: R, _ statement: SQLStatement) throws -> Int {
    try write(of: R.self, statement) { binder in try record.bind(to: &binder) }
  }

  /// Writes a record, and checks that a row was stored.
  private func writeOne<R: Record>(_ record: R, _ statement: SQLStatement) throws {
    if try write(record, statement) == 0 {
      throw RecordError.notStored(record: "\(R.self)", table: R.tableName)
    }
  }

  private func write<R: Record>(
    of type: R.Type, _ statement: SQLStatement, binding bind: (inout RecordBinder) throws -> Void
  ) throws -> Int {
    let prepared = try connection.explaining(type) { try connection.statement(statement) }
    return try connection.run(prepared, binding: bind) { _ in true }
  }
}

/// Binds the property of the key column.
private struct KeyWriter<Root: Record>: RecordColumns, ~Copyable {
  let record: Root
  var binder: RecordBinder

  mutating func callAsFunction<Value: ColumnConvertible>(
    _ name: String, _ path: KeyPath<Root, Value>
  ) throws(ColumnError) -> Value {
    let value = record[keyPath: path]
    guard name == Root.keyColumn else { return value }
    do {
      try binder.bind(value)
    } catch {
      throw ColumnError(error)
    }
    return value
  }
}

extension Record {
  fileprivate func bindKey(to binder: inout RecordBinder) throws {
    var writer = KeyWriter(record: self, binder: RecordBinder(binder.statement))
    do {
      _ = try Self(&writer)
    } catch {
      throw error.cause
    }
    binder.index += writer.binder.index
  }
}
