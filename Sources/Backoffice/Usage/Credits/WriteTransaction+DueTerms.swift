extension WriteTransaction {
  static let clearDueTerms = SQLStatement(
    "UPDATE credit_balances SET due_at = NULL WHERE customer_id = ?1 AND due_at <= ?2")

  /// Brings the terms of a customer up to the current time.
  ///
  /// The owner of the terms watches `credit_balances.due_at` and sets them when it is cleared.
  func applyDueTerms(of customer: ID<Customer>) throws {
    try execute(Self.clearDueTerms, customer, now)
  }
}
