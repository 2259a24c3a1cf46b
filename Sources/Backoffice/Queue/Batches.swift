public import BackofficeStorage

/// Batches of queue items: their counters, their progress, and what they do together.
public struct Batches: Sendable {
  let access: DatabaseAccess

  package init(_ access: DatabaseAccess) { self.access = access }
}

extension BackofficeStore {
  /// The batches of queue items.
  public var batches: Batches { Batches(access) }
}

extension WriteTransaction {
  /// The batches of queue items.
  public var batches: Batches { Batches(DatabaseAccess(self)) }
}

extension ReadTransaction {
  /// The batches of queue items.
  public var batches: Batches { Batches(DatabaseAccess(self)) }
}

/// A batch to be created.
public struct NewBatch: Sendable, Hashable {
  /// What people call it.
  public var name: String
  /// What it is about.
  public var description: String?
  /// Whose work it is.
  public var customerID: ID<Customer>?
  /// The priority of its items unless they say otherwise: 1, the highest, to 5.
  public var priority = 3
  /// How many of its items may run at a time.
  public var maxConcurrentItems = 5
  /// Whether the first item that fails for good ends the batch.
  public var stopOnError = false
  /// Whether its items are tried again; read when an item is enqueued.
  public var retryFailedItems = true
  /// Before this its items are not due, unless they say otherwise.
  public var scheduledAt: Timestamp?
  /// The program's own rules for its items.
  public var rules: JSONText = .emptyObject
  /// Who is told about what.
  public var notifications = BatchNotifications()
  /// Whatever else a program keeps.
  public var metadata: JSONText = .emptyObject
  /// Until when it takes items.
  public var intake = Batch.Intake.untilFinished
  /// What is enqueued when something happens to it.
  public var callbacks: [BatchCallback.Event: BatchCallback] = [:]

  /// Describes a batch.
  public init(name: String, customerID: ID<Customer>? = nil) {
    self.name = name
    self.customerID = customerID
  }
}

/// Which news of a batch somebody wants to hear.
public struct BatchNotifications: Sendable, Hashable, Codable {
  /// When it is completed.
  public var notifyOnCompletion = true
  /// When it fails.
  public var notifyOnFailure = true
  /// A summary by e-mail at the end.
  public var emailSummary = true

  /// Creates the usual settings: everything.
  public init() {}

  private enum CodingKeys: String, CodingKey {
    case notifyOnCompletion = "notify_on_completion"
    case notifyOnFailure = "notify_on_failure"
    case emailSummary = "email_summary"
  }
}

extension Batches {
  private static let findBatch = SQLStatement(
    "SELECT \(Batch.selection) FROM batches WHERE id = ?")

  /// Creates an empty batch, pending until its first item is claimed.
  ///
  /// - Throws: ``QueueError/invalid(field:reason:)``,
  ///   ``QueueError/unknownReference(customer:directory:)``.
  @discardableResult
  public func create(_ new: NewBatch) throws -> Batch {
    guard !new.name.isEmpty else {
      throw QueueError.invalid(field: "name", reason: "it is empty")
    }
    guard (1...5).contains(new.priority) else {
      throw QueueError.invalid(field: "priority", reason: "it lies in 1 to 5")
    }
    guard new.maxConcurrentItems >= 1 else {
      throw QueueError.invalid(field: "maxConcurrentItems", reason: "at least one is needed")
    }
    for callback in new.callbacks.values { try callback.validate() }
    let notifications = try JSONText(encoding: new.notifications)
    return try access.write { transaction in
      let batch = Batch(
        id: transaction.makeID(), customerID: new.customerID, name: new.name,
        description: new.description, status: .pending, priority: new.priority,
        maxConcurrentItems: new.maxConcurrentItems, stopOnError: new.stopOnError,
        retryFailedItems: new.retryFailedItems, scheduledAt: new.scheduledAt,
        counters: Batch.Counters(), rules: new.rules, notificationSettings: notifications,
        metadata: new.metadata, createdAt: transaction.now, updatedAt: transaction.now,
        intake: new.intake)
      do {
        let created = try transaction.insert(batch)
        try Self.insert(new.callbacks, of: created.id, transaction)
        return created
      } catch {
        guard let failure = error as? SQLiteError, failure.code == .constraintForeignKey
        else { throw error }
        throw QueueError.unknownReference(customer: new.customerID, directory: nil)
      }
    }
  }

  /// The batch with the id, or nil when there is none.
  ///
  /// - Complexity: O(log n), whatever the number of its items.
  public func find(_ id: ID<Batch>) throws -> Batch? {
    try access.readOnce { transaction in
      try Batch.fetchOne(transaction, Self.findBatch, id)
    }
  }

  /// Puts items into the batch and the queue in one transaction.
  ///
  /// One that has finished or is sealed refuses them: what was said about its end stays true.
  ///
  /// - Returns: a result per item, in the order given.
  /// - Throws: as ``WorkQueue/enqueue(_:)-(NewQueueItem)``.
  @discardableResult
  public func enqueue(_ items: [NewQueueItem], into batch: ID<Batch>) throws -> [EnqueueResult] {
    try WorkQueue(access).enqueue(
      items.map { item in
        var item = item
        item.batchID = batch
        return item
      })
  }
}
