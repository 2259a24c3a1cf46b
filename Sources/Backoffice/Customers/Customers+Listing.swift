public import BackofficeStorage

extension Customers {
  /// The live customers in a status, newest first.
  ///
  /// - Parameters:
  ///   - status: the status.
  ///   - pipeline: the pipeline it belongs to.
  ///   - cursor: where the page before ended; nil for the first page.
  ///   - limit: the size of a page: 100, and never more than 1,000.
  /// - Complexity: grows with the page.
  public func list(
    status: CustomerStatus, pipeline: String = Pipeline.sales, after cursor: PageCursor? = nil,
    limit: Int = PageLimit.standard
  ) throws -> Page<Customer> {
    let limit = PageLimit.clamped(limit)
    let cursor = cursor ?? .newest
    return try access.readOnce { transaction in
      let rows = try transaction.fetchAll(
        Self.ofStatus, pipeline, status, cursor.value, cursor.key, limit + 1,
        decode: Self.listed)
      return .made(from: rows, limit: limit)
    }
  }

  /// The live customers of a member of staff, newest first.
  ///
  /// - Parameters:
  ///   - owner: the member of staff.
  ///   - cursor: where the page before ended; nil for the first page.
  ///   - limit: the size of a page: 100, and never more than 1,000.
  /// - Complexity: grows with the page, and with the owner's deleted customers inside it.
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
  ///   - cursor: where the page before ended; nil for the first page.
  ///   - limit: the size of a page: 100, and never more than 1,000.
  /// - Complexity: grows with the page.
  public func list(
    after cursor: PageCursor? = nil, limit: Int = PageLimit.standard
  ) throws -> Page<Customer> {
    try page(Self.ofAll, after: cursor, limit: limit)
  }

  /// The customers that were soft-deleted and not anonymised, last deleted first.
  ///
  /// - Parameters:
  ///   - cursor: where the page before ended; nil for the first page.
  ///   - limit: the size of a page: 100, and never more than 1,000.
  /// - Complexity: grows with the page.
  public func listDeleted(
    after cursor: PageCursor? = nil, limit: Int = PageLimit.standard
  ) throws -> Page<Customer> {
    try page(Self.ofDeleted, after: cursor, limit: limit)
  }

  /// The live customers with a subscription of a tier, by its status and age.
  ///
  /// - Parameters:
  ///   - tier: the tier.
  ///   - cursor: where the page before ended; nil for the first page.
  ///   - limit: the size of a page: 100, and never more than 1,000.
  /// - Complexity: grows with the page, and with the deleted customers inside it.
  public func list(
    tier: SubscriptionTier, after cursor: PageCursor? = nil, limit: Int = PageLimit.standard
  ) throws -> Page<Customer> {
    let limit = PageLimit.clamped(limit)
    return try access.read { transaction in
      var rows: [(element: Customer, cursor: PageCursor)] = []
      var key = cursor?.key ?? 0
      for (position, status) in SubscriptionStatus.allCases.enumerated()
      where position >= cursor.map({ Int($0.value) }) ?? 0 && rows.count <= limit {
        rows += try transaction.fetchAll(
          Self.ofTier, tier, status, key, limit + 1 - rows.count
        ) { row in
          let key: Int64 = try row.value(at: Customer.columns.count)
          return try (Customer(row), PageCursor(value: Int64(position), key: key))
        }
        key = 0
      }
      return .made(from: rows, limit: limit)
    }
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

  private static func listed(
    _ row: borrowing Row
  ) throws -> (element: Customer, cursor: PageCursor) {
    let count = Customer.columns.count
    return try (
      Customer(row),
      PageCursor(value: row.value(at: count), key: row.value(at: count + 1))
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
  static let ofTier = SQLStatement(
    """
    SELECT \(Customer.selection(of: "customers")), subscriptions.pk FROM subscriptions
    CROSS JOIN customers ON customers.id = subscriptions.customer_id
    WHERE subscriptions.tier = ? AND subscriptions.status = ? AND subscriptions.pk > ?
      AND customers.deleted_at IS NULL
    ORDER BY subscriptions.pk LIMIT ?
    """)
}

extension PageCursor {
  /// Before the newest row there can be.
  static let newest = PageCursor(value: .max, key: .max)
}

extension Page {
  /// A page of the first `limit` rows, which goes on when there are more.
  static func made(from rows: [(element: Element, cursor: PageCursor)], limit: Int) -> Page {
    Page(
      elements: rows.prefix(limit).map(\.element),
      next: rows.count > limit ? rows[limit - 1].cursor : nil)
  }
}
