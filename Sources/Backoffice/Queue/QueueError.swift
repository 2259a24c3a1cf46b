public import BackofficeStorage

/// What the queue refuses.
public enum QueueError: Error, Sendable, Hashable {
  /// There is no such item.
  case noSuchItem(ID<QueueItem>)
  /// There is no such batch.
  case noSuchBatch(ID<Batch>)
  /// There is no such schedule.
  case noSuchSchedule(ID<QueueSchedule>)
  /// A value is outside its range.
  case invalid(field: String, reason: String)
  /// The customer or the directory of an item, batch or schedule does not exist.
  case unknownReference(customer: ID<Customer>?, directory: ID<Directory>?)
  /// The lease does not hold any more; what the worker did counts for nothing.
  case leaseLost(item: ID<QueueItem>, reason: LeaseLoss)
  /// The item is asked to stop, so it cannot wait for a person.
  case cancelRequested(ID<QueueItem>)
  /// An item may not go from one status to the other.
  case illegalMove(item: ID<QueueItem>, from: QueueItem.Status, to: QueueItem.Status)
  /// A batch may not go from one status to the other.
  case illegalBatchMove(batch: ID<Batch>, from: Batch.Status, to: Batch.Status)
  /// The batch was cancelled: it takes no items and retries none.
  case batchCancelled(ID<Batch>)
  /// The batch has finished or was sealed: it takes no items any more.
  case batchClosed(ID<Batch>, Batch.Status)
  /// The item runs; only its end, or the end of its lease, makes that go away.
  case itemRuns(ID<QueueItem>)
  /// The queue is run empty and takes nothing new.
  case queueDraining(String)
  /// Only declared kinds are accepted, and this is none.
  case unknownKind(String)
  /// As many items wait as the queue takes.
  case queueFull(String, limit: Int)
  /// Another item holds the unique key, and the rule refuses a second one.
  case keyTaken(kind: String, by: ID<QueueItem>)
  /// The payload is sealed, and the store has no cipher to open it.
  case payloadSealed(item: ID<QueueItem>, key: String)
  /// Another item of the kind holds the unique key.
  case duplicate(item: ID<QueueItem>, of: ID<QueueItem>)
  /// Another schedule has the name.
  case duplicateSchedule(name: String)

  /// Why a lease does not hold.
  public enum LeaseLoss: Sendable, Hashable {
    /// The item is gone.
    case itemDeleted
    /// The item does not run: it was rescued, cancelled, or acknowledged before.
    case notRunning(QueueItem.Status)
    /// The item runs under a later lease.
    case claimedAgain
  }
}

extension QueueError: CustomStringConvertible {
  /// One line: what failed, which entity, and what to do.
  public var description: String {
    switch self {
    case .noSuchItem(let id): "there is no queue item \(id); it may have been purged"
    case .noSuchBatch(let id): "there is no batch \(id)"
    case .noSuchSchedule(let id): "there is no schedule \(id)"
    case .invalid(let field, let reason): "\(field) is not valid: \(reason)"
    case .unknownReference(let customer, let directory):
      "the customer (\(customer?.description ?? "none")) or the directory "
        + "(\(directory?.description ?? "none")) does not exist; create it first"
    case .leaseLost(let item, let reason):
      "the lease on queue item \(item) does not hold: \(reason); drop the work"
    case .cancelRequested(let item):
      "queue item \(item) is asked to stop; acknowledge with cancelled(_:)"
    case .illegalMove(let item, let from, let to):
      "queue item \(item) is \(from.rawValue) and cannot become \(to.rawValue)"
    case .illegalBatchMove(let batch, let from, let to):
      "batch \(batch) is \(from.rawValue) and cannot become \(to.rawValue)"
    case .batchCancelled(let batch):
      "batch \(batch) was cancelled; put the work into another batch"
    case .batchClosed(let batch, let status):
      "batch \(batch) is \(status.rawValue) and takes no more items; put the work into another "
        + "batch, or create it to be open until it is sealed"
    case .itemRuns(let item):
      "queue item \(item) is running; cancel it and delete it when it has ended"
    case .queueDraining(let queue):
      "queue \(queue) is draining and takes nothing new; open it again or use another queue"
    case .unknownKind(let kind):
      "the kind \(kind) is not declared and only declared ones are accepted; declare it first"
    case .queueFull(let queue, let limit):
      "the queue \(queue) holds the \(limit) waiting items that it takes; try again later"
    case .keyTaken(let kind, let other):
      "queue item \(other) of the kind \(kind) holds the unique key; wait for that one"
    case .payloadSealed(let item, let key):
      "the payload of queue item \(item) is sealed with the key \(key); give the store its cipher"
    case .duplicate(let item, let other):
      "queue item \(item) has the unique key of the unfinished item \(other); "
        + "wait for that one or cancel it"
    case .duplicateSchedule(let name):
      "there is a schedule named \(name) already; choose another name or change that one"
    }
  }
}

extension QueueError.LeaseLoss: CustomStringConvertible {
  /// A few words.
  public var description: String {
    switch self {
    case .itemDeleted: "the item is gone"
    case .notRunning(let status): "the item is \(status.rawValue)"
    case .claimedAgain: "the item was claimed again"
    }
  }
}
