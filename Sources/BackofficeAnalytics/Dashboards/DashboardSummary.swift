public import Backoffice

/// The figures of the whole store, as of the last refresh.
public struct DashboardSummary: Sendable, Hashable {
  /// Customers that are not deleted.
  public let customers: Int
  /// Those of them that are active.
  public let activeCustomers: Int
  /// Those of them with a trial subscription.
  public let trialCustomers: Int
  /// Those of them with a subscription of the highest tier that is offered.
  public let topTierCustomers: Int
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
  /// Open ones without an assistant.
  public let unassignedActions: Int
  /// Open ones past their deadline.
  public let overdueActions: Int
  /// The mean time from submission to approval.
  public let averageApprovalTime: Duration?
  /// Credits that all submissions cost.
  public let creditsConsumed: Int
  /// What all submissions cost, by currency.
  public let costs: [Money]
  /// When the row was refreshed.
  public let refreshedAt: Timestamp

  /// Delivered submissions divided by all.
  public var deliveryRate: Ratio {
    Ratio(numerator: deliveredSubmissions, denominator: submissions)
  }
  /// Approved submissions divided by those approved or rejected.
  public var approvalRate: Ratio {
    Ratio(
      numerator: approvedSubmissions, denominator: approvedSubmissions.adding(rejectedSubmissions))
  }
}

extension DashboardSummary: TableRow {
  /// The table's name.
  public static let tableName = "dashboard_summary"

  /// Declares the columns that it reads.
  ///
  /// - Throws: `ColumnError` for a column of another type.
  public init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      customers: column("total_customers"), activeCustomers: column("active_customers"),
      trialCustomers: column("trial_customers"),
      topTierCustomers: column("top_tier_customers"), submissions: column("total_submissions"),
      deliveredSubmissions: column("delivered_submissions"),
      approvedSubmissions: column("approved_submissions"),
      rejectedSubmissions: column("rejected_submissions"),
      submissionsLastDay: column("submissions_last_24_hours"),
      submissionsLastWeek: column("submissions_last_7_days"),
      queueItems: column("total_queue_items"), pendingQueueItems: column("pending_queue_items"),
      runningQueueItems: column("running_queue_items"), actions: column("total_actions"),
      openActions: column("open_actions"), unassignedActions: column("unassigned_actions"),
      overdueActions: column("overdue_actions"),
      averageApprovalTime: SumAndCount(
        column("approval_time_sum_microseconds"), column("approval_time_count")
      ).meanDuration, creditsConsumed: column("credits_consumed_sum"),
      costs: (column("cost_minor_sums") as Costs).amounts, refreshedAt: column("refreshed_at"))
  }

  /// The document of the column `cost_minor_sums`.
  private struct Costs: ColumnDecodable {
    let amounts: [Money]

    static func decode(_ column: borrowing ColumnValue) -> Costs? {
      let sums: [String: Int64]? = JSONText.decode(column).flatMap { try? $0.decode() }
      return sums.map { sums in
        Costs(
          amounts: sums.sorted { $0.key < $1.key }.compactMap { code, units in
            Currency(code).map { Money(minorUnits: units, currency: $0) }
          })
      }
    }
  }
}

extension Dashboards {
  private static let refreshSummary = SQLStatement(
    """
    INSERT INTO dashboard_summary (pk, \(DashboardSummary.selection))
    SELECT 1, c.*, p.*, s.*, q.*, a.*, t.*, m.*, ?1
    FROM
      (SELECT count(*), count(*) FILTER (WHERE is_active = 1) FROM customers
        WHERE deleted_at IS NULL) c,
      (SELECT count(*) FILTER (WHERE p.status = 'trialing'),
          count(*) FILTER (WHERE p.tier = (
            SELECT name FROM tiers WHERE retired_at IS NULL ORDER BY rank DESC, pk DESC LIMIT 1))
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
          count(*) FILTER (WHERE finished_at IS NULL AND deadline_at < ?1
            AND status <> 'suspended')
        FROM pending_actions) a,
      (SELECT coalesce(sum(approval_microseconds), 0), count(approval_microseconds),
          coalesce(sum(credits_consumed), 0) FROM submissions) t,
      (SELECT coalesce(json_group_object(currency, cost), '{}') FROM (
          SELECT currency, sum(cost_minor) AS cost FROM submissions WHERE cost_minor > 0
          GROUP BY currency ORDER BY currency)) m
    WHERE true
    ON CONFLICT (pk) DO UPDATE SET
      \(DashboardSummary.columns.map { "\($0) = excluded.\($0)" }.joined(separator: ", "))
    RETURNING \(DashboardSummary.selection)
    """)

  private static let readSummary = DashboardSummary.select("WHERE pk = 1")

  /// Counts the whole store and stores the figures for ``summary()``.
  ///
  /// - Throws: `StorageError` and `SQLiteError` when the file cannot be written.
  /// - Complexity: reads all customers, submissions, queue items and actions.
  @discardableResult
  public func refreshSummary() throws -> DashboardSummary? {
    try access.write { transaction in
      let now = transaction.now
      return try DashboardSummary.fetchOne(
        transaction, Self.refreshSummary, now, now - .hours(24), now - .days(7))
    }
  }

  /// The figures of the last refresh; nil before the first.
  ///
  /// - Throws: `StorageError` and `SQLiteError` when the file cannot be read.
  /// - Complexity: one row.
  public func summary() throws -> DashboardSummary? {
    try access.readOnce { transaction in
      try DashboardSummary.fetchOne(transaction, Self.readSummary)
    }
  }
}
