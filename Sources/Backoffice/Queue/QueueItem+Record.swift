public import BackofficeStorage

extension QueueItem: Record {
  /// The table's name.
  public static let tableName = "queue_items"
  /// The columns in the order of the decoder; the turn of an item belongs to the queue alone.
  public static let columns = [
    "id", "queue", "kind", "status", "paused_from", "priority", "due_at", "deadline_at",
    "lease_token", "lease_expires_at", "worker", "processing_node", "run_limit_seconds",
    "claimed_at", "cancel_requested_at", "claim_count", "attempts", "max_attempts",
    "retry_delay_seconds", "rescues", "max_rescues", "snoozes", "unique_key", "customer_id",
    "directory_id", "batch_id", "credits", "credit_state", "progress", "current_step",
    "first_started_at", "finished_at", "estimated_completion_at", "queue_wait_microseconds",
    "processing_microseconds", "error_code", "error_message", "automation_method",
    "requires_verification", "verification_status", "form_complexity", "captcha_encountered",
    "manual_intervention_required", "external_submission_id", "screenshot_url", "created_at",
    "updated_at", "payload", "submission_data", "business_data", "result", "proof",
    "error_history", "tags", "metadata", "held_by", "limit_key", "lost_lease", "backoff",
    "backoff_factor_percent", "backoff_cap_seconds", "backoff_jitter_percent", "unique_states",
    "unique_until", "current_message", "payload_key",
  ]
  /// The statements that write an item.
  public static let statements = RecordStatements(Self.self)

  /// Decodes a row of ``columns``.
  ///
  /// - Throws: `RowDecodingError` when a column holds something else.
  public init(_ row: borrowing Row) throws {
    var column = row.reader()
    let id: ID<QueueItem> = try column.next()
    let queue: String = try column.next()
    let kind: String = try column.next()
    let status: Status = try column.next()
    let pausedFrom: Status? = try column.next()
    let priority: Int = try column.next()
    let dueAt: Timestamp = try column.next()
    let deadlineAt: Timestamp? = try column.next()
    let run = try Run(&column)
    var attempts = try Attempts(&column)
    let uniqueKey: String? = try column.next()
    let customerID: ID<Customer>? = try column.next()
    let directoryID: ID<Directory>? = try column.next()
    let batchID: ID<Batch>? = try column.next()
    let credits: Int = try column.next()
    let creditState: CreditState = try column.next()
    let progress: Int = try column.next()
    let currentStep: String? = try column.next()
    let times = try PartialTimes(&column)
    let errorCode: String? = try column.next()
    let errorMessage: String? = try column.next()
    let submission = try SubmissionWork(&column)
    let allTimes = try times.completed(&column)
    let payload: JSONText = try column.next()
    let documents = try Documents(&column)
    let heldBy: Hold? = try column.next()
    let limitKey: String? = try column.next()
    attempts.lostLease = try column.next()
    attempts.backOff = try BackOff(&column)
    let uniqueness = try Uniqueness(&column)
    // One call of the memberwise initialiser: where a throwing initialiser sets the properties one
    // by one, Swift 6.3 builds the value aside and copies it, a retain for each of its texts.
    self.init(
      id: id, queue: queue, kind: kind, status: status, pausedFrom: pausedFrom,
      priority: priority, dueAt: dueAt, deadlineAt: deadlineAt, run: run, attempts: attempts,
      uniqueKey: uniqueKey, uniqueness: uniqueness, customerID: customerID,
      directoryID: directoryID, batchID: batchID, credits: credits, creditState: creditState,
      progress: progress, currentStep: currentStep, currentMessage: try column.next(),
      times: allTimes, errorCode: errorCode, errorMessage: errorMessage, submission: submission,
      payload: payload, payloadKey: try column.next(), heldBy: heldBy, limitKey: limitKey,
      documents: documents)
  }

  /// Binds the columns.
  public func bind(to binder: inout RecordBinder) throws(SQLiteError) {
    try binder.bind(id)
    try binder.bind(queue)
    try binder.bind(kind)
    try binder.bind(status)
    try binder.bind(pausedFrom)
    try binder.bind(priority)
    try binder.bind(dueAt)
    try binder.bind(deadlineAt)
    try run.bind(to: &binder)
    try attempts.bind(to: &binder)
    try binder.bind(uniqueKey)
    try binder.bind(customerID)
    try binder.bind(directoryID)
    try binder.bind(batchID)
    try binder.bind(credits)
    try binder.bind(creditState)
    try binder.bind(progress)
    try binder.bind(currentStep)
    try binder.bind(times.firstStartedAt)
    try binder.bind(times.finishedAt)
    try binder.bind(times.estimatedCompletionAt)
    try binder.bind(times.queueWaitMicroseconds)
    try binder.bind(times.processingMicroseconds)
    try binder.bind(errorCode)
    try binder.bind(errorMessage)
    try submission.bind(to: &binder)
    try binder.bind(times.createdAt)
    try binder.bind(times.updatedAt)
    try binder.bind(payload)
    try documents.bind(to: &binder)
    try binder.bind(heldBy)
    try binder.bind(limitKey)
    try binder.bind(attempts.lostLease)
    try attempts.backOff.bind(to: &binder)
    try uniqueness.bind(to: &binder)
    try binder.bind(currentMessage)
    try binder.bind(payloadKey)
  }

  /// Binds the id.
  public func bindKey(to binder: inout RecordBinder) throws(SQLiteError) { try binder.bind(id) }
}

/// The times that stand together in the row, before the two that come later.
private struct PartialTimes {
  let firstStartedAt: Timestamp?
  let finishedAt: Timestamp?
  let estimatedCompletionAt: Timestamp?
  let queueWait: Int64?
  let processing: Int64?

  init(_ column: inout Row.Reader) throws {
    firstStartedAt = try column.next()
    finishedAt = try column.next()
    estimatedCompletionAt = try column.next()
    queueWait = try column.next()
    processing = try column.next()
  }

  func completed(_ column: inout Row.Reader) throws -> QueueItem.Times {
    QueueItem.Times(
      firstStartedAt: firstStartedAt, finishedAt: finishedAt,
      estimatedCompletionAt: estimatedCompletionAt, queueWaitMicroseconds: queueWait,
      processingMicroseconds: processing, createdAt: try column.next(),
      updatedAt: try column.next())
  }
}

extension QueueItem.Run {
  fileprivate init(_ column: inout Row.Reader) throws {
    self.init(
      leaseToken: try column.next(), leaseExpiresAt: try column.next(),
      worker: try column.next(), processingNode: try column.next(),
      limitSeconds: try column.next(), claimedAt: try column.next(),
      cancelRequestedAt: try column.next())
  }

  fileprivate func bind(to binder: inout RecordBinder) throws(SQLiteError) {
    try binder.bind(leaseToken)
    try binder.bind(leaseExpiresAt)
    try binder.bind(worker)
    try binder.bind(processingNode)
    try binder.bind(limitSeconds)
    try binder.bind(claimedAt)
    try binder.bind(cancelRequestedAt)
  }
}

extension QueueItem.Attempts {
  fileprivate init(_ column: inout Row.Reader) throws {
    claims = try column.next()
    charged = try column.next()
    maximum = try column.next()
    retryDelaySeconds = try column.next()
    rescues = try column.next()
    maximumRescues = try column.next()
    snoozes = try column.next()
  }

  fileprivate func bind(to binder: inout RecordBinder) throws(SQLiteError) {
    try binder.bind(claims)
    try binder.bind(charged)
    try binder.bind(maximum)
    try binder.bind(retryDelaySeconds)
    try binder.bind(rescues)
    try binder.bind(maximumRescues)
    try binder.bind(snoozes)
  }
}

extension QueueItem.SubmissionWork {
  fileprivate init(_ column: inout Row.Reader) throws {
    automationMethod = try column.next()
    requiresVerification = try column.next()
    verificationStatus = try column.next()
    formComplexity = try column.next()
    captchaEncountered = try column.next()
    manualInterventionRequired = try column.next()
    externalSubmissionID = try column.next()
    screenshotURL = try column.next()
  }

  fileprivate func bind(to binder: inout RecordBinder) throws(SQLiteError) {
    try binder.bind(automationMethod)
    try binder.bind(requiresVerification)
    try binder.bind(verificationStatus)
    try binder.bind(formComplexity)
    try binder.bind(captchaEncountered)
    try binder.bind(manualInterventionRequired)
    try binder.bind(externalSubmissionID)
    try binder.bind(screenshotURL)
  }
}

extension QueueItem.Documents {
  fileprivate init(_ column: inout Row.Reader) throws {
    submissionData = try column.next()
    businessData = try column.next()
    result = try column.next()
    proof = try column.next()
    errorHistory = try column.next()
    tags = try column.next()
    metadata = try column.next()
  }

  fileprivate func bind(to binder: inout RecordBinder) throws(SQLiteError) {
    try binder.bind(submissionData)
    try binder.bind(businessData)
    try binder.bind(result)
    try binder.bind(proof)
    try binder.bind(errorHistory)
    try binder.bind(tags)
    try binder.bind(metadata)
  }
}

extension QueueItem.BackOff {
  init(_ column: inout Row.Reader) throws {
    growth = try column.next()
    factorPercent = try column.next()
    capSeconds = try column.next()
    jitterPercent = try column.next()
  }

  func bind(to binder: inout RecordBinder) throws(SQLiteError) {
    try binder.bind(growth)
    try binder.bind(factorPercent)
    try binder.bind(capSeconds)
    try binder.bind(jitterPercent)
  }
}

extension QueueItem.Uniqueness {
  fileprivate init(_ column: inout Row.Reader) throws {
    states = QueueItem.UniqueStates(rawValue: try column.next())
    until = try column.next()
  }

  fileprivate func bind(to binder: inout RecordBinder) throws(SQLiteError) {
    try binder.bind(states)
    try binder.bind(until)
  }
}
