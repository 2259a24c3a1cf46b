extension Submissions {
  private static let findWork = SubmissionWork.select("WHERE queue_item_id = ?")
  private static let putWork = SQLStatement(
    """
    INSERT INTO submission_work (queue_item_id, method, requires_verification,
      verification_status, form_complexity, captcha_encountered, manual_intervention_required,
      external_submission_id, screenshot_url, proof, submission_data, business_data, created_at,
      updated_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?13)
    ON CONFLICT (queue_item_id) DO UPDATE SET method = ?2, requires_verification = ?3,
      verification_status = ?4, form_complexity = ?5, captcha_encountered = ?6,
      manual_intervention_required = ?7, external_submission_id = ?8, screenshot_url = ?9,
      proof = ?10, submission_data = ?11, business_data = ?12, updated_at = ?13
    """)

  /// The submission data of a queue item, or nil if it has none.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index lookup.
  public func work(of item: ID<QueueItem>) throws -> SubmissionWork? {
    try access.readOnce { try SubmissionWork.fetchOne($0, Self.findWork, item) }
  }

  /// Changes the submission data of a leased item while its worker works on it.
  ///
  /// ```swift
  /// try store.submissions.report(context.lease) { work in work.captchaEncountered = true }
  /// ```
  ///
  /// - Parameters:
  ///   - lease: the lease; a lost lease changes nothing.
  ///   - change: modifies the stored data, or the defaults if there are none.
  /// - Returns: the updated data.
  /// - Throws: `QueueError/leaseLost(item:reason:)`,
  ///   ``SubmissionError/outOfRange(field:value:allowed:)``,
  ///   ``SubmissionError/wrongShape(field:expected:)``, and any error that `change` throws.
  /// - Complexity: a constant number of index lookups.
  @discardableResult
  public func report(
    _ lease: Lease, _ change: (inout SubmissionWork) throws -> Void
  ) throws -> SubmissionWork {
    try access.write { transaction in
      try transaction.queue.require(lease)
      let known = try SubmissionWork.fetchOne(transaction, Self.findWork, lease.item)
      var work = known ?? SubmissionWork()
      try change(&work)
      guard work != known else { return work }
      try Self.put(work, of: lease.item, transaction)
      return work
    }
  }

  /// Writes the submission data of an item.
  static func put(
    _ work: SubmissionWork, of item: ID<QueueItem>, _ transaction: borrowing WriteTransaction
  ) throws {
    try work.validate()
    try transaction.execute(
      putWork, item, work.method, work.requiresVerification, work.verificationStatus,
      work.formComplexity, work.captchaEncountered, work.manualInterventionRequired,
      work.externalSubmissionID, work.screenshotURL, work.proof, work.submissionData,
      work.businessData, transaction.now)
  }
}
