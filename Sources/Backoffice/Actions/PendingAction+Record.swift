public import BackofficeStorage

extension PendingAction: Record {
  /// `pending_actions`.
  public static let tableName = "pending_actions"
  /// All columns but the internal key.
  public static let columns = [
    "id", "kind", "title", "description", "status", "priority", "customer_id", "queue_item_id",
    "submission_id", "directory_id", "batch_id", "assistant_id", "assigned_at", "scheduled_at",
    "deadline_at", "started_at", "finished_at", "estimated_duration_minutes",
    "actual_duration_microseconds", "completion_notes", "error_message", "resolution_details",
    "quality_score", "complexity_score", "customer_notified", "customer_notified_at",
    "customer_response_required", "customer_response_deadline_at", "customer_response",
    "customer_responded_at", "requires_verification", "verified_by_supervisor", "verified_by",
    "verified_at", "verification_notes", "retry_count", "max_retries", "next_retry_at",
    "follow_up_required", "follow_up_at", "automation_attempted", "manual_intervention_reason",
    "external_reference_id", "external_reference_url", "action_data", "business_context",
    "directory_context", "result", "attachment_urls", "screenshot_urls", "metadata",
    "weight", "over_capacity", "escalated_at", "escalation_count", "created_at", "updated_at",
  ]
  /// The statements that write a whole row.
  public static let statements = RecordStatements(Self.self)

  /// Decodes a row.
  public init(_ row: borrowing Row) throws {
    var column = row.reader()
    id = try column.next()
    kind = try column.next()
    title = try column.next()
    description = try column.next()
    status = try column.next()
    priority = try column.next()
    customerID = try column.next()
    queueItemID = try column.next()
    submissionID = try column.next()
    directoryID = try column.next()
    batchID = try column.next()
    assistantID = try column.next()
    times = try Times(&column)
    outcome = try Outcome(&column)
    customerPart = try CustomerPart(&column)
    verification = try Verification(&column)
    retries = try Retries(&column)
    origin = try Origin(&column)
    documents = try Documents(&column)
    weight = try column.next()
    isOverCapacity = try column.next()
    escalation = try Escalation(escalatedAt: column.next(), count: column.next())
    createdAt = try column.next()
    updatedAt = try column.next()
  }

  /// Binds all columns.
  public func bind(to binder: inout RecordBinder) throws(SQLiteError) {
    try binder.bind(id)
    try binder.bind(kind)
    try binder.bind(title)
    try binder.bind(description)
    try binder.bind(status)
    try binder.bind(priority)
    try binder.bind(customerID)
    try binder.bind(queueItemID)
    try binder.bind(submissionID)
    try binder.bind(directoryID)
    try binder.bind(batchID)
    try binder.bind(assistantID)
    try times.bind(to: &binder)
    try outcome.bind(to: &binder)
    try customerPart.bind(to: &binder)
    try verification.bind(to: &binder)
    try retries.bind(to: &binder)
    try origin.bind(to: &binder)
    try documents.bind(to: &binder)
    try binder.bind(weight)
    try binder.bind(isOverCapacity)
    try binder.bind(escalation.escalatedAt)
    try binder.bind(escalation.count)
    try binder.bind(createdAt)
    try binder.bind(updatedAt)
  }

  /// Binds the id.
  public func bindKey(to binder: inout RecordBinder) throws(SQLiteError) { try binder.bind(id) }
}

extension PendingAction.Times {
  init(_ column: inout Row.Reader) throws {
    assignedAt = try column.next()
    scheduledAt = try column.next()
    deadlineAt = try column.next()
    startedAt = try column.next()
    finishedAt = try column.next()
    estimatedDurationMinutes = try column.next()
    actualDuration = try column.next(Int64?.self).map(Duration.microseconds)
  }

  func bind(to binder: inout RecordBinder) throws(SQLiteError) {
    try binder.bind(assignedAt)
    try binder.bind(scheduledAt)
    try binder.bind(deadlineAt)
    try binder.bind(startedAt)
    try binder.bind(finishedAt)
    try binder.bind(estimatedDurationMinutes)
    try binder.bind(actualDuration?.microseconds)
  }
}

extension PendingAction.Outcome {
  init(_ column: inout Row.Reader) throws {
    completionNotes = try column.next()
    errorMessage = try column.next()
    resolutionDetails = try column.next()
    qualityScore = try column.next()
    complexityScore = try column.next()
  }

  func bind(to binder: inout RecordBinder) throws(SQLiteError) {
    try binder.bind(completionNotes)
    try binder.bind(errorMessage)
    try binder.bind(resolutionDetails)
    try binder.bind(qualityScore)
    try binder.bind(complexityScore)
  }
}

extension PendingAction.CustomerPart {
  // The flag beside the time says the same, by a check of the table.
  init(_ column: inout Row.Reader) throws {
    _ = try column.next(Bool.self)
    notifiedAt = try column.next()
    isResponseRequired = try column.next()
    responseDeadlineAt = try column.next()
    response = try column.next()
    respondedAt = try column.next()
  }

  func bind(to binder: inout RecordBinder) throws(SQLiteError) {
    try binder.bind(notifiedAt != nil)
    try binder.bind(notifiedAt)
    try binder.bind(isResponseRequired)
    try binder.bind(responseDeadlineAt)
    try binder.bind(response)
    try binder.bind(respondedAt)
  }
}

extension PendingAction.Verification {
  init(_ column: inout Row.Reader) throws {
    isRequired = try column.next()
    _ = try column.next(Bool.self)
    verifiedBy = try column.next()
    verifiedAt = try column.next()
    notes = try column.next()
  }

  func bind(to binder: inout RecordBinder) throws(SQLiteError) {
    try binder.bind(isRequired)
    try binder.bind(verifiedAt != nil)
    try binder.bind(verifiedBy)
    try binder.bind(verifiedAt)
    try binder.bind(notes)
  }
}

extension PendingAction.Retries {
  init(_ column: inout Row.Reader) throws {
    count = try column.next()
    maximum = try column.next()
    nextAt = try column.next()
    isFollowUpRequired = try column.next()
    followUpAt = try column.next()
  }

  func bind(to binder: inout RecordBinder) throws(SQLiteError) {
    try binder.bind(count)
    try binder.bind(maximum)
    try binder.bind(nextAt)
    try binder.bind(isFollowUpRequired)
    try binder.bind(followUpAt)
  }
}

extension PendingAction.Origin {
  init(_ column: inout Row.Reader) throws {
    wasAutomationAttempted = try column.next()
    manualInterventionReason = try column.next()
    externalReferenceID = try column.next()
    externalReferenceURL = try column.next()
  }

  func bind(to binder: inout RecordBinder) throws(SQLiteError) {
    try binder.bind(wasAutomationAttempted)
    try binder.bind(manualInterventionReason)
    try binder.bind(externalReferenceID)
    try binder.bind(externalReferenceURL)
  }
}

extension PendingAction.Documents {
  init(_ column: inout Row.Reader) throws {
    data = try column.next()
    businessContext = try column.next()
    directoryContext = try column.next()
    result = try column.next()
    attachmentURLs = try column.next()
    screenshotURLs = try column.next()
    metadata = try column.next()
  }

  func bind(to binder: inout RecordBinder) throws(SQLiteError) {
    try binder.bind(data)
    try binder.bind(businessContext)
    try binder.bind(directoryContext)
    try binder.bind(result)
    try binder.bind(attachmentURLs)
    try binder.bind(screenshotURLs)
    try binder.bind(metadata)
  }
}
