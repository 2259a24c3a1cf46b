extension Customers {
  /// Records that a customer completed the next onboarding step, or all steps up to a given one.
  ///
  /// - Parameters:
  ///   - id: the customer.
  ///   - step: the last completed step; nil for the step after the current one.
  /// - Throws: ``CustomerError`` with `notFound`, `deleted`, `anonymised`, and
  ///   `invalidOnboardingStep` for a step before the current one.
  /// - Complexity: one index lookup and one write.
  @discardableResult
  public func advanceOnboarding(of id: ID<Customer>, to step: Int? = nil) throws -> Customer {
    try access.write { transaction in
      let old = try transaction.liveCustomer(id)
      let next = step ?? old.onboarding.step.adding(1)
      guard next >= old.onboarding.step else {
        throw CustomerError.invalidOnboardingStep(next, current: old.onboarding.step)
      }
      var customer = old
      customer.onboarding.step = next
      return try transaction.save(customer, from: old)
    }
  }

  /// Records that a customer completed onboarding.
  ///
  /// - Throws: ``CustomerError`` with `notFound`, `deleted`, `anonymised`.
  /// - Complexity: one index lookup and one write.
  @discardableResult
  public func completeOnboarding(of id: ID<Customer>) throws -> Customer {
    try access.write { transaction in
      let old = try transaction.liveCustomer(id)
      var customer = old
      customer.onboarding.isCompleted = true
      return try transaction.save(customer, from: old)
    }
  }

  /// Records that the first submission for a customer succeeded.
  ///
  /// Repeating the call changes nothing.
  ///
  /// - Throws: ``CustomerError/notFound(_:)``.
  /// - Complexity: one index lookup, and one write the first time.
  public func markFirstSubmissionCompleted(of id: ID<Customer>) throws {
    try access.write { transaction in
      try transaction.markFirstSubmissionCompleted(of: id)
    }
  }
}

extension WriteTransaction {
  private static let markFirstSubmission = SQLStatement(
    """
    UPDATE customers SET first_submission_completed = 1, updated_at = ?
    WHERE id = ? AND first_submission_completed = 0
    """)

  /// Records that the first submission for a customer succeeded.
  ///
  /// Repeating the call changes nothing.
  package func markFirstSubmissionCompleted(of id: ID<Customer>) throws {
    if try execute(Self.markFirstSubmission, now, id) == 0 { _ = try existingCustomer(id) }
  }
}
