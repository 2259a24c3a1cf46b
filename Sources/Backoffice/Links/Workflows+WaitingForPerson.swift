extension Workflows {
  /// Parks the item of a lease until a person has completed an action.
  ///
  /// The worker is free, the lease ends, and the attempt is not charged. When the action is
  /// completed, the item is due again, and its worker reads the result with
  /// ``Actions/latest(forQueueItem:)``. When the action fails permanently, the item fails; when the
  /// action is cancelled, the item is cancelled. An item that ends otherwise cancels its action.
  /// Each of these happens in the same commit, for every statement.
  ///
  /// - Parameters:
  ///   - lease: the lease of the item.
  ///   - action: the action. The item is set, and the customer, subject, directory and batch
  ///     default to those of the item.
  /// - Returns: the action.
  /// - Throws: `QueueError/leaseLost(item:reason:)`, `QueueError/cancelRequested(_:)`, and the
  ///   errors of ``Actions/create(_:)-(NewAction)``.
  @discardableResult
  public func parkForPerson(_ lease: Lease, action: NewAction) throws -> PendingAction {
    try access.write { transaction in
      try action.create(for: transaction.queue.park(lease), transaction)
    }
  }

  /// Completes an action in which a person did the whole work of the waiting item.
  ///
  /// The item is completed instead of being run again.
  ///
  /// - Parameters:
  ///   - action: the action.
  ///   - quality: the quality of the result, 1 to 5; nil if it was not assessed.
  ///   - notes: the assistant's notes.
  ///   - result: the result of the action and the item.
  /// - Returns: the action.
  /// - Throws: ``WorkflowError/nothingWaits(for:)`` if no item waits for it, and the errors of
  ///   ``Actions/complete(_:quality:notes:result:)``.
  @discardableResult
  public func completeManually(
    _ action: ID<PendingAction>, quality: Int? = nil, notes: String? = nil,
    result: JSONText? = nil
  ) throws -> PendingAction {
    try access.write { transaction in
      let gate = try ActionGate.require(action, transaction)
      try gate.authorise(.assignee, to: "complete", transaction)
      guard let item = try transaction.actions.find(action)?.queueItemID,
        try WaitingItem.find(item, transaction)?.isWaiting == true
      else { throw WorkflowError.nothingWaits(for: action) }
      // The item ends first, so that the end of the action has nothing to resume.
      try transaction.queue.completeParked(item, result: result)
      return try transaction.actions.complete(
        action, quality: quality, notes: notes, result: result)
    }
  }
}

extension NewAction {
  /// Creates the action of a parked item.
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
  /// The error with which a handler parks its item until a person has completed an action, as
  /// ``Workflows/parkForPerson(_:action:)`` does.
  public static func park(_ action: NewAction) -> JobRequest {
    .park { item, transaction in try action.create(for: item, transaction) }
  }
}

/// An error that ``Workflows`` throws in addition to those of the repositories.
public enum WorkflowError: Error, Sendable, Hashable {
  /// No queue item waits for the action.
  case nothingWaits(for: ID<PendingAction>)
  /// The queue already contains the work of a plan's item for another purpose.
  case duplicateWork(item: ID<PlanItem>, queueItem: ID<QueueItem>)
  /// Changes cannot be submitted in this mode.
  case unknownMode(Customer.ExecutionMode, known: [Customer.ExecutionMode])
  /// A queue item that holds or has spent credits cannot move to another customer.
  case customerFixed(queueItem: ID<QueueItem>)
  /// The cost of a queue item cannot change after its credits have been spent.
  case creditsSpent(queueItem: ID<QueueItem>, spent: Int)
}

extension WorkflowError: CustomStringConvertible {
  /// A one-line message that says what failed, what was expected, and how to resolve it.
  public var description: String {
    switch self {
    case .nothingWaits(let action):
      "No queue item waits for action \(action); finish it with actions.complete(_:) instead."
    case .duplicateWork(let item, let queueItem):
      "The work of plan item \(item) has the unique key of queue item \(queueItem); give it "
        + "another key, or wait for that one."
    case .unknownMode(let mode, let known):
      "Changes cannot be submitted in mode \(mode.rawValue); it must be one of "
        + "\(known.map(\.rawValue).joined(separator: ", "))."
    case .customerFixed(let item):
      "Queue item \(item) holds or has spent credits of its customer; cancel it and enqueue the "
        + "work for the other customer."
    case .creditsSpent(let item, let spent):
      "Queue item \(item) was billed \(spent) credits, which cannot change; adjust the customer's "
        + "credits instead."
    }
  }
}
