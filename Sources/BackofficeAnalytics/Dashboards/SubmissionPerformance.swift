public import Backoffice

/// A submission at a glance.
public struct SubmissionPerformanceRow: Sendable, Hashable, DashboardRow {
  /// The submission.
  public let submission: ID<AnyEntity>
  /// Its readable reference.
  public let reference: String
  /// Its status.
  public let status: String
  /// Its customer.
  public let customer: ID<AnyEntity>
  /// The customer's e-mail address.
  public let customerEmail: String?
  /// The customer's company.
  public let companyName: String?
  /// The tier of the customer's subscription.
  public let tier: String?
  /// The name of its directory.
  public let directoryName: String
  /// The directory's domain rating, 0 to 100.
  public let domainRating: Int?
  /// The directory's priority: high, medium or low.
  public let priorityTier: String
  /// When it was submitted.
  public let submittedAt: Timestamp?
  /// When it was approved.
  public let approvedAt: Timestamp?
  /// From submission to approval.
  public let approvalTime: Duration?
  /// The processing time.
  public let processingTime: Duration?
  /// When the directory is expected to decide; nil if the submission does not wait for the directory.
  public let expectedDecisionAt: Timestamp?
  /// Its quality, 1 to 10.
  public let quality: Int?
  /// The method of submission.
  public let automationMethod: String
  /// Whether it needed a person.
  public let manualInterventionRequired: Bool
  /// Credits it cost.
  public let creditsConsumed: Int
  /// When it was created.
  public let createdAt: Timestamp
  /// Whole hours since it was submitted; nil if it was not.
  public let hoursSinceSubmission: Int?
  /// Whether the directory's decision is overdue.
  public let isOverdue: Bool
}

extension SubmissionPerformanceRow {
  init(
    _ column: inout some RowColumns & ~Copyable, now: Timestamp
  ) throws(ColumnError) {
    let submittedAt: Timestamp? = try column("submitted_at")
    let expectedAt: Timestamp? = try column("expected_decision_at")
    try self.init(
      submission: column("submission_id"), reference: column("reference"), status: column("status"),
      customer: column("customer_id"), customerEmail: column("customer_email"),
      companyName: column("company_name"), tier: column("tier"),
      directoryName: column("directory_name"), domainRating: column("domain_rating"),
      priorityTier: column("priority_tier"), submittedAt: submittedAt,
      approvedAt: column("approved_at"), approvalTime: column("approval_microseconds"),
      processingTime: column("processing_microseconds"), expectedDecisionAt: expectedAt,
      quality: column("quality_score"), automationMethod: column("automation_method"),
      manualInterventionRequired: column("manual_intervention_required"),
      creditsConsumed: column("credits_consumed"), createdAt: column("created_at"),
      hoursSinceSubmission: submittedAt.map { Int((now - $0).microseconds / 3_600_000_000) },
      isOverdue: expectedAt.map { $0 < now } ?? false)
  }
}

extension Dashboards {
  private static let submissionPage = SQLStatement(
    """
    SELECT s.pk, \(SubmissionPerformanceRow.columns) FROM submissions s
    JOIN submission_overview v ON v.submission_id = s.id
    WHERE s.pk < ? ORDER BY s.pk DESC LIMIT ?
    """)

  /// A page of submissions, newest first.
  ///
  /// - Throws: `StorageError` and `SQLiteError` when the file cannot be read.
  public func submissionPerformance(
    after cursor: PageCursor? = nil, limit: Int = PageLimit.standard
  ) throws -> Page<SubmissionPerformanceRow> {
    try access.readOnce { transaction in
      try transaction.page(Self.submissionPage, after: cursor, start: .max, limit: limit)
    }
  }
}
