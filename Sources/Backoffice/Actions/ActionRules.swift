/// The rules that every statement that changes actions or assistants must satisfy.
enum ActionRules {
  static var triggers: [Trigger] {
    [
      shape, history, times, assignments, .updatedAt(of: PendingAction.self),
      .updatedAt(of: Assistant.self),
    ]
  }

  /// Rejects illegal transitions and records the history.
  static let history = Trigger.statusHistory(of: .action, on: ActionHistoryRow.self) { old, new in
    old.status.canMove(to: new.status)
      ? nil : ActionError.illegalMove(new.id, from: old.status, to: new.status)
  }

  /// Sets the times of an action that is written as a whole.
  static let shape = Trigger.before(
    "pending_actions.shape", .insertOrUpdate, on: PendingAction.self
  ) { action, old, transaction in
    let now = transaction.now
    if action.assistantID == nil {
      action.times.assignedAt = nil
    } else if action.times.assignedAt == nil {
      action.times.assignedAt = now
    }
    if action.status == .inProgress, action.times.startedAt == nil {
      action.times.startedAt = now
    }
    if !action.status.isFinished {
      action.times.finishedAt = nil
    } else if action.times.finishedAt == nil {
      action.times.finishedAt = now
    }
  }

  private static let mend = SQLStatement(
    """
    UPDATE pending_actions SET assigned_at = ?2, deadline_at = ?3, started_at = ?4,
      actual_duration_microseconds = ?5, over_capacity = ?6, suspended_at = ?7,
      suspended_from = ?8
    WHERE id = ?1
    """)

  /// Corrects dependent times after any statement.
  static let times = Trigger.after(
    "pending_actions.times",
    .insertOrUpdate(
      of: "status", "assistant_id", "priority", "assigned_at", "deadline_at", "started_at",
      "finished_at", "actual_duration_microseconds", "suspended_at", "suspended_from"),
    on: ActionTimes.self
  ) { change, transaction in
    guard let new = change.new else { return }
    var right = new.mended(from: change.old, now: transaction.now)
    if right.deadlineAt == nil {
      right.deadlineAt = try transaction.requireActionKind(new.kind)
        .deadline(from: new.createdAt, priority: new.priority)
    }
    guard right != new else { return }
    try transaction.execute(
      mend, right.id, right.assignedAt, right.deadlineAt, right.startedAt, right.duration,
      right.isOverCapacity, right.suspendedAt, right.suspendedFrom)
  }

  /// Records assignments and removals after any statement.
  static let assignments = Trigger.after(
    "pending_actions.assignments", .insertOrUpdate(of: "assistant_id"), on: ActionAssignee.self
  ) { change, transaction in
    guard let new = change.new, change.old?.assistant != new.assistant else { return }
    try transaction.recordManualAssignment(new.id, to: new.assistant)
  }
}

struct ActionHistoryRow: StatusTracked {
  static let tableName = PendingAction.tableName
  let id: ID<PendingAction>
  let status: ActionStatus
  let assistant: ID<AnyEntity>?

  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    id = try column("id")
    status = try column("status")
    assistant = try column("assistant_id")
  }

  var historyEntity: ID<AnyEntity> { ID(retyping: id) }
  var historyStatus: String { status.rawValue }
  var historyOwner: ID<AnyEntity>? { assistant }
}

struct ActionAssignee: TableRow {
  static let tableName = PendingAction.tableName
  let id: ID<PendingAction>
  let assistant: ID<Assistant>?

  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    id = try column("id")
    assistant = try column("assistant_id")
  }
}

struct ActionTimes: TableRow, Equatable {
  static let tableName = PendingAction.tableName
  let id: ID<PendingAction>
  let kind: ActionKind
  let status: ActionStatus
  let priority: Int
  let assistant: ID<Assistant>?
  var assignedAt: Timestamp?
  var deadlineAt: Timestamp?
  var startedAt: Timestamp?
  let finishedAt: Timestamp?
  var duration: Int64?
  let createdAt: Timestamp
  var isOverCapacity: Bool
  var suspendedAt: Timestamp?
  var suspendedFrom: ActionStatus?

  func mended(from old: ActionTimes?, now: Timestamp) -> ActionTimes {
    var row = self
    if let old, old.assistant != assistant, assistant != nil, old.assignedAt == assignedAt {
      row.assignedAt = now
    }
    // An override applies only to the assistant for whom it was given.
    if assistant == nil {
      row.isOverCapacity = false
    } else if let old, old.assistant != assistant, old.isOverCapacity {
      row.isOverCapacity = false
    }
    // A newly assigned action has not been started.
    if status == .pending || status == .assigned { row.startedAt = nil }
    if status != .suspended {
      // The time limit stands still during a suspension, whatever statement ends it.
      if let old, old.status == .suspended, let since = old.suspendedAt, !status.isFinished,
        let deadline = row.deadlineAt, deadline == old.deadlineAt
      {
        row.deadlineAt = deadline + max(.zero, now - since)
      }
      row.suspendedAt = nil
      row.suspendedFrom = nil
    } else {
      row.suspendedAt = row.suspendedAt ?? now
      let former = old?.status == .suspended ? old?.suspendedFrom : old?.status
      row.suspendedFrom =
        row.suspendedFrom ?? former ?? (row.assistant == nil ? .pending : .assigned)
    }
    row.duration = nil
    if let startedAt = row.startedAt, let finishedAt {
      row.duration = max(0, (finishedAt - startedAt).microseconds)
    }
    return row
  }
}

extension ActionTimes {
  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      id: column("id"), kind: column("kind"), status: column("status"),
      priority: column("priority"), assistant: column("assistant_id"),
      assignedAt: column("assigned_at"),
      deadlineAt: column("deadline_at"), startedAt: column("started_at"),
      finishedAt: column("finished_at"), duration: column("actual_duration_microseconds"),
      createdAt: column("created_at"), isOverCapacity: column("over_capacity"),
      suspendedAt: column("suspended_at"), suspendedFrom: column("suspended_from"))
  }
}

extension ConsistencyCheck where Self == QueryCheck {
  /// Checks that the times of each action agree with each other.
  static var actionTimes: QueryCheck {
    QueryCheck(
      "pending_actions.times",
      """
      SELECT 'pending_actions', id,
        'its times do not agree with each other or with the status ' || status
      FROM pending_actions
      WHERE deadline_at IS NULL
        OR (status IN ('pending', 'assigned') AND started_at IS NOT NULL)
        OR (status = 'suspended') <> (suspended_at IS NOT NULL)
        OR (status = 'suspended') <> (suspended_from IS NOT NULL)
        OR actual_duration_microseconds IS NOT
          CASE WHEN started_at IS NOT NULL THEN max(0, finished_at - started_at) END
      LIMIT ?
      """)
  }
}
