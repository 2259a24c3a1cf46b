/// The durable queue: work that survives a crash and runs at least once.
///
/// A worker claims items under a lease, extends the lease while it works, and acknowledges the
/// items with it. An item whose lease expired is rescued and handed out again, so a handler must
/// tolerate running twice for the same item. Items are handed out by priority, then due time, then
/// age; an item that has waited long is raised by one priority (``QueueSettings/aging``).
public struct WorkQueue: Sendable {
  package let access: DatabaseAccess

  package init(_ access: DatabaseAccess) { self.access = access }
}

extension RepositoryProvider where Self: ~Copyable {
  /// The durable queue.
  public var queue: WorkQueue { WorkQueue(access) }
}
