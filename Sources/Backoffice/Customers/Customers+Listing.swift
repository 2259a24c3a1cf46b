extension Customers {
  /// The live customers in a status, newest first.
  ///
  /// - Parameters:
  ///   - status: the status.
  ///   - pipeline: the pipeline it belongs to.
  ///   - cursor: the `next` cursor of the previous page; nil for the first page.
  ///   - limit: the maximum number of rows in the page; 100 by default, at most 1,000.
  /// - Throws: ``CustomerError/unknownPipeline(_:)``,
  ///   ``CustomerError/unknownStatus(_:pipeline:)``; `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: proportional to the size of the page.
  public func list(
    status: CustomerStatus, pipeline: String = Pipeline.sales, after cursor: PageCursor? = nil,
    limit: Int = PageLimit.standard
  ) throws -> Page<Customer> {
    let limit = PageLimit.clamped(limit)
    let cursor = cursor ?? .newest
    return try access.read { transaction in
      let rows = try transaction.fetchAll(
        Self.ofStatus, pipeline, status, cursor.value, cursor.key, limit + 1,
        decode: Self.listed)
      // No customer has a status that is not defined.
      if rows.isEmpty { try Self.require(status, in: pipeline, transaction) }
      return .made(from: rows, limit: limit)
    }
  }

  private static let defined = SQLStatement(
    """
    SELECT EXISTS (SELECT 1 FROM status_definitions WHERE pipeline = ?1 AND status = ?2),
      EXISTS (SELECT 1 FROM status_definitions WHERE pipeline = ?1)
    """)

  private static func require(
    _ status: CustomerStatus, in pipeline: String, _ transaction: borrowing ReadTransaction
  ) throws {
    let defined = try transaction.fetchOne(defined, pipeline, status) { row in
      (status: try row.value(at: 0, as: Bool.self), pipeline: try row.value(at: 1, as: Bool.self))
    }
    guard defined?.pipeline == true else { throw CustomerError.unknownPipeline(pipeline) }
    guard defined?.status == true else {
      throw CustomerError.unknownStatus(status, pipeline: pipeline)
    }
  }

  /// The live customers owned by a member of staff, newest first.
  ///
  /// - Parameters:
  ///   - owner: the member of staff.
  ///   - cursor: the `next` cursor of the previous page; nil for the first page.
  ///   - limit: the maximum number of rows in the page; 100 by default, at most 1,000.
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: proportional to the size of the page plus the owner's deleted customers within
  ///   it.
  public func list(
    owner: ID<StaffMember>, after cursor: PageCursor? = nil, limit: Int = PageLimit.standard
  ) throws -> Page<Customer> {
    let limit = PageLimit.clamped(limit)
    let cursor = cursor ?? .newest
    return try access.readOnce { transaction in
      let rows = try transaction.fetchAll(
        Self.ofOwner, owner, cursor.value, cursor.key, limit + 1, decode: Self.listed)
      return .made(from: rows, limit: limit)
    }
  }

  /// All live customers, newest first.
  ///
  /// - Parameters:
  ///   - cursor: the `next` cursor of the previous page; nil for the first page.
  ///   - limit: the maximum number of rows in the page; 100 by default, at most 1,000.
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: proportional to the size of the page.
  public func list(
    after cursor: PageCursor? = nil, limit: Int = PageLimit.standard
  ) throws -> Page<Customer> {
    try page(Self.ofAll, after: cursor, limit: limit)
  }

  /// The customers that were soft-deleted but not anonymised, last deleted first.
  ///
  /// - Parameters:
  ///   - cursor: the `next` cursor of the previous page; nil for the first page.
  ///   - limit: the maximum number of rows in the page; 100 by default, at most 1,000.
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: proportional to the size of the page.
  public func listDeleted(
    after cursor: PageCursor? = nil, limit: Int = PageLimit.standard
  ) throws -> Page<Customer> {
    try page(Self.ofDeleted, after: cursor, limit: limit)
  }

  private func page(
    _ statement: SQLStatement, after cursor: PageCursor?, limit: Int
  ) throws -> Page<Customer> {
    let limit = PageLimit.clamped(limit)
    let cursor = cursor ?? .newest
    return try access.readOnce { transaction in
      let rows = try transaction.fetchAll(
        statement, cursor.value, cursor.key, limit + 1, decode: Self.listed)
      return .made(from: rows, limit: limit)
    }
  }

  static func listed(
    _ row: borrowing Row
  ) throws -> (element: Customer, cursor: PageCursor) {
    try (
      Customer(row),
      PageCursor(value: row.value(at: row.count - 2), key: row.value(at: row.count - 1))
    )
  }

  static let ofStatus = SQLStatement(
    """
    SELECT \(Customer.selection), created_at, pk FROM customers
    WHERE pipeline = ? AND status = ? AND deleted_at IS NULL AND (created_at, pk) < (?, ?)
    ORDER BY created_at DESC, pk DESC LIMIT ?
    """)
  static let ofOwner = SQLStatement(
    """
    SELECT \(Customer.selection), created_at, pk FROM customers
    WHERE owner_id = ? AND deleted_at IS NULL AND (created_at, pk) < (?, ?)
    ORDER BY created_at DESC, pk DESC LIMIT ?
    """)
  static let ofAll = SQLStatement(
    """
    SELECT \(Customer.selection), created_at, pk FROM customers
    WHERE deleted_at IS NULL AND (created_at, pk) < (?, ?)
    ORDER BY created_at DESC, pk DESC LIMIT ?
    """)
  static let ofDeleted = SQLStatement(
    """
    SELECT \(Customer.selection), deleted_at, pk FROM customers
    WHERE deleted_at IS NOT NULL AND anonymised_at IS NULL AND (deleted_at, pk) < (?, ?)
    ORDER BY deleted_at DESC, pk DESC LIMIT ?
    """)
}
