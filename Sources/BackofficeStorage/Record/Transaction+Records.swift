extension Record {
  /// The row with this key, or nil when there is none.
  ///
  /// - Throws: as ``TableRow/fetchAll(_:_:_:)``.
  /// - Complexity: one look-up by the key.
  @inlinable
  public static func find(
    _ key: Key, in transaction: borrowing some Transaction & ~Copyable
  ) throws -> Self? {
    try fetchOne(transaction, transaction.connection.statements(of: Self.self).find, key)
  }
}

extension WriteTransaction {
  /// Inserts a record after its `before` triggers have shaped it, and answers what was written.
  ///
  /// - Throws: ``SQLiteError`` with ``ResultCode/constraint`` when the schema refuses the row,
  ///   ``RecordError`` when the record does not fit the table, and what triggers throw.
  @discardableResult
  public func insert<R: Record>(_ record: R) throws -> R {
    let statement = try connection.statements(of: R.self).insert
    // Without rules nothing is copied but the answer.
    guard connection.capture.hasBeforeActions(of: R.self) else {
      try write(record, statement)
      return record
    }
    let shaped = try shaped(record, for: .insert)
    try write(shaped, statement)
    return shaped
  }

  /// Writes a record over the row with the same key, after its `before` triggers have shaped it.
  ///
  /// - Parameters:
  ///   - record: the row as it shall be.
  ///   - old: the row as it was, for triggers that compare.
  /// - Returns: what was written, or nil when there is no such row.
  /// - Throws: as ``insert(_:)``.
  @discardableResult
  public func update<R: Record>(_ record: R, from old: R? = nil) throws -> R? {
    let shaped = try shaped(record, from: old, for: .update)
    return try write(shaped, connection.statements(of: R.self).update) > 0 ? shaped : nil
  }

  /// Updates the row with the record's key, or inserts the record when there is none.
  ///
  /// The `before` triggers run for what happens: those of an update, and those of an insert when no
  /// row was updated.
  ///
  /// - Returns: what was written.
  /// - Throws: as ``insert(_:)``.
  @discardableResult
  public func upsert<R: Record>(_ record: R) throws -> R { try update(record) ?? insert(record) }

  /// Deletes the row with the record's key.
  ///
  /// - Returns: whether there was one.
  /// - Throws: as ``insert(_:)``.
  @discardableResult
  public func delete<R: Record>(_ record: R) throws -> Bool {
    let shaped = try shaped(record, from: record, for: .delete)
    return try write(of: R.self, connection.statements(of: R.self).delete) { binder in
      try shaped.bindKey(to: &binder)
    } > 0
  }

  /// The record as its `before` triggers leave it.
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

  private func write<R: Record>(
    of type: R.Type, _ statement: SQLStatement, binding bind: (inout RecordBinder) throws -> Void
  ) throws -> Int {
    let prepared = try connection.explaining(type) { try connection.statement(statement) }
    return try connection.run(prepared, binding: bind) { _ in true }
  }
}

/// Binds the one property that the key column stores.
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
