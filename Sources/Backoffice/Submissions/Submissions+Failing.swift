extension Submissions {
  /// How many entries an error log or a list of messages keeps when nothing else is said: 50.
  public static let logLimit = 50

  /// `?3` and on: limit, code, message.
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

  /// Appends to the error log, whose oldest entry goes when it is full.
  ///
  /// - Parameters:
  ///   - id: which submission.
  ///   - message: what went wrong; it is kept as it is, so no secrets.
  ///   - code: what programs call it.
  ///   - limit: how many entries the log keeps; ``logLimit`` by default.
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

  /// Counts a try, and whether it succeeded.
  ///
  /// Tries of a program count for the automation success rate, those of a person do not.
  ///
  /// - Parameters:
  ///   - id: which submission.
  ///   - succeeded: whether the directory has it now.
  ///   - duration: how long the try took; added to the processing time.
  /// - Throws: ``SubmissionError/unknownSubmission(_:)`` or
  ///   ``SubmissionError/outOfRange(field:value:allowed:)``.
  @discardableResult
  public func recordAttempt(
    _ id: ID<Submission>, succeeded: Bool, taking duration: Duration? = nil
  ) throws -> Submission {
    try SubmissionRules.check(duration)
    return try edit(id, Self.countAttempt, succeeded, duration?.microseconds)
  }

  /// Gives up: pending or submitting becomes failed, with the error in the log.
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

  /// Tries a failed submission again: it becomes pending, and the retry is counted.
  ///
  /// - Throws: ``SubmissionError/unknownSubmission(_:)``,
  ///   ``SubmissionError/illegalMove(_:from:to:)``,
  ///   ``SubmissionError/retriesExhausted(_:retries:limit:)``, or
  ///   ``SubmissionError/alreadyLive(customer:directory:existing:)`` when a newer submission took
  ///   its place.
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

  /// Notes that a person has to help, and why; each reason is kept once.
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
