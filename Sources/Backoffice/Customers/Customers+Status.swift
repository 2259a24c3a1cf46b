extension Customers {
  /// Moves a customer to another status of its pipeline, along a declared transition.
  ///
  /// History gets a row with the move, the owner of the moment, who acts and why.
  ///
  /// - Parameters:
  ///   - id: the customer.
  ///   - status: where to.
  ///   - expecting: the status that the caller believes it has; another one refuses the move.
  ///   - reason: why, for history.
  ///   - at: when it happened in the business; nil for now. Not in the future, and not before the
  ///     last row of the customer's history.
  /// - Returns: the customer as it is now.
  /// - Throws: ``CustomerError`` with `notFound`, `deleted`, `anonymised`, `statusChanged`,
  ///   `sameStatus`, `unknownStatus`, `illegalMove` (which names the allowed ones),
  ///   `timeOutOfOrder`.
  /// - Complexity: does not grow with the table.
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
  /// Refuses a time that would put a customer's history out of order.
  fileprivate func requireOrder(of id: ID<Customer>, at: Timestamp) throws {
    let earliest = try lastHistoryTime(of: id, kind: .customer) ?? .distantPast
    guard at >= earliest, at <= now else {
      throw CustomerError.timeOutOfOrder(id, at: at, earliest: earliest, latest: now)
    }
  }
}
