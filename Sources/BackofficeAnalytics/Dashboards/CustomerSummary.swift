public import Backoffice

/// The figures of a customer's submissions.
public struct CustomerSummaryRow: Sendable, Hashable {
  /// The customer.
  public let customer: ID<AnyEntity>
  /// Its name.
  public let fullName: String
  /// Its e-mail address.
  public let email: String?
  /// Its company.
  public let companyName: String?
  /// The tier of its subscription; nil without one.
  public let tier: String?
  /// The credits that each period grants.
  public let creditLimit: Int?
  /// Credits of the period that are neither spent nor reserved.
  public let creditsRemaining: Int?
  /// Its submissions.
  public let submissions: SubmissionFigures
}

/// Figures over the submissions of one customer, or to one directory.
public struct SubmissionFigures: Sendable, Hashable {
  /// All submissions.
  public let count: Int
  /// Those submitted, under review or approved.
  public let delivered: Int
  /// Those approved.
  public let approved: Int
  /// Those rejected.
  public let rejected: Int
  /// Those pending or being submitted.
  public let pending: Int
  /// Those that wait for the directory.
  public let waiting: Int
  /// Those failed.
  public let failed: Int
  /// Those that needed a person.
  public let manualInterventions: Int
  /// Delivered submissions divided by all.
  public var deliveryRate: Ratio { Ratio(numerator: delivered, denominator: count) }
  /// Approved submissions divided by those approved or rejected.
  public var approvalRate: Ratio {
    Ratio(numerator: approved, denominator: approved.adding(rejected))
  }
  /// Those that needed a person divided by all.
  public var manualInterventionRate: Ratio {
    Ratio(numerator: manualInterventions, denominator: count)
  }
  /// The mean time from submission to approval.
  public let averageApprovalTime: Duration?
  /// The mean processing time.
  public let averageProcessingTime: Duration?
  /// The mean quality, 1 to 10, rounded half up to two decimals.
  public let averageQuality: Double?
  /// Credits they cost.
  public let creditsConsumed: Int
  /// What they cost, by currency; currencies without cost are left out.
  public let costs: [Money]
  /// How many directories a customer, or customers a directory, has submissions with.
  public let counterparts: Int
  /// Those created in the last 30 times 24 hours.
  public let lastThirtyDays: Int
  /// The approval rate of those created in the last 30 times 24 hours.
  public let approvalRateLastThirtyDays: Ratio
  /// When the last one was created.
  public let lastSubmissionAt: Timestamp?
  /// When the last one was approved.
  public let lastApprovalAt: Timestamp?

  static func columns(counterpart: String) -> String {
    """
    count(*),
    count(*) FILTER (WHERE status IN ('submitted', 'under_review', 'approved')),
    count(*) FILTER (WHERE status = 'approved'), count(*) FILTER (WHERE status = 'rejected'),
    count(*) FILTER (WHERE status IN ('pending', 'submitting')),
    count(*) FILTER (WHERE status IN ('submitted', 'under_review')),
    count(*) FILTER (WHERE status = 'failed'),
    count(*) FILTER (WHERE manual_intervention_required = 1),
    sum(approval_microseconds), count(approval_microseconds),
    sum(processing_microseconds), count(processing_microseconds),
    sum(quality_score), count(quality_score), coalesce(sum(credits_consumed), 0),
    count(DISTINCT \(counterpart)),
    count(*) FILTER (WHERE created_at > ?2),
    count(*) FILTER (WHERE created_at > ?2 AND status = 'approved'),
    count(*) FILTER (WHERE created_at > ?2 AND status IN ('approved', 'rejected')),
    max(created_at), max(approved_at)
    """
  }
  /// The figures of one customer or directory; each statement reads only its submissions.
  static func of(
    _ id: ID<AnyEntity>, _ figures: SQLStatement, _ costs: SQLStatement,
    _ transaction: borrowing ReadTransaction
  ) throws -> SubmissionFigures? {
    let money: [Money] = try transaction.fetchAll(costs, id) { row in
      Money(minorUnits: try row.value(at: 1), currency: try row.value(at: 0))
    }
    return try transaction.fetchOne(figures, id, transaction.now - .days(30)) { row in
      var column = row.reader()
      return try SubmissionFigures(
        count: column("count"), delivered: column("delivered"), approved: column("approved"),
        rejected: column("rejected"), pending: column("pending"), waiting: column("waiting"),
        failed: column("failed"), manualInterventions: column("manual_interventions"),
        averageApprovalTime: SumAndCount(column("approval_sum"), column("approval_count"))
          .meanDuration,
        averageProcessingTime: SumAndCount(column("processing_sum"), column("processing_count"))
          .meanDuration,
        averageQuality: SumAndCount(column("quality_sum"), column("quality_count")).mean,
        creditsConsumed: column("credits"), costs: money, counterparts: column("counterparts"),
        lastThirtyDays: column("recent"),
        approvalRateLastThirtyDays: Ratio(
          numerator: column("recently_approved"), denominator: column("recently_decided")),
        lastSubmissionAt: column("last_submission"), lastApprovalAt: column("last_approval"))
    }
  }
}

extension Dashboards {
  private static let customersWithTier = SQLStatement(
    """
    SELECT c.pk, c.id, c.full_name, c.email, c.company_name, b.tier, b.credit_limit,
      b.granted - b.reserved - b.spent
    FROM customers c LEFT JOIN credit_balances b ON b.customer_id = c.id
    WHERE c.deleted_at IS NULL AND c.pk < ? ORDER BY c.pk DESC LIMIT ?
    """)

  private static let submissionsOfCustomer = SQLStatement(
    """
    SELECT \(SubmissionFigures.columns(counterpart: "directory_id")) FROM submissions
    WHERE customer_id = ?1
    """)

  private static let costsOfCustomer = SQLStatement(
    """
    SELECT currency, sum(cost_minor) FROM submissions
    WHERE customer_id = ? AND cost_minor > 0 GROUP BY currency ORDER BY currency
    """)

  /// A page of customers and the figures of their submissions, newest customer first.
  ///
  /// - Throws: `StorageError` and `SQLiteError` when the file cannot be read.
  /// - Complexity: grows with the submissions of the page's customers.
  public func customerSummary(
    after cursor: PageCursor? = nil, limit: Int = PageLimit.standard
  ) throws -> Page<CustomerSummaryRow> {
    try access.read { transaction in
      let page: Page<Head> = try transaction.page(
        Self.customersWithTier, after: cursor, start: .max, limit: limit)
      let rows = try page.elements.compactMap { head in
        try SubmissionFigures.of(
          head.id, Self.submissionsOfCustomer, Self.costsOfCustomer, transaction
        ).map {
          CustomerSummaryRow(
            customer: head.id, fullName: head.fullName, email: head.email,
            companyName: head.companyName, tier: head.tier, creditLimit: head.creditLimit,
            creditsRemaining: head.creditsRemaining, submissions: $0)
        }
      }
      return Page(elements: rows, next: page.next)
    }
  }

  private struct Head: DashboardRow {
    let id: ID<AnyEntity>
    let fullName: String
    let email: String?
    let companyName: String?
    let tier: String?
    let creditLimit: Int?
    let creditsRemaining: Int?

    init(
      _ column: inout some RowColumns & ~Copyable, now: Timestamp
    ) throws(ColumnError) {
      id = try column("id")
      fullName = try column("full_name")
      email = try column("email")
      companyName = try column("company_name")
      tier = try column("tier")
      creditLimit = try column("credit_limit")
      creditsRemaining = try column("credits_remaining")
    }
  }
}
