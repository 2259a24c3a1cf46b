extension Customers {
  /// Moves a customer to another status along a transition of its pipeline.
  ///
  /// The history records the move, the owner at that time, the principal and the reason.
  ///
  /// - Parameters:
  ///   - id: the customer.
  ///   - status: the new status.
  ///   - expecting: the status that the customer must have now; nil for any status.
  ///   - reason: the reason to record in the history.
  ///   - at: when the move happened; nil for now. It must not be in the future or before the last
  ///     row of the customer's history.
  /// - Returns: the updated customer.
  /// - Throws: ``CustomerError`` with `notFound`, `deleted`, `anonymised`, `statusChanged`,
  ///   `sameStatus`, `unknownStatus`, `illegalMove` (which lists the allowed statuses),
  ///   `timeOutOfOrder`.
  /// - Complexity: independent of the size of the table.
  @discardableResult
  public func changeStatus(
    of id: ID<Customer>, to status: CustomerStatus, expecting: CustomerStatus? = nil,
    reason: String? = nil, at: Timestamp? = nil
  ) throws -> Customer {
    try access.write(reason: reason) { transaction in
      var customer = try transaction.liveCustomer(id)
      if let expecting, expecting != customer.status {
        throw CustomerError.statusChanged(id, expected: expecting, found: customer.status)
      }
      guard status != customer.status else { throw CustomerError.sameStatus(id, status) }
      if let at { try transaction.requireOrder(of: id, at: at) }
      if let problem = try transaction.statusRefusal(status, pipeline: customer.pipeline) {
        throw problem
      }
      customer.status = status
      customer.updatedAt = transaction.now
      _ = try transaction.dated(at) {
        try transaction.execute(Self.setStatus, status, transaction.now, id)
      }
      return customer
    }
  }

  private static let setStatus = SQLStatement(
    "UPDATE customers SET status = ?, updated_at = ? WHERE id = ?")
}

extension WriteTransaction {
  /// Rejects a time that would put a customer's history out of order.
  fileprivate func requireOrder(of id: ID<Customer>, at: Timestamp) throws {
    let earliest = try lastHistoryTime(of: id, kind: .customer) ?? .distantPast
    guard at >= earliest, at <= now else {
      throw CustomerError.timeOutOfOrder(id, at: at, earliest: earliest, latest: now)
    }
  }
}
