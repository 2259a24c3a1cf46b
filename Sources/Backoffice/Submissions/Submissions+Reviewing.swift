extension Submissions {
  private static let setLive = SQLStatement(
    """
    UPDATE submissions SET submission_url = coalesce(?2, submission_url),
      external_submission_id = coalesce(?3, external_submission_id),
      listing_ranking_position = coalesce(?4, listing_ranking_position),
      expires_at = coalesce(?5, expires_at), updated_at = ?6
    WHERE id = ?1
    """)
  private static let setRejection = SQLStatement(
    """
    UPDATE submissions SET rejection_reason = ?2, rejection_category = ?3, updated_at = ?4
    WHERE id = ?1
    """)
  private static let setRevision = SQLStatement(
    """
    UPDATE submissions SET revision_notes = ?2, revision_count = revision_count + 1,
      updated_at = ?3
    WHERE id = ?1
    """)
  private static let setChecked = SQLStatement(
    """
    UPDATE submissions SET last_checked_at = ?2, updated_at = ?2 WHERE id = ?1
    RETURNING \(Submission.selection)
    """)

  /// Records that the directory is reviewing the submission: submitted becomes under review.
  ///
  /// - Throws: ``SubmissionError/unknownSubmission(_:)``,
  ///   ``SubmissionError/illegalMove(_:from:to:)``, or
  ///   ``SubmissionError/timeOrder(field:at:earliest:latest:)``.
  @discardableResult
  public func startReview(
    _ id: ID<Submission>, at: Timestamp? = nil, reason: String? = nil
  ) throws -> Submission {
    try access.write(reason: reason) { transaction in
      try Self.move(id, to: .underReview, at: at, in: transaction)
    }
  }

  /// Records that the directory approved the submission.
  ///
  /// - Parameters:
  ///   - id: which submission.
  ///   - liveURL: the URL of the listing; nil keeps the stored value.
  ///   - externalID: the id at the directory; nil keeps the stored value.
  ///   - ranking: the position in the directory's list, starting at 1.
  ///   - expiresAt: when the listing expires; nil for never.
  ///   - at: when it was approved; nil for now.
  ///   - reason: the reason to record in the history.
  /// - Throws: the errors of ``startReview(_:at:reason:)``, and
  ///   ``SubmissionError/outOfRange(field:value:allowed:)``.
  @discardableResult
  public func approve(
    _ id: ID<Submission>, liveURL: String? = nil, externalID: String? = nil,
    ranking: Int? = nil, expiresAt: Timestamp? = nil, at: Timestamp? = nil,
    reason: String? = nil
  ) throws -> Submission {
    try SubmissionRules.check(ranking, in: 1...Int64.max, field: "listing_ranking_position")
    return try access.write(reason: reason) { transaction in
      try transaction.execute(
        Self.setLive, id, liveURL.nonEmpty, externalID.nonEmpty, ranking, expiresAt,
        transaction.now)
      return try Self.move(id, to: .approved, at: at, in: transaction)
    }
  }

  /// Records that the directory rejected the submission, which closes it.
  ///
  /// - Parameters:
  ///   - id: which submission.
  ///   - reason: the directory's reason, which is also recorded in the history.
  ///   - category: the category of the reason, in the program's own vocabulary.
  ///   - at: when it was rejected; nil for now.
  /// - Throws: the errors of ``startReview(_:at:reason:)``, and
  ///   ``SubmissionError/emptyText(field:)``.
  @discardableResult
  public func reject(
    _ id: ID<Submission>, reason: String, category: String? = nil, at: Timestamp? = nil
  ) throws -> Submission {
    guard !reason.isEmpty else { throw SubmissionError.emptyText(field: "rejection_reason") }
    return try access.write(reason: reason) { transaction in
      try transaction.execute(
        Self.setRejection, id, reason, category.nonEmpty, transaction.now)
      return try Self.move(id, to: .rejected, at: at, in: transaction)
    }
  }

  /// Records that the directory requested changes, and counts the request.
  ///
  /// - Throws: the errors of ``startReview(_:at:reason:)``, and
  ///   ``SubmissionError/emptyText(field:)``.
  @discardableResult
  public func requestRevision(
    _ id: ID<Submission>, notes: String, at: Timestamp? = nil
  ) throws -> Submission {
    guard !notes.isEmpty else { throw SubmissionError.emptyText(field: "revision_notes") }
    return try access.write(reason: notes) { transaction in
      try transaction.execute(Self.setRevision, id, notes, transaction.now)
      return try Self.move(id, to: .revisionNeeded, at: at, in: transaction)
    }
  }

  /// Starts submitting a revision: revision needed becomes submitting.
  ///
  /// - Throws: the errors of ``startReview(_:at:reason:)``.
  @discardableResult
  public func resubmit(_ id: ID<Submission>, reason: String? = nil) throws -> Submission {
    try access.write(reason: reason) { transaction in
      guard try Self.status(of: id, in: transaction) == .revisionNeeded else {
        throw SubmissionError.illegalMove(
          id, from: try Self.status(of: id, in: transaction), to: .submitting)
      }
      return try Self.move(id, to: .submitting, in: transaction)
    }
  }

  /// Records that a listing is no longer in the directory: approved becomes removed.
  ///
  /// - Throws: the errors of ``startReview(_:at:reason:)``.
  @discardableResult
  public func remove(
    _ id: ID<Submission>, at: Timestamp? = nil, reason: String? = nil
  ) throws -> Submission {
    try access.write(reason: reason) { transaction in
      try Self.move(id, to: .removed, at: at, in: transaction)
    }
  }

  /// Records that the directory was checked without any change.
  ///
  /// - Throws: ``SubmissionError/unknownSubmission(_:)``.
  @discardableResult
  public func markChecked(_ id: ID<Submission>) throws -> Submission {
    try access.write { transaction in
      guard
        let checked = try Submission.fetchOne(transaction, Self.setChecked, id, transaction.now)
      else { throw SubmissionError.unknownSubmission(id) }
      return checked
    }
  }

  private static let statusOf = SQLStatement("SELECT status FROM submissions WHERE id = ?")

  static func status(
    of id: ID<Submission>, in transaction: borrowing WriteTransaction
  ) throws -> SubmissionStatus {
    let status: SubmissionStatus? = try transaction.fetchOne(statusOf, id) { row in
      try row.value(at: 0)
    }
    guard let status else { throw SubmissionError.unknownSubmission(id) }
    return status
  }
}
