/// A listing of a customer in a directory, from the first attempt to its removal.
public struct Submission: Record, Hashable {
  /// The table.
  public static let tableName = "submissions"

  /// The submission's id.
  public let id: ID<Submission>
  /// The unique reference for people, such as `DB-20260131-9f86d081`.
  ///
  /// The date is that of its creation in the store's time zone. The last eight digits are random
  /// bits of its id; the first ones are a time, which all ids of the same minute share.
  public let reference: String
  /// The customer.
  public let customer: ID<Customer>
  /// The directory.
  public var directory: ID<Directory>
  /// The queue item that submits it.
  public var queueItem: ID<QueueItem>?
  /// The status.
  public internal(set) var status: SubmissionStatus
  /// The id at the directory.
  public var externalID: String?
  /// The URL at the directory.
  public var url: String?
  /// The times of its events.
  public var times: Times
  /// The directory's review.
  public var review: Review
  /// The work done for it.
  public var effort: Effort
  /// The performance of the listing.
  public var performance: Performance
  /// The quality.
  public var quality: Quality
  /// The proofs.
  public var proofs: Proofs
  /// The content that was submitted.
  public var content: Content
  /// The cost.
  public var cost: Cost
  /// The follow-up and maintenance.
  public var upkeep: Upkeep
  /// The communication with the customer and the directory.
  public var communication: Communication
  /// The errors and retries.
  public var errors: Errors
  /// Further data of the program.
  public var metadata: JSONText
  /// When it was created.
  public let createdAt: Timestamp
  /// When the row was last changed.
  public internal(set) var updatedAt: Timestamp
}

extension Submission {
  /// Maps each column to the property that it stores.
  ///
  /// - Throws: the `ColumnError` of a column, which the initializer passes on.
  public init(_ column: inout some RecordColumns<Self> & ~Copyable) throws(ColumnError) {
    try self.init(
      id: column("id", \.id), reference: column("reference", \.reference),
      customer: column("customer_id", \.customer), directory: column("directory_id", \.directory),
      queueItem: column("queue_item_id", \.queueItem), status: column("status", \.status),
      externalID: column("external_submission_id", \.externalID),
      url: column("submission_url", \.url),
      times: Times(
        submittedAt: column("submitted_at", \.times.submittedAt),
        approvedAt: column("approved_at", \.times.approvedAt),
        rejectedAt: column("rejected_at", \.times.rejectedAt),
        liveAt: column("live_at", \.times.liveAt), closedAt: column("closed_at", \.times.closedAt),
        expiresAt: column("expires_at", \.times.expiresAt),
        lastCheckedAt: column("last_checked_at", \.times.lastCheckedAt),
        approvalMicroseconds: column("approval_microseconds", \.times.approvalMicroseconds)),
      review: Review(
        rejectionReason: column("rejection_reason", \.review.rejectionReason),
        rejectionCategory: column("rejection_category", \.review.rejectionCategory),
        revisionNotes: column("revision_notes", \.review.revisionNotes),
        revisionCount: column("revision_count", \.review.revisionCount)),
      effort: Effort(
        method: column("automation_method", \.effort.method),
        attempts: column("attempt_count", \.effort.attempts),
        processingMicroseconds: column("processing_microseconds", \.effort.processingMicroseconds),
        automatedAttempts: column("automation_attempt_count", \.effort.automatedAttempts),
        automatedSuccesses: column("automation_success_count", \.effort.automatedSuccesses),
        needsPerson: column("manual_intervention_required", \.effort.needsPerson),
        needsPersonReasons: column("manual_intervention_reasons", \.effort.needsPersonReasons)),
      performance: Performance(
        impressions: column("impressions_count", \.performance.impressions),
        clicks: column("clicks_count", \.performance.clicks),
        rankingPosition: column("listing_ranking_position", \.performance.rankingPosition),
        searchVisibility: column("search_visibility_score", \.performance.searchVisibility),
        hasBacklink: column("backlink_created", \.performance.hasBacklink),
        authorityImpactHundredths: column(
          "authority_impact_hundredths", \.performance.authorityImpactHundredths),
        trafficEstimate: column("traffic_generated_estimate", \.performance.trafficEstimate),
        leadsEstimate: column("leads_generated_estimate", \.performance.leadsEstimate),
        conversionTrackingURL: column(
          "conversion_tracking_url", \.performance.conversionTrackingURL)),
      quality: Quality(
        score: column("quality_score", \.quality.score),
        directoryRating: column("directory_rating", \.quality.directoryRating),
        compliance: column("compliance_status", \.quality.compliance)),
      proofs: Proofs(
        screenshots: column("screenshot_urls", \.proofs.screenshots),
        listings: column("listing_proof_urls", \.proofs.listings),
        confirmationEmailURL: column("confirmation_email_url", \.proofs.confirmationEmailURL),
        receiptURL: column("submission_receipt_url", \.proofs.receiptURL)),
      content: Content(
        businessName: column("business_name_submitted", \.content.businessName),
        businessDescription: column(
          "business_description_submitted", \.content.businessDescription),
        businessURL: column("business_url_submitted", \.content.businessURL),
        businessCategory: column("business_category_submitted", \.content.businessCategory),
        businessLocation: column("business_location_submitted", \.content.businessLocation),
        listing: column("listing_data", \.content.listing),
        response: column("directory_response_data", \.content.response),
        formFields: column("form_fields_submitted", \.content.formFields),
        requirementsMet: column("additional_requirements_met", \.content.requirementsMet)),
      cost: Cost(
        amount: Money(
          minorUnits: column("cost_minor", \.cost.amount.minorUnits),
          currency: column("currency", \.cost.amount.currency)),
        credits: column("credits_consumed", \.cost.credits),
        billingReference: column("billing_reference", \.cost.billingReference)),
      upkeep: Upkeep(
        needsFollowUp: column("follow_up_required", \.upkeep.needsFollowUp),
        followUpAt: column("follow_up_at", \.upkeep.followUpAt),
        followUpCompletedAt: column("follow_up_completed_at", \.upkeep.followUpCompletedAt),
        needsMaintenance: column("maintenance_required", \.upkeep.needsMaintenance),
        nextMaintenanceAt: column("next_maintenance_at", \.upkeep.nextMaintenanceAt)),
      communication: Communication(
        notifications: column("customer_notification_count", \.communication.notifications),
        lastNotificationAt: column(
          "last_customer_notification_at", \.communication.lastNotificationAt),
        messages: column("directory_communications", \.communication.messages)),
      errors: Errors(
        log: column("error_log", \.errors.log), retries: column("retry_count", \.errors.retries),
        maximumRetries: column("max_retries", \.errors.maximumRetries),
        lastMessage: column("last_error_message", \.errors.lastMessage),
        lastAt: column("last_error_at", \.errors.lastAt)), metadata: column("metadata", \.metadata),
      createdAt: column("created_at", \.createdAt), updatedAt: column("updated_at", \.updatedAt))
  }

  /// Decodes a row that begins with the declared columns.
  ///
  /// - Throws: `RowDecodingError` when a column holds something else.
  public init(_ row: borrowing Row) throws { try self.init(reading: row) }

  init(id: ID<Submission>, reference: String, new: NewSubmission, at now: Timestamp) {
    self.init(
      id: id, reference: reference, customer: new.customer, directory: new.directory,
      queueItem: new.queueItem, status: new.status, externalID: new.externalID.nonEmpty,
      url: new.url.nonEmpty,
      times: Times(
        submittedAt: new.submittedAt, approvedAt: new.approvedAt, rejectedAt: new.rejectedAt,
        liveAt: new.liveAt, closedAt: new.closedAt, expiresAt: new.expiresAt),
      review: Review(rejectionReason: new.rejectionReason.nonEmpty), effort: new.effort,
      performance: Performance(), quality: Quality(), proofs: Proofs(), content: new.content,
      cost: new.cost, upkeep: Upkeep(), communication: Communication(),
      errors: Errors(maximumRetries: new.maximumRetries), metadata: new.metadata, createdAt: now,
      updatedAt: now)
  }
}
