/// The errors of the queue.
public enum QueueError: Error, Sendable, Hashable {
  /// There is no such item.
  case noSuchItem(ID<QueueItem>)
  /// There is no such batch.
  case noSuchBatch(ID<Batch>)
  /// There is no such schedule.
  case noSuchSchedule(ID<QueueSchedule>)
  /// A value is outside its range.
  case invalid(field: String, reason: String)
  /// The lease is no longer valid; discard the work.
  case leaseLost(item: ID<QueueItem>, reason: LeaseLoss)
  /// Cancellation of the item was requested, so it cannot be parked.
  case cancelRequested(ID<QueueItem>)
  /// An item cannot change from one status to the other.
  case illegalMove(item: ID<QueueItem>, from: QueueItem.Status, to: QueueItem.Status)
  /// A batch cannot change from one status to the other.
  case illegalBatchMove(batch: ID<Batch>, from: Batch.Status, to: Batch.Status)
  /// The batch was cancelled: it accepts and retries no items.
  case batchCancelled(ID<Batch>)
  /// The batch has finished or was sealed: it accepts no more items.
  case batchClosed(ID<Batch>, Batch.Status)
  /// The item is running and cannot be deleted.
  case itemRuns(ID<QueueItem>)
  /// The queue is draining and accepts no new items.
  case queueDraining(String)
  /// No queue has the name; the error lists the first queues.
  case unknownQueue(String, known: [String])
  /// Only declared kinds are accepted, and this one is not declared.
  case unknownKind(String)
  /// The queue has reached its limit of waiting items.
  case queueFull(String, limit: Int)
  /// Another item holds the unique key, and the rule refuses duplicates.
  case keyTaken(kind: String, by: ID<QueueItem>)
  /// The payload is sealed, and the store has no cipher to open it.
  case payloadSealed(item: ID<QueueItem>, key: String)
  /// Another item of the kind holds the unique key.
  case duplicate(item: ID<QueueItem>, of: ID<QueueItem>)
  /// Another schedule has the same name.
  case duplicateSchedule(name: String)

  /// Why a lease is not valid.
  public enum LeaseLoss: Sendable, Hashable {
    /// The item was deleted.
    case itemDeleted
    /// The item does not run: it was rescued, cancelled or acknowledged.
    case notRunning(QueueItem.Status)
    /// The item was claimed again and runs under a later lease.
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
    case .invalid(let field, let reason): "\(field) \(reason)"
    case .leaseLost(let item, let reason):
      "the lease on queue item \(item) no longer holds: \(reason); drop the work"
    case .cancelRequested(let item):
      "queue item \(item) was asked to stop; acknowledge with cancelled(_:)"
    case .illegalMove(let item, let from, let to):
      "queue item \(item) is \(from.rawValue) and cannot become \(to.rawValue)"
    case .illegalBatchMove(let batch, let from, let to):
      "batch \(batch) is \(from.rawValue) and cannot become \(to.rawValue)"
    case .batchCancelled(let batch):
      "batch \(batch) was cancelled; put the work into another batch"
    case .batchClosed(let batch, let status):
      "batch \(batch) is \(status.rawValue) and accepts no more items; put the work into another "
        + "batch, or create batches that stay open until they are sealed"
    case .itemRuns(let item):
      "queue item \(item) is running; cancel it and delete it when it has ended"
    case .queueDraining(let queue):
      "queue \(queue) is draining and accepts no new items; open it again or use another queue"
    case .unknownQueue(let queue, let known):
      "there is no queue \(queue); known queues: \(known.joined(separator: ", ")); a queue exists from "
        + "its first item, schedule or settings on"
    case .unknownKind(let kind):
      "the kind \(kind) is not declared and the queue accepts only declared kinds; declare it first"
    case .queueFull(let queue, let limit):
      "queue \(queue) has reached its limit of \(limit) waiting items; try again later"
    case .keyTaken(let kind, let other):
      "queue item \(other) of the kind \(kind) holds the unique key; wait for that one"
    case .payloadSealed(let item, let key):
      "the payload of queue item \(item) is sealed with the key \(key); open the store with its cipher"
    case .duplicate(let item, let other):
      "queue item \(item) has the unique key of the unfinished item \(other); "
        + "wait for that one or cancel it"
    case .duplicateSchedule(let name):
      "a schedule named \(name) already exists; choose another name or change it"
    }
  }
}

extension QueueError.LeaseLoss: CustomStringConvertible {
  /// A few words.
  public var description: String {
    switch self {
    case .itemDeleted: "the item was deleted"
    case .notRunning(let status): "the item is \(status.rawValue)"
    case .claimedAgain: "the item was claimed again"
    }
  }
}
