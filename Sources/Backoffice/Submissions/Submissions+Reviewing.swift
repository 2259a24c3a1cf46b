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

  /// Notes that the directory looks at it: submitted becomes under review.
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

  /// Notes that the directory lists the business.
  ///
  /// - Parameters:
  ///   - id: which submission.
  ///   - liveURL: where the listing can be seen; nil keeps the address known.
  ///   - externalID: its name at the directory; nil keeps the one known.
  ///   - ranking: its place in the directory's list, 1 for the first.
  ///   - expiresAt: when the listing runs out, if it does.
  ///   - at: when; nil for now.
  ///   - reason: why, for its history.
  /// - Throws: as ``startReview(_:at:reason:)``, or
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

  /// Notes that the directory refused it; it is closed with that.
  ///
  /// - Parameters:
  ///   - id: which submission.
  ///   - reason: the directory's reason, which its history keeps too.
  ///   - category: what kind of reason that is, in the program's own words.
  ///   - at: when; nil for now.
  /// - Throws: as ``startReview(_:at:reason:)``, or ``SubmissionError/emptyText(field:)``.
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

  /// Notes what the directory wants changed, and counts it.
  ///
  /// - Throws: as ``startReview(_:at:reason:)``, or ``SubmissionError/emptyText(field:)``.
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

  /// Begins to submit a revision: revision needed becomes submitting.
  ///
  /// - Throws: as ``startReview(_:at:reason:)``.
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

  /// Notes that a listing which was there is gone: approved becomes removed.
  ///
  /// - Throws: as ``startReview(_:at:reason:)``.
  @discardableResult
  public func remove(
    _ id: ID<Submission>, at: Timestamp? = nil, reason: String? = nil
  ) throws -> Submission {
    try access.write(reason: reason) { transaction in
      try Self.move(id, to: .removed, at: at, in: transaction)
    }
  }

  /// Notes that somebody looked at the directory and found nothing new.
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
