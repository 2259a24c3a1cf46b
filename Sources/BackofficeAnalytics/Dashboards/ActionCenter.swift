public import Backoffice

/// Something a person must do, and how urgent it is.
public struct ActionCenterRow: Sendable, Hashable, DashboardRow {
  /// The action.
  public let action: ID<AnyEntity>
  /// What kind it is.
  public let kind: String
  /// What it is called.
  public let title: String
  /// What is to be done.
  public let details: String?
  /// Its priority, 1 for the highest.
  public let priority: Int
  /// Its status.
  public let status: String
  /// Until when it is to be done.
  public let deadlineAt: Timestamp?
  /// How long it should take, in minutes.
  public let estimatedDurationMinutes: Int
  /// The customer that it is for.
  public let customer: ID<AnyEntity>
  /// The customer's e-mail address.
  public let customerEmail: String?
  /// The customer's company.
  public let companyName: String?
  /// The tier of the customer's subscription.
  public let tier: String?
  /// The directory that it is about.
  public let directoryName: String?
  /// Who does it.
  public let assistantName: String?
  /// When it was created.
  public let createdAt: Timestamp
  /// Whole minutes until the deadline, negative behind it; nil without a deadline.
  public let minutesUntilDeadline: Int?
  /// Whether it is open and its deadline has passed; a failed action is not overdue.
  public let isOverdue: Bool
  /// 100, 80, 60, 40 or 20 by priority; 50 more when overdue, 30 more in the last hour before.
  public let priorityScore: Int

  static let columns = """
    v.action_id, v.kind, v.title, v.description, v.priority, v.status, v.deadline_at,
    v.estimated_duration_minutes, v.customer_id, v.customer_email, v.company_name, v.tier,
    v.directory_name, v.assistant_name, v.created_at, v.is_open, v.priority_score_base
    """

  init(_ column: inout Row.Reader, now: Timestamp) throws {
    action = try column.next()
    kind = try column.next()
    title = try column.next()
    details = try column.next()
    priority = try column.next()
    status = try column.next()
    deadlineAt = try column.next()
    estimatedDurationMinutes = try column.next()
    customer = try column.next()
    customerEmail = try column.next()
    companyName = try column.next()
    tier = try column.next()
    directoryName = try column.next()
    assistantName = try column.next()
    createdAt = try column.next()
    let isOpen: Bool = try column.next()
    let base: Int = try column.next()
    minutesUntilDeadline = deadlineAt.map { Int(($0 - now).microseconds / 60_000_000) }
    isOverdue = isOpen && deadlineAt.map { $0 < now } == true
    let isNear = isOpen && !isOverdue && deadlineAt.map { $0 <= now + .hours(1) } == true
    priorityScore = base + (isOverdue ? 50 : isNear ? 30 : 0)
  }
}

/// How much an assistant has to do, and how it goes.
public struct AssistantWorkloadRow: Sendable, Hashable, DashboardRow {
  /// The assistant.
  public let assistant: ID<AnyEntity>
  /// What other systems call it.
  public let handle: String
  /// Its name.
  public let name: String
  /// Whether it is in use.
  public let isActive: Bool
  /// Whether it takes work.
  public let isAvailable: Bool
  /// What it works on, of what it can take.
  public let workload: Ratio
  /// Actions assigned and not begun.
  public let assigned: Int
  /// Actions being worked on.
  public let inProgress: Int
  /// Actions blocked.
  public let blocked: Int
  /// Actions that wait for a customer.
  public let waitingForCustomer: Int
  /// Open actions behind their deadline.
  public let overdue: Int
  /// Completed actions of those completed or failed.
  public let successRate: Ratio
  /// The mean quality of completed actions, 1 to 5, rounded to two decimals.
  public let averageQuality: Double?
  /// The mean time that completed actions took, in minutes.
  public let averageDurationMinutes: Double?
  /// When it last did something.
  public let lastActiveAt: Timestamp?

  init(_ column: inout Row.Reader, now: Timestamp) throws {
    assistant = try column.next()
    handle = try column.next()
    name = try column.next()
    isActive = try column.next()
    isAvailable = try column.next()
    workload = Ratio(numerator: try column.next(), denominator: try column.next())
    assigned = try column.next()
    inProgress = try column.next()
    blocked = try column.next()
    waitingForCustomer = try column.next()
    overdue = try column.next()
    let completed: Int = try column.next()
    let failed: Int = try column.next()
    successRate = Ratio(numerator: completed, denominator: completed + failed)
    averageQuality = try column.next()
    averageDurationMinutes = try column.next()
    lastActiveAt = try column.next()
  }
}

extension Analytics {
  private static let openActions = SQLStatement(
    """
    SELECT \(ActionCenterRow.columns) FROM pending_actions a
    JOIN action_center v ON v.action_id = a.id
    WHERE a.finished_at IS NULL
    ORDER BY 120 - 20 * a.priority + CASE WHEN a.deadline_at < ?1 THEN 50
      WHEN a.deadline_at <= ?2 THEN 30 ELSE 0 END DESC, a.deadline_at IS NULL, a.deadline_at, a.pk
    LIMIT ?3
    """)

  private static let actionPage = SQLStatement(
    """
    SELECT a.pk, \(ActionCenterRow.columns) FROM pending_actions a
    JOIN action_center v ON v.action_id = a.id
    WHERE a.pk < ? ORDER BY a.pk DESC LIMIT ?
    """)

  private static let workloads = SQLStatement(
    """
    SELECT s.pk, v.assistant_id, v.handle, v.name, v.is_active, v.is_available, v.active_count,
      v.max_concurrent_tasks, v.assigned_count, v.in_progress_count, v.blocked_count,
      v.requires_customer_count,
      (SELECT count(*) FROM pending_actions a WHERE a.assistant_id = s.id
        AND a.status IN ('assigned', 'in_progress', 'blocked', 'requires_customer')
        AND a.deadline_at < ?1),
      v.completed_count, v.failed_count, v.average_quality_score, v.average_duration_minutes,
      v.last_active_at
    FROM assistants s JOIN assistant_workload v ON v.assistant_id = s.id
    WHERE s.pk > ?2 ORDER BY s.pk LIMIT ?3
    """)

  static var actionStatements: [SQLStatement] { [actionPage] }

  /// The open actions, most urgent first.
  ///
  /// - Parameter limit: how many, 1 to 1,000; 100 by default.
  /// - Complexity: grows with the open actions.
  public func actionCenter(limit: Int = PageLimit.standard) throws -> [ActionCenterRow] {
    try access.readOnce { transaction in
      let now = transaction.now
      return try transaction.fetchAll(
        Self.openActions, now, now + .hours(1), PageLimit.clamped(limit)
      ) { row in
        var column = row.reader()
        return try ActionCenterRow(&column, now: now)
      }
    }
  }

  /// A page of all actions, open or not, newest first.
  public func actions(
    after cursor: PageCursor? = nil, limit: Int = PageLimit.standard
  ) throws -> Page<ActionCenterRow> {
    try access.readOnce { transaction in
      try transaction.page(Self.actionPage, after: cursor, start: .max, limit: limit)
    }
  }

  /// A page of assistants and what they have to do, in the order of entry.
  ///
  /// - Complexity: grows with the open actions of the assistants.
  public func assistantWorkload(
    after cursor: PageCursor? = nil, limit: Int = PageLimit.standard
  ) throws -> Page<AssistantWorkloadRow> {
    try access.readOnce { transaction in
      try transaction.page(
        Self.workloads, transaction.now, after: cursor, start: .min, limit: limit)
    }
  }
}
