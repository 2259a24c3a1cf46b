extension Submissions {
  private static let setDelivery = SQLStatement(
    """
    UPDATE submissions SET external_submission_id = coalesce(?2, external_submission_id),
      submission_url = coalesce(?3, submission_url), updated_at = ?4
    WHERE id = ?1
    """)
  private static let setItem = SQLStatement(
    """
    UPDATE submissions SET queue_item_id = ?2, automation_method = ?3,
      attempt_count = attempt_count + ?4,
      automation_attempt_count = automation_attempt_count + ?7,
      automation_success_count = automation_success_count + ?8,
      processing_microseconds = coalesce(processing_microseconds + ?5, ?5,
        processing_microseconds), updated_at = ?6
    WHERE id = ?1
    """)

  /// Starts submitting: pending becomes submitting.
  ///
  /// - Throws: ``SubmissionError/unknownSubmission(_:)``,
  ///   ``SubmissionError/illegalMove(_:from:to:)``.
  @discardableResult
  public func start(_ id: ID<Submission>, reason: String? = nil) throws -> Submission {
    try access.write(reason: reason) { transaction in
      try Self.move(id, to: .submitting, in: transaction)
    }
  }

  /// Hands back an unfinished attempt: submitting becomes pending.
  ///
  /// - Throws: the errors of ``start(_:reason:)``.
  @discardableResult
  public func handBack(_ id: ID<Submission>, reason: String? = nil) throws -> Submission {
    try access.write(reason: reason) { transaction in
      try Self.move(id, to: .pending, in: transaction)
    }
  }

  /// Records the delivery to the directory: submitting becomes submitted.
  ///
  /// - Parameters:
  ///   - id: which submission.
  ///   - externalID: the id at the directory; nil keeps the stored value.
  ///   - url: the URL at the directory; nil keeps the stored value.
  ///   - at: when it was delivered; nil for now.
  ///   - reason: the reason to record in the history.
  /// - Throws: the errors of ``start(_:reason:)``, and
  ///   ``SubmissionError/timeOrder(field:at:earliest:latest:)``.
  @discardableResult
  public func markSubmitted(
    _ id: ID<Submission>, externalID: String? = nil, url: String? = nil, at: Timestamp? = nil,
    reason: String? = nil
  ) throws -> Submission {
    try access.write(reason: reason) { transaction in
      try transaction.execute(
        Self.setDelivery, id, externalID.nonEmpty, url.nonEmpty, transaction.now)
      return try Self.move(id, to: .submitted, at: at, in: transaction)
    }
  }

  /// Cancels a submission before the directory has approved it.
  ///
  /// - Throws: the errors of ``start(_:reason:)``.
  @discardableResult
  public func cancel(_ id: ID<Submission>, reason: String? = nil) throws -> Submission {
    try access.write(reason: reason) { transaction in
      try Self.move(id, to: .cancelled, in: transaction)
    }
  }

  /// Links a waiting submission to a queue item for the same customer and directory.
  static func adopt(
    _ live: Submission, for item: QueueItemSubmission,
    in transaction: borrowing WriteTransaction
  ) throws -> Submission {
    let effort = NewSubmission(item).effort
    try transaction.execute(
      setItem, live.id, item.queueItem, item.method, effort.attempts,
      effort.processingMicroseconds, transaction.now, effort.automatedAttempts,
      effort.automatedSuccesses)
    try transaction.execute(
      setDelivery, live.id, item.externalID.nonEmpty, item.url.nonEmpty, transaction.now)
    var current = live
    for status in path(to: item.status) {
      current = try move(live.id, to: status, in: transaction)
    }
    return try Submission.find(live.id, in: transaction) ?? current
  }

  /// The transitions from pending to the `status` that a worker reports.
  private static func path(to status: SubmissionStatus) -> [SubmissionStatus] {
    switch status {
    case .pending: []
    case .submitting, .failed, .cancelled: [status]
    case .submitted: [.submitting, .submitted]
    case .underReview, .revisionNeeded, .approved, .rejected, .expired:
      [.submitting, .submitted, status]
    case .removed: [.submitting, .submitted, .approved, .removed]
    }
  }
}
