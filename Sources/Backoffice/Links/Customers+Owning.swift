extension Customers {
  /// Assigns a customer to a member of staff, or removes the owner.
  ///
  /// The history records the previous owner. Assigning the current owner again changes nothing.
  ///
  /// - Throws: ``CustomerError`` with `notFound`, `deleted`, `anonymised`, `unknownOwner`,
  ///   `inactiveOwner`.
  /// - Complexity: independent of the size of the table.
  @discardableResult
  public func assignOwner(
    of id: ID<Customer>, to owner: ID<StaffMember>?, reason: String? = nil
  ) throws -> Customer {
    try access.write(reason: reason) { transaction in
      var customer = try transaction.liveCustomer(id)
      guard customer.ownerID != owner else { return customer }
      if let owner, let refusal = try transaction.ownerRefusal(owner) { throw refusal }
      customer.ownerID = owner
      customer.updatedAt = transaction.now
      try transaction.execute(Self.setOwner, owner, transaction.now, id)
      return customer
    }
  }

  /// Assigns the live customers of one member of staff to another, oldest first.
  ///
  /// - Parameters:
  ///   - owner: the current owner, such as a member of staff who left.
  ///   - successor: the new owner, or nil for none.
  ///   - reason: the reason to record in the history.
  ///   - limit: the maximum number of customers; 1,000 by default.
  /// - Returns: the number of customers assigned; fewer than `limit` if none is left.
  /// - Throws: ``CustomerError`` with `unknownOwner`, `inactiveOwner`.
  /// - Complexity: proportional to the number of customers assigned.
  @discardableResult
  public func reassignAll(
    from owner: ID<StaffMember>, to successor: ID<StaffMember>?, reason: String? = nil,
    limit: Int = PageLimit.maximum
  ) throws -> Int {
    guard owner != successor else { return 0 }
    return try access.write(reason: reason) { transaction in
      if let successor, let refusal = try transaction.ownerRefusal(successor) { throw refusal }
      return try transaction.execute(
        Self.reassign, successor, transaction.now, owner, PageLimit.clamped(limit))
    }
  }

  private static let setOwner = SQLStatement(
    "UPDATE customers SET owner_id = ?, updated_at = ? WHERE id = ?")
  private static let reassign = SQLStatement(
    """
    UPDATE customers SET owner_id = ?, updated_at = ? WHERE pk IN (
      SELECT pk FROM customers WHERE owner_id = ? AND deleted_at IS NULL
      ORDER BY created_at, pk LIMIT ?)
    """)
}

/// The rules of the ownership of customers.
enum CustomerOwners {
  /// Rejects an owner who does not exist, is deactivated or is deleted.
  static let usable = Trigger.after(
    "customers.owner", .insertOrUpdate(of: "owner_id").where(.holds("owner_id")), on: Owned.self
  ) { change, transaction in
    guard let owner = change.new?.owner, let refusal = try transaction.ownerRefusal(owner)
    else { return }
    throw refusal
  }

  private static let ownedCustomer = SQLStatement(
    "SELECT 1 FROM customers WHERE owner_id = ? AND deleted_at IS NULL LIMIT 1")

  /// Rejects the deletion of a member of staff who owns live customers.
  static let leaving = Trigger.after(
    "staff.owned_customers", .update(of: "deleted_at").where(.holds("deleted_at")),
    on: Member.self
  ) { change, transaction in
    guard let new = change.new, new.deletedAt != nil,
      try transaction.fetchOne(ownedCustomer, new.id, decode: { _ in true }) != nil
    else { return }
    throw StaffError.ownsCustomers(new.id)
  }

  struct Owned: TableRow {
    static let tableName = Customer.tableName
    let owner: ID<StaffMember>?

    init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
      owner = try column("owner_id")
    }
  }

  struct Member: TableRow {
    static let tableName = StaffMember.tableName
    let id: ID<StaffMember>
    let deletedAt: Timestamp?

    init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
      id = try column("id")
      deletedAt = try column("deleted_at")
    }
  }
}

extension WriteTransaction {
  private static let ownerState = SQLStatement(
    "SELECT is_active AND deleted_at IS NULL FROM staff WHERE id = ?")

  /// The error for a member of staff who cannot own customers, or nil.
  func ownerRefusal(_ owner: ID<StaffMember>) throws -> CustomerError? {
    let isUsable: Bool? = try fetchOne(Self.ownerState, owner) { row in try row.value(at: 0) }
    guard let isUsable else { return .unknownOwner(owner) }
    return isUsable ? nil : .inactiveOwner(owner)
  }
}
