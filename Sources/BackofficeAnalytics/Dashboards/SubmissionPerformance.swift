public import Backoffice

/// A submission at a glance.
public struct SubmissionPerformanceRow: Sendable, Hashable, DashboardRow {
  /// The submission.
  public let submission: ID<AnyEntity>
  /// What people call it.
  public let reference: String
  /// Its status.
  public let status: String
  /// Whose it is.
  public let customer: ID<AnyEntity>
  /// The customer's e-mail address.
  public let customerEmail: String?
  /// The customer's company.
  public let companyName: String?
  /// The tier of the customer's subscription.
  public let tier: String?
  /// Where it goes.
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
  /// How long submitting took.
  public let processingTime: Duration?
  /// By when the directory should have decided; nil unless it waits for the directory.
  public let expectedDecisionAt: Timestamp?
  /// Its quality, 1 to 10.
  public let quality: Int?
  /// How it was automated.
  public let automationMethod: String
  /// Whether it needed a person.
  public let manualInterventionRequired: Bool
  /// Credits it cost.
  public let creditsConsumed: Int
  /// When it was created.
  public let createdAt: Timestamp
  /// Whole hours since it was submitted; nil before.
  public let hoursSinceSubmission: Int?
  /// Whether it waits for a directory that should have decided.
  public let isOverdue: Bool

  static let columns = """
    v.submission_id, v.reference, v.status, v.customer_id, v.customer_email, v.company_name, v.tier,
    v.directory_name, v.domain_rating, v.priority_tier, v.submitted_at, v.approved_at,
    v.approval_microseconds, v.processing_microseconds, v.expected_decision_at, v.quality_score,
    v.automation_method, v.manual_intervention_required, v.credits_consumed, v.created_at
    """

  init(_ column: inout Row.Reader, now: Timestamp) throws {
    submission = try column.next()
    reference = try column.next()
    status = try column.next()
    customer = try column.next()
    customerEmail = try column.next()
    companyName = try column.next()
    tier = try column.next()
    directoryName = try column.next()
    domainRating = try column.next()
    priorityTier = try column.next()
    submittedAt = try column.next()
    approvedAt = try column.next()
    approvalTime = try column.next(Int64?.self).map { .microseconds($0) }
    processingTime = try column.next(Int64?.self).map { .microseconds($0) }
    expectedDecisionAt = try column.next()
    quality = try column.next()
    automationMethod = try column.next()
    manualInterventionRequired = try column.next()
    creditsConsumed = try column.next()
    createdAt = try column.next()
    hoursSinceSubmission = submittedAt.map { Int((now - $0).microseconds / 3_600_000_000) }
    isOverdue = expectedDecisionAt.map { $0 < now } ?? false
  }
}

extension Analytics {
  private static let submissionPage = SQLStatement(
    """
    SELECT s.pk, \(SubmissionPerformanceRow.columns) FROM submissions s
    JOIN submission_overview v ON v.submission_id = s.id
    WHERE s.pk < ? ORDER BY s.pk DESC LIMIT ?
    """)

  static var submissionStatements: [SQLStatement] { [submissionPage] }

  /// A page of submissions, newest first.
  public func submissionPerformance(
    after cursor: PageCursor? = nil, limit: Int = PageLimit.standard
  ) throws -> Page<SubmissionPerformanceRow> {
    try access.readOnce { transaction in
      try transaction.page(Self.submissionPage, after: cursor, start: .max, limit: limit)
    }
  }
}
