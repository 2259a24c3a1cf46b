public import Backoffice

/// The whole store in one row, as of its last refresh.
///
/// Each figure is counted on its own table, so that none multiplies another.
public struct DashboardSummary: Sendable, Hashable {
  /// Customers that are not deleted.
  public let customers: Int
  /// Those of them that may use the store.
  public let activeCustomers: Int
  /// Those of them with a subscription on trial.
  public let trialCustomers: Int
  /// Those of them with a subscription of the tier enterprise.
  public let enterpriseCustomers: Int
  /// All submissions.
  public let submissions: Int
  /// Those submitted, under review or approved.
  public let deliveredSubmissions: Int
  /// Those approved.
  public let approvedSubmissions: Int
  /// Those rejected.
  public let rejectedSubmissions: Int
  /// Those created in the last 24 hours.
  public let submissionsLastDay: Int
  /// Those created in the last 7 times 24 hours.
  public let submissionsLastWeek: Int
  /// All queue items.
  public let queueItems: Int
  /// Those that wait for a worker: pending or retrying.
  public let pendingQueueItems: Int
  /// Those that are running.
  public let runningQueueItems: Int
  /// All actions.
  public let actions: Int
  /// Those that are open.
  public let openActions: Int
  /// Open ones that nobody has.
  public let unassignedActions: Int
  /// Open ones behind their deadline.
  public let overdueActions: Int
  /// The mean time from submission to approval.
  public let averageApprovalTime: Duration?
  /// Credits that all submissions cost.
  public let creditsConsumed: Int
  /// What all submissions cost, by currency.
  public let costs: [Money]
  /// When the row was refreshed.
  public let refreshedAt: Timestamp

  /// Delivered submissions of all.
  public var deliveryRate: Ratio {
    Ratio(numerator: deliveredSubmissions, denominator: submissions)
  }
  /// Approved submissions of those decided.
  public var approvalRate: Ratio {
    Ratio(
      numerator: approvedSubmissions, denominator: approvedSubmissions + rejectedSubmissions)
  }

  init(_ row: borrowing Row) throws {
    var column = row.reader()
    customers = try column.next()
    activeCustomers = try column.next()
    trialCustomers = try column.next()
    enterpriseCustomers = try column.next()
    submissions = try column.next()
    deliveredSubmissions = try column.next()
    approvedSubmissions = try column.next()
    rejectedSubmissions = try column.next()
    submissionsLastDay = try column.next()
    submissionsLastWeek = try column.next()
    queueItems = try column.next()
    pendingQueueItems = try column.next()
    runningQueueItems = try column.next()
    actions = try column.next()
    openActions = try column.next()
    unassignedActions = try column.next()
    overdueActions = try column.next()
    averageApprovalTime = try SumAndCount(&column).meanDuration
    creditsConsumed = try column.next()
    let sums = try column.next(JSONText.self).decode([String: Int64].self)
    costs = sums.sorted { $0.key < $1.key }.compactMap { code, units in
      Currency(code).map { Money(minorUnits: units, currency: $0) }
    }
    refreshedAt = try column.next()
  }
}

extension Analytics {
  private static let summaryColumns = [
    "total_customers", "active_customers", "trial_customers", "enterprise_customers",
    "total_submissions", "delivered_submissions", "approved_submissions",
    "rejected_submissions", "submissions_last_24_hours", "submissions_last_7_days",
    "total_queue_items", "pending_queue_items", "running_queue_items", "total_actions",
    "open_actions", "unassigned_actions", "overdue_actions", "approval_time_sum_microseconds",
    "approval_time_count", "credits_consumed_sum", "cost_minor_sums", "refreshed_at",
  ]

  private static let refreshSummary = SQLStatement(
    """
    INSERT INTO dashboard_summary (pk, \(summaryColumns.joined(separator: ", ")))
    SELECT 1, c.*, p.*, s.*, q.*, a.*, t.*, m.*, ?1
    FROM
      (SELECT count(*), count(*) FILTER (WHERE is_active = 1) FROM customers
        WHERE deleted_at IS NULL) c,
      (SELECT count(*) FILTER (WHERE p.status = 'trialing'),
          count(*) FILTER (WHERE p.tier = 'enterprise')
        FROM subscriptions p JOIN customers c ON c.id = p.customer_id
        WHERE c.deleted_at IS NULL) p,
      (SELECT count(*),
          count(*) FILTER (WHERE status IN ('submitted', 'under_review', 'approved')),
          count(*) FILTER (WHERE status = 'approved'),
          count(*) FILTER (WHERE status = 'rejected'),
          count(*) FILTER (WHERE created_at > ?2), count(*) FILTER (WHERE created_at > ?3)
        FROM submissions) s,
      (SELECT count(*), count(*) FILTER (WHERE status IN ('pending', 'retrying')),
          count(*) FILTER (WHERE status = 'running') FROM queue_items) q,
      (SELECT count(*), count(*) FILTER (WHERE finished_at IS NULL),
          count(*) FILTER (WHERE finished_at IS NULL AND assistant_id IS NULL),
          count(*) FILTER (WHERE finished_at IS NULL AND deadline_at < ?1)
        FROM pending_actions) a,
      (SELECT coalesce(sum(approval_microseconds), 0), count(approval_microseconds),
          coalesce(sum(credits_consumed), 0) FROM submissions) t,
      (SELECT coalesce(json_group_object(currency, cost), '{}') FROM (
          SELECT currency, sum(cost_minor) AS cost FROM submissions WHERE cost_minor > 0
          GROUP BY currency ORDER BY currency)) m
    WHERE true
    ON CONFLICT (pk) DO UPDATE SET
      \(summaryColumns.map { "\($0) = excluded.\($0)" }.joined(separator: ", "))
    RETURNING \(summaryColumns.joined(separator: ", "))
    """)

  private static let readSummary = SQLStatement(
    "SELECT \(summaryColumns.joined(separator: ", ")) FROM dashboard_summary WHERE pk = 1")

  /// Counts the whole store, and keeps the figures for ``dashboardSummary()``.
  ///
  /// - Complexity: reads customers, submissions, queue items and actions whole.
  @discardableResult
  public func refreshDashboardSummary() throws -> DashboardSummary? {
    try access.write { transaction in
      let now = transaction.now
      return try transaction.fetchOne(
        Self.refreshSummary, now, now - .hours(24), now - .days(7)
      ) { row in try DashboardSummary(row) }
    }
  }

  /// The figures of the last refresh, or nil before the first.
  ///
  /// - Complexity: one row.
  public func dashboardSummary() throws -> DashboardSummary? {
    try access.readOnce { transaction in
      try transaction.fetchOne(Self.readSummary) { row in try DashboardSummary(row) }
    }
  }
}
