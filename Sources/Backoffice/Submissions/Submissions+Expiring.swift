extension Submissions {
  // The plus keeps SQLite from taking the index by status and sorting.
  static let expirable = SQLStatement(
    """
    SELECT id FROM submissions
    WHERE expires_at <= ?1 AND closed_at IS NULL
      AND +status IN ('submitted', 'under_review', 'revision_needed', 'approved')
    ORDER BY expires_at, pk LIMIT ?2
    """)
  private static let setExpiry = edit("expires_at = ?3")

  /// Sets when a submission or its listing runs out; nil for never.
  ///
  /// - Throws: ``SubmissionError/unknownSubmission(_:)``.
  @discardableResult
  public func setExpiry(_ id: ID<Submission>, at time: Timestamp?) throws -> Submission {
    try edit(id, Self.setExpiry, time)
  }

  /// Notes that the directory never decided, or that the listing ran out.
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

  /// Expires what is past its time, the longest past first.
  ///
  /// One transaction. Safe to repeat: call it until it answers fewer than `limit`.
  ///
  /// - Parameters:
  ///   - time: past by then; nil for now. Not in the future.
  ///   - limit: at most so many; 100 by default, 1,000 at most.
  /// - Returns: the submissions that expired.
  /// - Throws: ``SubmissionError/timeOrder(field:at:earliest:latest:)``.
  /// - Complexity: one walk over an index of those that have an end, and one write for each.
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
