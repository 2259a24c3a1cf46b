extension PendingAction: Record {
  /// `pending_actions`.
  public static let tableName = "pending_actions"

  /// Maps each column to the property that it stores.
  ///
  /// - Throws: the `ColumnError` of a column, which the initializer passes on.
  public init(_ column: inout some RecordColumns<Self> & ~Copyable) throws(ColumnError) {
    // A check of the table ties the flags to the times next to them.
    _ = try column("customer_notified", \.customerPart.isNotified)
    _ = try column("verified_by_supervisor", \.verification.isVerified)
    try self.init(
      id: column("id", \.id), kind: column("kind", \.kind), title: column("title", \.title),
      description: column("description", \.description), status: column("status", \.status),
      priority: column("priority", \.priority), weight: column("weight", \.weight),
      subjectKind: column("subject_kind", \.subjectKind),
      subjectID: column("subject_id", \.subjectID),
      customerID: column("customer_id", \.customerID),
      queueItemID: column("queue_item_id", \.queueItemID),
      submissionID: column("submission_id", \.submissionID),
      directoryID: column("directory_id", \.directoryID), batchID: column("batch_id", \.batchID),
      assistantID: column("assistant_id", \.assistantID),
      isOverCapacity: column("over_capacity", \.isOverCapacity),
      times: Times(
        assignedAt: column("assigned_at", \.times.assignedAt),
        scheduledAt: column("scheduled_at", \.times.scheduledAt),
        deadlineAt: column("deadline_at", \.times.deadlineAt),
        startedAt: column("started_at", \.times.startedAt),
        suspendedAt: column("suspended_at", \.times.suspendedAt),
        suspendedFrom: column("suspended_from", \.times.suspendedFrom),
        finishedAt: column("finished_at", \.times.finishedAt),
        estimatedDurationMinutes: column(
          "estimated_duration_minutes", \.times.estimatedDurationMinutes),
        actualDuration: column("actual_duration_microseconds", \.times.actualDuration)),
      outcome: Outcome(
        completionNotes: column("completion_notes", \.outcome.completionNotes),
        errorMessage: column("error_message", \.outcome.errorMessage),
        resolutionDetails: column("resolution_details", \.outcome.resolutionDetails),
        qualityScore: column("quality_score", \.outcome.qualityScore),
        complexityScore: column("complexity_score", \.outcome.complexityScore)),
      escalation: Escalation(
        escalatedAt: column("escalated_at", \.escalation.escalatedAt),
        count: column("escalation_count", \.escalation.count)),
      customerPart: CustomerPart(
        notifiedAt: column("customer_notified_at", \.customerPart.notifiedAt),
        isResponseRequired: column("customer_response_required", \.customerPart.isResponseRequired),
        responseDeadlineAt: column(
          "customer_response_deadline_at", \.customerPart.responseDeadlineAt),
        response: column("customer_response", \.customerPart.response),
        respondedAt: column("customer_responded_at", \.customerPart.respondedAt)),
      verification: Verification(
        isRequired: column("requires_verification", \.verification.isRequired),
        verifiedBy: column("verified_by", \.verification.verifiedBy),
        verifiedAt: column("verified_at", \.verification.verifiedAt),
        notes: column("verification_notes", \.verification.notes)),
      retries: Retries(
        count: column("retry_count", \.retries.count),
        maximum: column("max_retries", \.retries.maximum),
        nextAt: column("next_retry_at", \.retries.nextAt),
        isFollowUpRequired: column("follow_up_required", \.retries.isFollowUpRequired),
        followUpAt: column("follow_up_at", \.retries.followUpAt)),
      origin: Origin(
        wasAutomationAttempted: column("automation_attempted", \.origin.wasAutomationAttempted),
        manualInterventionReason: column(
          "manual_intervention_reason", \.origin.manualInterventionReason),
        externalReferenceID: column("external_reference_id", \.origin.externalReferenceID),
        externalReferenceURL: column("external_reference_url", \.origin.externalReferenceURL)),
      documents: Documents(
        data: column("action_data", \.documents.data),
        businessContext: column("business_context", \.documents.businessContext),
        directoryContext: column("directory_context", \.documents.directoryContext),
        result: column("result", \.documents.result),
        attachmentURLs: column("attachment_urls", \.documents.attachmentURLs),
        screenshotURLs: column("screenshot_urls", \.documents.screenshotURLs),
        metadata: column("metadata", \.documents.metadata)),
      createdAt: column("created_at", \.createdAt), updatedAt: column("updated_at", \.updatedAt))
  }

  /// Decodes a row that begins with the declared columns.
  ///
  /// - Throws: `RowDecodingError` when a column holds something else.
  public init(_ row: borrowing Row) throws { try self.init(reading: row) }
}
