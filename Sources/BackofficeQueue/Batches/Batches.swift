/// Batches of queue items: their counters, their progress, and what they do together.
public struct Batches: Sendable {
  let access: DatabaseAccess

  package init(_ access: DatabaseAccess) { self.access = access }
}

extension RepositoryProvider where Self: ~Copyable {
  /// The batches of queue items.
  public var batches: Batches { Batches(access) }
}

/// A batch to be created.
public struct NewBatch: Sendable, Hashable {
  /// What people call it.
  public var name: String
  /// What it is about.
  public var description: String?
  /// On whose account its items run, unless they say otherwise.
  public var account: Account?
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
  /// Which events people want to hear of.
  public var notifications = BatchNotifications()
  /// What else a program keeps with it.
  public var metadata: JSONText = .emptyObject
  /// Until when it accepts items.
  public var intake = Batch.Intake.untilFinished
  /// What is enqueued when something happens to it.
  public var callbacks: [BatchCallback.Event: BatchCallback] = [:]

  /// Describes a batch.
  public init(name: String, account: Account? = nil) {
    self.name = name
    self.account = account
  }

  func validate(now: Timestamp) throws(QueueError) {
    try QueueError.requireName(name, "name")
    try QueueError.require(
      (description?.utf8.count ?? 0) <= QueueError.longestMessage, "description",
      "is larger than 8 KiB")
    try account?.validate()
    try QueueError.require((1...5).contains(priority), "priority", "must be 1 to 5")
    try QueueError.require(maxConcurrentItems >= 1, "maxConcurrentItems", "must be at least 1")
    if let scheduledAt { try QueueError.requireTime(scheduledAt, "scheduledAt", now: now) }
    try QueueError.requireDocument(rules, "rules")
    try QueueError.requireDocument(metadata, "metadata")
    for callback in callbacks.values { try callback.validate() }
  }
}

/// Which events of a batch people want to hear of.
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
  /// Creates an empty batch, pending until its first item is claimed.
  ///
  /// - Throws: ``QueueError/invalid(field:reason:)``.
  @discardableResult
  public func create(_ new: NewBatch) throws -> Batch {
    let notifications = try JSONText(encoding: new.notifications)
    return try access.write { transaction in
      let now = transaction.now
      try new.validate(now: now)
      let batch = try transaction.insert(
        Batch(
          id: transaction.makeID(), account: new.account?.keyForm, name: new.name,
          description: new.description, status: .pending, priority: new.priority,
          maxConcurrentItems: new.maxConcurrentItems, stopOnError: new.stopOnError,
          retryFailedItems: new.retryFailedItems, scheduledAt: new.scheduledAt,
          startedAt: nil, finishedAt: nil, estimatedCompletionAt: nil,
          counters: Batch.Counters(), rules: new.rules, notificationSettings: notifications,
          errorMessage: nil, metadata: new.metadata, createdAt: now, updatedAt: now,
          staysOpen: new.intake == .untilSealed, sealedAt: nil))
      try Self.insert(new.callbacks, of: batch.id, transaction)
      return batch
    }
  }

  /// The batch with the id, or nil when there is none.
  ///
  /// - Complexity: O(log n), for any number of items.
  public func find(_ id: ID<Batch>) throws -> Batch? {
    try access.readOnce { transaction in try Batch.find(id, in: transaction) }
  }

  /// Puts items into the batch and the queue in one transaction.
  ///
  /// A batch that is finished or sealed refuses them, so that its reported result stays valid.
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
