public import Backoffice

/// An action that a person must take, and how urgent it is.
public struct ActionCenterRow: Sendable, Hashable, DashboardRow {
  /// The action.
  public let action: ID<AnyEntity>
  /// Its kind.
  public let kind: String
  /// Its title.
  public let title: String
  /// What must be done.
  public let details: String?
  /// Its priority, 1 for the highest.
  public let priority: Int
  /// Its status.
  public let status: String
  /// Its deadline.
  public let deadlineAt: Timestamp?
  /// How long it should take, in minutes.
  public let estimatedDurationMinutes: Int
  /// The entity that it is about; nil for none.
  public let subject: EntityReference?
  /// The customer that it is for; nil for none.
  public let customer: ID<AnyEntity>?
  /// The customer's e-mail address.
  public let customerEmail: String?
  /// The customer's company.
  public let companyName: String?
  /// The tier of the customer's subscription.
  public let tier: String?
  /// The directory that it is about.
  public let directoryName: String?
  /// The assistant who has it; nil for none.
  public let assistantName: String?
  /// When it was created.
  public let createdAt: Timestamp
  /// Whole minutes until the deadline, negative after it; nil without a deadline.
  public let minutesUntilDeadline: Int?
  /// Whether it is open and its deadline has passed; a failed action is not overdue.
  public let isOverdue: Bool
  /// 100, 80, 60, 40 or 20 by priority, plus 50 when it is overdue or 30 in the hour before the deadline.
  public let priorityScore: Int
}

/// The workload and the results of an assistant.
public struct AssistantWorkloadRow: Sendable, Hashable, DashboardRow {
  /// The assistant.
  public let assistant: ID<AnyEntity>
  /// Its name in other systems.
  public let handle: String
  /// Its name.
  public let name: String
  /// Whether it is in use.
  public let isActive: Bool
  /// Whether it takes work.
  public let isAvailable: Bool
  /// Its active actions divided by the most that it can take.
  public let workload: Ratio
  /// Actions that are assigned and not started.
  public let assigned: Int
  /// Actions being worked on.
  public let inProgress: Int
  /// Actions blocked.
  public let blocked: Int
  /// Actions that wait for a customer.
  public let waitingForCustomer: Int
  /// Open actions past their deadline.
  public let overdue: Int
  /// Completed actions divided by those that completed or failed.
  public let successRate: Ratio
  /// The mean quality of completed actions, 1 to 5, rounded to two decimals.
  public let averageQuality: Double?
  /// The mean time that completed actions took, in minutes.
  public let averageDurationMinutes: Double?
  /// When it last did something.
  public let lastActiveAt: Timestamp?
}

extension ActionCenterRow {
  init(
    _ column: inout some RowColumns & ~Copyable, now: Timestamp
  ) throws(ColumnError) {
    let deadlineAt: Timestamp? = try column("deadline_at")
    let isOpen: Bool = try column("is_open")
    let subjectKind: EntityKind? = try column("subject_kind")
    let subjectID: ID<AnyEntity>? = try column("subject_id")
    let isOverdue = isOpen && deadlineAt.map { $0 < now } == true
    let isNear = isOpen && !isOverdue && deadlineAt.map { $0 <= now + .hours(1) } == true
    try self.init(
      action: column("action_id"), kind: column("kind"), title: column("title"),
      details: column("description"), priority: column("priority"), status: column("status"),
      deadlineAt: deadlineAt, estimatedDurationMinutes: column("estimated_duration_minutes"),
      subject: subjectKind.flatMap { kind in subjectID.map { EntityReference(kind, $0) } },
      customer: column("customer_id"), customerEmail: column("customer_email"),
      companyName: column("company_name"), tier: column("tier"),
      directoryName: column("directory_name"), assistantName: column("assistant_name"),
      createdAt: column("created_at"),
      minutesUntilDeadline: deadlineAt.map { Int(($0 - now).microseconds / 60_000_000) },
      isOverdue: isOverdue,
      priorityScore: column("priority_score_base") + (isOverdue ? 50 : isNear ? 30 : 0))
  }
}

extension AssistantWorkloadRow {
  init(
    _ column: inout some RowColumns & ~Copyable, now: Timestamp
  ) throws(ColumnError) {
    let completed: Int = try column("completed_count")
    try self.init(
      assistant: column("assistant_id"), handle: column("handle"), name: column("name"),
      isActive: column("is_active"), isAvailable: column("is_available"),
      workload: Ratio(
        numerator: column("active_count"), denominator: column("max_concurrent_tasks")),
      assigned: column("assigned_count"), inProgress: column("in_progress_count"),
      blocked: column("blocked_count"), waitingForCustomer: column("requires_customer_count"),
      overdue: column("overdue_count"),
      successRate: Ratio(numerator: completed, denominator: completed + column("failed_count")),
      averageQuality: column("average_quality_score"),
      averageDurationMinutes: column("average_duration_minutes"),
      lastActiveAt: column("last_active_at"))
  }
}

extension Dashboards {
  private static let openActions = SQLStatement(
    """
    SELECT \(ActionCenterRow.columns) FROM pending_actions a
    JOIN action_center v ON v.action_id = a.id
    WHERE a.finished_at IS NULL
    ORDER BY 120 - 20 * a.priority + CASE WHEN a.status = 'suspended' THEN 0
      WHEN a.deadline_at < ?1 THEN 50
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
    SELECT s.pk, v.completed_count, v.assistant_id, v.handle, v.name, v.is_active, v.is_available,
      v.active_count, v.max_concurrent_tasks, v.assigned_count, v.in_progress_count, v.blocked_count,
      v.requires_customer_count,
      (SELECT count(*) FROM pending_actions a WHERE a.assistant_id = s.id
        AND a.status IN ('assigned', 'in_progress', 'blocked', 'requires_customer')
        AND a.deadline_at < ?1),
      v.failed_count, v.average_quality_score, v.average_duration_minutes,
      v.last_active_at
    FROM assistants s JOIN assistant_workload v ON v.assistant_id = s.id
    WHERE s.pk > ?2 ORDER BY s.pk LIMIT ?3
    """)

  /// The open actions, most urgent first.
  ///
  /// - Parameter limit: how many, 1 to 1,000; 100 by default.
  /// - Throws: `StorageError` and `SQLiteError` when the file cannot be read.
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
  ///
  /// - Throws: `StorageError` and `SQLiteError` when the file cannot be read.
  public func actions(
    after cursor: PageCursor? = nil, limit: Int = PageLimit.standard
  ) throws -> Page<ActionCenterRow> {
    try access.readOnce { transaction in
      try transaction.page(Self.actionPage, after: cursor, start: .max, limit: limit)
    }
  }

  /// A page of assistants and their workload, in the order of creation.
  ///
  /// - Throws: `StorageError` and `SQLiteError` when the file cannot be read.
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
