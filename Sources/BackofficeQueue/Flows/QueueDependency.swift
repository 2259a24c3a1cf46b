/// A dependency of an item on another item, its parent.
public struct QueueDependency: Sendable, Hashable {
  /// The item that waits.
  public let item: ID<QueueItem>
  /// The item that it waits for.
  public let parent: ID<QueueItem>
  /// What happens to the item if the parent does not complete.
  public let policy: Policy
  /// Whether the item still waits for the parent.
  public let isOpen: Bool
  /// When the parent failed or was cancelled, while that keeps the item blocked.
  public let parentFailedAt: Timestamp?
  /// When it was declared.
  public let createdAt: Timestamp

  /// What happens to an item when a parent fails permanently or is cancelled.
  public enum Policy: String, TextEnum {
    /// It fails too, and its dependants follow their own policies; the default.
    case fail
    /// It is cancelled.
    case cancel
    /// It continues as if the parent had completed.
    case proceed
    /// It stays blocked until the parent is retried and completes;
    /// ``WorkQueue/blockedByFailure(limit:)`` lists it.
    case block
  }
}

extension QueueDependency: TableRow {
  /// The table's name.
  public static let tableName = "queue_dependencies"

  /// Reads the columns.
  ///
  /// - Throws: `ColumnError` when a column is missing or holds a value of another type.
  public init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      item: column("item_id"), parent: column("parent_id"), policy: column("on_failure"),
      isOpen: column("is_open"), parentFailedAt: column("parent_failed_at"),
      createdAt: column("created_at"))
  }
}

/// The errors of dependencies.
public enum DependencyError: Error, Sendable, Hashable {
  /// There is no such item to wait for.
  case noSuchParent(ID<QueueItem>)
  /// The dependencies form a cycle of these items.
  case cycle([ID<QueueItem>])
  /// The item runs or has finished, so it cannot wait.
  case notWaiting(ID<QueueItem>, QueueItem.Status)
  /// An item waits for 1,000 others at most.
  case tooManyParents(Int)
  /// The steps of a flow form a cycle.
  case cyclicFlow([String])
  /// A step refers to an unknown step.
  case unknownStep(String, in: String)
  /// Two steps of a flow have the same name.
  case duplicateStep(String)
  /// Another item has the unique key of a step; nothing of the flow was enqueued.
  case duplicateWork(step: String, of: ID<QueueItem>)
}

extension DependencyError: CustomStringConvertible {
  /// One line: what failed, which item, and what to do.
  public var description: String {
    switch self {
    case .noSuchParent(let id): "there is no queue item \(id) to wait for; it may have been purged"
    case .cycle(let ids):
      "these queue items would wait for each other: "
        + ids.map(\.description).joined(separator: ", ")
    case .notWaiting(let id, let status):
      "queue item \(id) is \(status.rawValue) and cannot wait for another"
    case .tooManyParents(let count):
      "an item cannot wait for \(count) others; join them by steps of at most 1,000"
    case .cyclicFlow(let names):
      "these steps would wait for each other: \(names.joined(separator: ", "))"
    case .unknownStep(let name, let step):
      "step \(step) waits for \(name), which is not a step of the flow"
    case .duplicateStep(let name): "the flow has two steps named \(name)"
    case .duplicateWork(let step, let id):
      "the work of step \(step) has the unique key of queue item \(id); wait for that one"
    }
  }
}
