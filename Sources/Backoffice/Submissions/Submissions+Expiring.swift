extension Submissions {
  // The plus prevents SQLite from using the status index and sorting.
  static let expirable = SQLStatement(
    """
    SELECT id FROM submissions
    WHERE expires_at <= ?1 AND closed_at IS NULL
      AND +status IN ('submitted', 'under_review', 'revision_needed', 'approved')
    ORDER BY expires_at, pk LIMIT ?2
    """)
  private static let setExpiry = edit("expires_at = ?3")

  /// Sets when a submission or its listing expires; nil for never.
  ///
  /// - Throws: ``SubmissionError/unknownSubmission(_:)``.
  @discardableResult
  public func setExpiry(_ id: ID<Submission>, at time: Timestamp?) throws -> Submission {
    try edit(id, Self.setExpiry, time)
  }

  /// Records that the directory never decided, or that the listing expired.
  ///
  /// - Throws: ``SubmissionError/unknownSubmission(_:)``,
  ///   ``SubmissionError/illegalMove(_:from:to:)``, or
  ///   ``SubmissionError/timeOrder(field:at:earliest:latest:)``.
  @discardableResult
  public func expire(
    _ id: ID<Submission>, at: Timestamp? = nil, reason: String? = nil
  ) throws -> Submission {
    try access.write(reason: reason) { transaction in
      try Self.move(id, to: .expired, at: at, in: transaction)
    }
  }

  /// Expires submissions whose time has passed, longest overdue first.
  ///
  /// The call is one transaction and can be repeated until it returns fewer rows than `limit`.
  ///
  /// - Parameters:
  ///   - time: the time by which they expire; nil for now. It must not be in the future.
  ///   - limit: the maximum number of results; 100 by default, at most 1,000.
  /// - Returns: the expired submissions.
  /// - Throws: ``SubmissionError/timeOrder(field:at:earliest:latest:)``.
  /// - Complexity: one index scan of the expiring submissions, and one write for each.
  @discardableResult
  public func expireDue(
    asOf time: Timestamp? = nil, limit: Int = PageLimit.standard
  ) throws -> [ID<Submission>] {
    try access.write(reason: "expired") { transaction in
      let now = transaction.now
      let time = time ?? now
      guard time <= now else {
        throw SubmissionError.timeOrder(
          field: "the time to expire by", at: time, earliest: .distantPast, latest: now)
      }
      let due: [ID<Submission>] = try transaction.fetchAll(
        Self.expirable, time, PageLimit.clamped(limit)
      ) { row in try row.value(at: 0) }
      for id in due { _ = try Self.move(id, to: .expired, in: transaction) }
      return due
    }
  }
}
