extension Submissions {
  /// The default number of entries in an error log or a list of messages.
  public static let logLimit = 50

  /// Parameters from `?3` on: limit, code, message.
  private static let appendError = edit(
    """
    error_log = json_insert(
        CASE WHEN json_array_length(error_log) >= ?3 THEN json_remove(error_log, '$[0]')
          ELSE error_log END,
        '$[#]', json_object('at', ?2, 'code', ?4, 'message', ?5)),
      last_error_message = ?5, last_error_at = ?2
    """)
  private static let countAttempt = edit(
    """
    attempt_count = attempt_count + 1,
      automation_attempt_count = automation_attempt_count + (automation_method <> 'manual'),
      automation_success_count = automation_success_count
        + (automation_method <> 'manual' AND ?3),
      processing_microseconds = coalesce(processing_microseconds + ?4, ?4, processing_microseconds)
    """)
  private static let countRetry = SQLStatement(
    "UPDATE submissions SET retry_count = retry_count + 1, updated_at = ?2 WHERE id = ?1")
  private static let askForPerson = edit(
    """
    manual_intervention_required = 1,
      manual_intervention_reasons = CASE
        WHEN EXISTS (SELECT 1 FROM json_each(manual_intervention_reasons) WHERE value = ?3)
          OR json_array_length(manual_intervention_reasons) >= ?4
        THEN manual_intervention_reasons
        ELSE json_insert(manual_intervention_reasons, '$[#]', ?3) END
    """)

  /// Appends an entry to the error log.
  ///
  /// If the log is full, its oldest entry is removed.
  ///
  /// - Parameters:
  ///   - id: which submission.
  ///   - message: what went wrong. It is stored unchanged, so it must not contain secrets.
  ///   - code: an error code for programs.
  ///   - limit: the maximum number of entries in the log; ``logLimit`` by default.
  /// - Throws: ``SubmissionError/unknownSubmission(_:)``, ``SubmissionError/emptyText(field:)``, or
  ///   ``SubmissionError/outOfRange(field:value:allowed:)``.
  @discardableResult
  public func recordError(
    _ id: ID<Submission>, message: String, code: String? = nil, limit: Int = logLimit
  ) throws -> Submission {
    guard !message.isEmpty else { throw SubmissionError.emptyText(field: "last_error_message") }
    try SubmissionRules.check(limit, in: 1...10_000, field: "the limit of error_log")
    return try edit(id, Self.appendError, limit, code, message)
  }

  /// Records an attempt and whether it succeeded.
  ///
  /// Automated attempts count towards the automation success rate; manual ones do not.
  ///
  /// - Parameters:
  ///   - id: which submission.
  ///   - succeeded: whether the submission was delivered to the directory.
  ///   - duration: the duration of the attempt, which is added to the processing time.
  /// - Throws: ``SubmissionError/unknownSubmission(_:)`` or
  ///   ``SubmissionError/outOfRange(field:value:allowed:)``.
  @discardableResult
  public func recordAttempt(
    _ id: ID<Submission>, succeeded: Bool, taking duration: Duration? = nil
  ) throws -> Submission {
    try SubmissionRules.check(duration)
    return try edit(id, Self.countAttempt, succeeded, duration?.microseconds)
  }

  /// Marks a pending or submitting submission as failed and logs the error.
  ///
  /// - Throws: ``SubmissionError/unknownSubmission(_:)``, ``SubmissionError/emptyText(field:)``, or
  ///   ``SubmissionError/illegalMove(_:from:to:)``.
  @discardableResult
  public func fail(
    _ id: ID<Submission>, message: String, code: String? = nil
  ) throws -> Submission {
    guard !message.isEmpty else { throw SubmissionError.emptyText(field: "last_error_message") }
    return try access.write(reason: message) { transaction in
      _ = try Submission.fetchOne(
        transaction, Self.appendError, id, transaction.now, Self.logLimit, code, message)
      return try Self.move(id, to: .failed, in: transaction)
    }
  }

  /// Retries a failed submission: it becomes pending and the retry is counted.
  ///
  /// - Throws: ``SubmissionError/unknownSubmission(_:)``,
  ///   ``SubmissionError/illegalMove(_:from:to:)``,
  ///   ``SubmissionError/retriesExhausted(_:retries:limit:)``, or
  ///   ``SubmissionError/alreadyLive(customer:directory:existing:)`` if a newer submission has
  ///   replaced it.
  @discardableResult
  public func retry(_ id: ID<Submission>, reason: String? = nil) throws -> Submission {
    try access.write(reason: reason) { transaction in
      guard let submission = try Submission.find(id, in: transaction) else {
        throw SubmissionError.unknownSubmission(id)
      }
      guard submission.status == .failed else {
        throw SubmissionError.illegalMove(id, from: submission.status, to: .pending)
      }
      let (retries, limit) = (submission.errors.retries, submission.errors.maximumRetries)
      guard retries < limit else {
        throw SubmissionError.retriesExhausted(id, retries: retries, limit: limit)
      }
      if let other = try Submission.fetchOne(
        transaction, Self.live, submission.customer, submission.directory)
      {
        throw SubmissionError.alreadyLive(
          customer: submission.customer, directory: submission.directory, existing: other.id)
      }
      try transaction.execute(Self.countRetry, id, transaction.now)
      return try Self.move(id, to: .pending, in: transaction)
    }
  }

  /// Records that a person is needed and why.
  ///
  /// Each reason is stored once.
  ///
  /// - Throws: ``SubmissionError/unknownSubmission(_:)`` or ``SubmissionError/emptyText(field:)``.
  @discardableResult
  public func requirePerson(_ id: ID<Submission>, reason: String) throws -> Submission {
    guard !reason.isEmpty else {
      throw SubmissionError.emptyText(field: "manual_intervention_reasons")
    }
    return try edit(id, Self.askForPerson, reason, Self.logLimit)
  }
}
