extension Workflows {
  /// Parks the item of a lease for a person: the worker is free, the lease and its clock stop, the attempt
  /// is not charged, and the action stands in the list.
  ///
  /// When the action is completed the item goes back to the workers, due at once, and reads the
  /// result with ``Actions/latest(forQueueItem:)``. When the action fails for good the item fails;
  /// when it is cancelled the item is cancelled; and an item that ends by other means cancels its
  /// action. Each of these happens in the same commit, whatever statement was the cause.
  ///
  /// - Parameters:
  ///   - lease: the attempt that needs a person.
  ///   - action: what is to be done; the item, and where it names none the item's customer, subject,
  ///     directory and batch, are filled in.
  /// - Returns: the action.
  /// - Throws: `QueueError/leaseLost(item:reason:)`, `QueueError/cancelRequested(_:)`, and as
  ///   ``Actions/create(_:)-(NewAction)``.
  @discardableResult
  public func parkForPerson(_ lease: Lease, action: NewAction) throws -> PendingAction {
    try access.write { transaction in
      try action.create(for: transaction.queue.park(lease), transaction)
    }
  }

  /// Finishes an action by which a person did the whole work of the item that waits for it: the
  /// item is completed instead of going back to the workers.
  ///
  /// - Parameters:
  ///   - action: the action.
  ///   - quality: how well it was done, 1 to 5; nil when it was not judged.
  ///   - notes: what the assistant noted.
  ///   - result: what came out of it, for the action and the item.
  /// - Returns: the action.
  /// - Throws: ``WorkflowError/nothingWaits(for:)`` when no item waits for it, and as
  ///   ``Actions/complete(_:quality:notes:result:)``.
  @discardableResult
  public func completeByHand(
    _ action: ID<PendingAction>, quality: Int? = nil, notes: String? = nil,
    result: JSONText? = nil
  ) throws -> PendingAction {
    try access.write { transaction in
      let gate = try ActionGate.require(action, transaction)
      try gate.authorise(.assignee, to: "complete", transaction)
      guard let item = try transaction.actions.find(action)?.queueItemID,
        try WaitingItem.find(item, transaction)?.isWaiting == true
      else { throw WorkflowError.nothingWaits(for: action) }
      // First the item, so that the end of the action finds nothing to resume.
      try transaction.queue.completeParked(item, result: result)
      return try transaction.actions.complete(
        action, quality: quality, notes: notes, result: result)
    }
  }
}

extension NewAction {
  /// Creates the action that a parked item waits for.
  @discardableResult
  fileprivate func create(
    for item: QueueItem, _ transaction: borrowing WriteTransaction
  ) throws -> PendingAction {
    var action = self
    action.queueItemID = item.id
    action.customerID = customerID ?? item.customerID
    action.subject = subject ?? item.subject
    action.directoryID = directoryID ?? item.directoryID
    action.batchID = batchID ?? item.batchID
    return try transaction.actions.create(action)
  }
}

extension JobRequest {
  /// What a handler throws to park its item for a person, as ``Workflows/parkForPerson(_:action:)`` does.
  public static func park(_ action: NewAction) -> JobRequest {
    .park { item, transaction in try action.create(for: item, transaction) }
  }
}

/// What workflows refuse beyond what the repositories refuse.
public enum WorkflowError: Error, Sendable, Hashable {
  /// No queue item waits for the action.
  case nothingWaits(for: ID<PendingAction>)
  /// The work of a plan's item stands in the queue already, for something else.
  case duplicateWork(item: ID<PlanItem>, queueItem: ID<QueueItem>)
  /// A queue item that holds or has spent credits cannot go to another customer.
  case customerFixed(queueItem: ID<QueueItem>)
  /// The credits of a billed queue item cannot change.
  case creditsSpent(queueItem: ID<QueueItem>, spent: Int)
}

extension WorkflowError: CustomStringConvertible {
  /// What failed, what was expected, and what to do.
  public var description: String {
    switch self {
    case .nothingWaits(let action):
      "No queue item waits for action \(action); finish it with actions.complete(_:) instead."
    case .duplicateWork(let item, let queueItem):
      "The work of plan item \(item) has the unique key of queue item \(queueItem); give it "
        + "another key, or wait for that one."
    case .customerFixed(let item):
      "Queue item \(item) holds or has spent credits of its customer; cancel it and enqueue the "
        + "work for the other customer."
    case .creditsSpent(let item, let spent):
      "Queue item \(item) was billed \(spent) credits, which cannot change; adjust the customer's "
        + "credits instead."
    }
  }
}
