/// Lets an item go, or ends it, when those it waits for have ended by any statement.
enum DependencyRules {
  static let parentEnds = Trigger.after(
    "queue_dependencies.parent_ends", .update(of: "finished_at").where(.holds("dependants")),
    on: Parent.self,
    when: { change in
      guard let new = change.new, new.dependants > 0 else { return false }
      return change.old?.status != new.status
    },
    perform: { change, transaction in
      guard let new = change.new else { return }
      switch new.status {
      case .completed: try transaction.execute(closeAll, new.id)
      case .failed, .cancelled: try spread(new.id, new.status, transaction)
      default: try transaction.execute(unstick, new.id)
      }
    })

  /// An item whose parent is deleted is handled by the policy; if the policy keeps it blocked, it
  /// is cancelled instead, because nothing could unblock it.
  static let parentGoes = Trigger.after(
    "queue_dependencies.parent_goes", .delete, on: DependencyCounts.Edge.self,
    when: { $0.old?.isOpen == true && $0.old?.policy != .proceed },
    perform: { change, transaction in
      guard let edge = change.old,
        try transaction.fetchOne(exists, edge.parent, decode: { _ in true }) == nil
      else { return }
      try transaction.execute(
        end, edge.item, edge.policy == .fail ? QueueItem.Status.failed : .cancelled,
        transaction.now, "dependency_deleted", "a queue item that it waited for was deleted")
    })

  static let closeAll = SQLStatement(
    """
    UPDATE queue_dependencies SET is_open = 0, parent_failed_at = NULL
    WHERE parent_id = ?1 AND is_open = 1
    """)

  static let openChildren = SQLStatement(
    """
    SELECT d.item_id, d.on_failure, i.status FROM queue_dependencies d
    JOIN queue_items i ON i.id = d.item_id
    WHERE d.parent_id = ?1 AND d.is_open = 1 ORDER BY d.pk
    """)

  static let closeOne = SQLStatement(
    """
    UPDATE queue_dependencies SET is_open = 0, parent_failed_at = NULL
    WHERE item_id = ?1 AND parent_id = ?2 AND is_open = 1
    """)

  static let closeParents = SQLStatement(
    """
    UPDATE queue_dependencies SET is_open = 0, parent_failed_at = NULL
    WHERE item_id = ?1 AND is_open = 1
    """)

  static let stick = SQLStatement(
    """
    UPDATE queue_dependencies SET parent_failed_at = ?2
    WHERE parent_id = ?1 AND is_open = 1 AND on_failure = 'block'
    """)

  static let unstick = SQLStatement(
    """
    UPDATE queue_dependencies SET parent_failed_at = NULL WHERE parent_id = ?1 AND is_open = 1
    """)

  static let end = SQLStatement(
    """
    UPDATE queue_items SET status = ?2, paused_from = NULL, finished_at = ?3, claimed_at = NULL,
      error_code = ?4,
      error_message = ?5, updated_at = ?3
    WHERE id = ?1 AND status \(QueueItem.Status.waitingSQL)
    """)

  private static let exists = SQLStatement("SELECT 1 FROM queue_items WHERE id = ?")

  /// An item that ends because another did.
  private struct Doomed {
    let id: ID<QueueItem>
    let status: QueueItem.Status
    let parent: ID<QueueItem>
    let parentStatus: QueueItem.Status
  }

  /// Carries a failure on to all that wait for it, and those that wait for them.
  ///
  /// In steps, not by rules that call each other: a chain may be longer than rules nest.
  private static func spread(
    _ first: ID<QueueItem>, _ status: QueueItem.Status, _ transaction: borrowing WriteTransaction
  ) throws {
    var doomed: [Doomed] = []
    var seen: Set<ID<QueueItem>> = [first]
    var work = [(id: first, status: status)]
    var index = 0
    while index < work.count {
      let parent = work[index]
      index += 1
      let children = try transaction.fetchAll(openChildren, parent.id) { row in
        (
          id: try row.value(at: 0, as: ID<QueueItem>.self),
          policy: try row.value(at: 1, as: QueueDependency.Policy.self),
          status: try row.value(at: 2, as: QueueItem.Status.self)
        )
      }
      for child in children where child.policy != .block {
        guard child.policy != .proceed, !child.status.isFinished, child.status != .running else {
          try transaction.execute(closeOne, child.id, parent.id)
          continue
        }
        guard seen.insert(child.id).inserted else { continue }
        let status: QueueItem.Status = child.policy == .fail ? .failed : .cancelled
        doomed.append(
          Doomed(
            id: child.id, status: status, parent: parent.id, parentStatus: parent.status))
        work.append((child.id, status))
      }
      try transaction.execute(stick, parent.id, transaction.now)
    }
    // First none of them waits, so that no end sets off the same again.
    for item in doomed { try transaction.execute(closeParents, item.id) }
    for item in doomed {
      try transaction.execute(
        end, item.id, item.status, transaction.now, "dependency_\(item.parentStatus.rawValue)",
        "queue item \(item.parent), which it waited for, was \(item.parentStatus.rawValue)")
    }
  }

  struct Parent: TableRow {
    static let tableName = "queue_items"
    let id: ID<QueueItem>
    let status: QueueItem.Status
    let dependants: Int
  }
}

extension DependencyRules.Parent {
  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      id: column("id"), status: column("status"), dependants: column("dependants"))
  }
}
