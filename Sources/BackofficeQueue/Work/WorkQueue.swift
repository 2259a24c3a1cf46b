/// The durable queue: work that survives a crash and is done at least once.
///
/// A worker claims items under a lease, extends it while it works, and acknowledges with it. An item
/// whose lease expired is rescued and handed out again, so that a handler must be able to meet the same
/// item twice. Items are handed out by priority, then due time, then age; one that has waited long
/// counts a priority higher (``QueueSettings/aging``).
public struct WorkQueue: Sendable {
  package let access: DatabaseAccess

  package init(_ access: DatabaseAccess) { self.access = access }
}

extension RepositoryProvider where Self: ~Copyable {
  /// The durable queue.
  public var queue: WorkQueue { WorkQueue(access) }
}
