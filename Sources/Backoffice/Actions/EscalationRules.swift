/// The rules that every statement that changes escalations must satisfy.
enum EscalationRules {
  static let triggers = [rearm, record]

  struct Row: TableRow {
    static let tableName = PendingAction.tableName
    let id: ID<PendingAction>
    let status: ActionStatus
    let priority: Int
    let deadline: Timestamp?
    let escalatedAt: Timestamp?
    let count: Int
    let suspendedAt: Timestamp?
  }

  private static let forget = SQLStatement(
    "UPDATE pending_actions SET escalated_at = NULL WHERE id = ?1")

  /// Allows a new deadline to escalate again.
  static let rearm = Trigger.after(
    "pending_actions.rearm", .update(of: "deadline_at"), on: Row.self,
    when: { change in
      guard let old = change.old, let new = change.new, new.escalatedAt != nil else { return false }
      // The end of a suspension shifts the same deadline.
      if old.suspendedAt != nil, new.suspendedAt == nil { return false }
      return old.deadline != new.deadline && old.escalatedAt == new.escalatedAt
    },
    perform: { change, transaction in
      guard let new = change.new else { return }
      try transaction.execute(forget, new.id)
    })

  /// Allows only overdue actions to escalate, and records the escalation.
  static let record = Trigger.after(
    "pending_actions.escalation", .update(of: "escalated_at"), on: Row.self,
    when: { $0.old?.escalatedAt == nil && $0.new?.escalatedAt != nil },
    perform: { change, transaction in
      guard let old = change.old, let new = change.new else { return }
      guard !new.status.isFinished, new.status != .suspended, let deadline = new.deadline,
        deadline < transaction.now
      else {
        throw ActionError.notOverdue(new.id)
      }
      var entry = NewAuditEntry(
        action: "action.escalated", kind: .action, entity: ID(retyping: new.id),
        changedFields: old.priority == new.priority ? [] : ["priority"])
      entry.metadata = try JSONText(
        encoding: ["deadline_at": "\(deadline)", "escalation": "\(new.count)"])
      try transaction.audit.record(entry)
    })
}

extension EscalationRules.Row {
  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      id: column("id"), status: column("status"), priority: column("priority"),
      deadline: column("deadline_at"), escalatedAt: column("escalated_at"),
      count: column("escalation_count"), suspendedAt: column("suspended_at"))
  }
}
