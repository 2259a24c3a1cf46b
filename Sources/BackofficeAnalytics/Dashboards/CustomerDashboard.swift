public import Backoffice

/// A customer at a glance: subscription, credits, and when they end.
public struct CustomerDashboardRow: Sendable, Hashable, DashboardRow {
  /// The customer.
  public let customer: ID<AnyEntity>
  /// Its name.
  public let fullName: String
  /// Its e-mail address.
  public let email: String?
  /// Its company.
  public let companyName: String?
  /// The status in the sales pipeline.
  public let status: String
  /// The label of that status.
  public let statusLabel: String
  /// The member of staff who owns it; nil for none.
  public let owner: ID<AnyEntity>?
  /// The tier of its subscription; nil without one.
  public let tier: String?
  /// The status of its subscription.
  public let subscriptionStatus: String?
  /// The credits that each period grants.
  public let creditLimit: Int?
  /// Credits of the period that are neither spent nor reserved.
  public let creditsRemaining: Int?
  /// Credits spent of those granted in the period.
  public let usage: Ratio?
  /// When the period ends.
  public let periodEndAt: Timestamp?
  /// When the trial ends.
  public let trialEndsAt: Timestamp?
  /// Whole days until the trial ends, negative after it; nil if the subscription is not a trial.
  public let trialDaysRemaining: Int?
  /// Whole days until the period ends, 0 after it; nil without a period.
  public let daysUntilRenewal: Int?
  /// Whether the customer is verified.
  public let isVerified: Bool
  /// Whether onboarding is done.
  public let onboardingCompleted: Bool
  /// Whether a first submission is done.
  public let firstSubmissionCompleted: Bool
  /// When the customer was created.
  public let createdAt: Timestamp
  /// Rounded towards zero.
  private static func wholeDays(from start: Timestamp, to end: Timestamp) -> Int {
    Int((end - start).microseconds / 86_400_000_000)
  }
}

extension CustomerDashboardRow {
  init(
    _ column: inout some RowColumns & ~Copyable, now: Timestamp
  ) throws(ColumnError) {
    let subscriptionStatus: String? = try column("subscription_status")
    let (spent, granted): (Int?, Int?) = try (column("credits_spent"), column("credits_granted"))
    let periodEndAt: Timestamp? = try column("period_end_at")
    let trialEndsAt: Timestamp? = try column("trial_ends_at")
    try self.init(
      customer: column("customer_id"), fullName: column("full_name"), email: column("email"),
      companyName: column("company_name"), status: column("status"),
      statusLabel: column("status_label"), owner: column("owner_id"), tier: column("tier"),
      subscriptionStatus: subscriptionStatus, creditLimit: column("credit_limit"),
      creditsRemaining: column("credits_remaining"),
      usage: spent.flatMap { spent in granted.map { Ratio(numerator: spent, denominator: $0) } },
      periodEndAt: periodEndAt, trialEndsAt: trialEndsAt,
      trialDaysRemaining: subscriptionStatus == "trialing"
        ? trialEndsAt.map { Self.wholeDays(from: now, to: $0) } : nil,
      daysUntilRenewal: periodEndAt.map { max(0, Self.wholeDays(from: now, to: $0)) },
      isVerified: column("is_verified"), onboardingCompleted: column("onboarding_completed"),
      firstSubmissionCompleted: column("first_submission_completed"),
      createdAt: column("created_at"))
  }
}

extension Dashboards {
  private static let customerPage = SQLStatement(
    """
    SELECT c.pk, \(CustomerDashboardRow.columns) FROM customers c
    JOIN customer_overview v ON v.customer_id = c.id
    WHERE c.pk < ? ORDER BY c.pk DESC LIMIT ?
    """)

  private static let customerOne = SQLStatement(
    """
    SELECT \(CustomerDashboardRow.columns) FROM customer_overview v WHERE v.customer_id = ?
    """)

  /// A page of customers, newest first, without deleted ones.
  ///
  /// - Throws: `StorageError` and `SQLiteError` when the file cannot be read.
  public func customers(
    after cursor: PageCursor? = nil, limit: Int = PageLimit.standard
  ) throws -> Page<CustomerDashboardRow> {
    try access.readOnce { transaction in
      try transaction.page(Self.customerPage, after: cursor, start: .max, limit: limit)
    }
  }

  /// One customer, or nil if it is unknown or deleted.
  ///
  /// - Throws: `StorageError` and `SQLiteError` when the file cannot be read.
  public func customers<Entity>(
    of customer: ID<Entity>
  ) throws -> CustomerDashboardRow? {
    try access.readOnce { transaction in
      let now = transaction.now
      return try transaction.fetchOne(Self.customerOne, customer) { row in
        var column = row.reader()
        return try CustomerDashboardRow(&column, now: now)
      }
    }
  }
}
