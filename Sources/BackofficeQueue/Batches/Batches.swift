/// Batches of queue items.
public struct Batches: Sendable {
  let access: DatabaseAccess

  package init(_ access: DatabaseAccess) { self.access = access }
}

extension RepositoryProvider where Self: ~Copyable {
  /// The batches of queue items.
  public var batches: Batches { Batches(access) }
}

/// A batch to create.
public struct NewBatch: Sendable, Hashable {
  /// The name to display.
  public var name: String
  /// The description.
  public var description: String?
  /// The account that its items run on, unless they set their own.
  public var account: Account?
  /// The priority of its items unless they set their own, from 1 (highest) to 5.
  public var priority = 3
  /// The maximum number of its items that run at a time.
  public var maxConcurrentItems = 5
  /// Whether the first permanent failure of an item ends the batch.
  public var stopOnError = false
  /// Whether its items are retried; applied when an item is enqueued.
  public var retryFailedItems = true
  /// The due time of its items, unless they set their own.
  public var scheduledAt: Timestamp?
  /// The program's own rules for its items.
  public var rules: JSONText = .emptyObject
  /// The events to notify people of.
  public var notifications = BatchNotifications()
  /// Additional data of the program.
  public var metadata: JSONText = .emptyObject
  /// Until when it accepts items.
  public var intake = Batch.Intake.untilFinished
  /// The items that are enqueued when its status changes.
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

/// The events of a batch to notify people of.
public struct BatchNotifications: Sendable, Hashable, Codable {
  /// When it is completed.
  public var notifyOnCompletion = true
  /// When it fails.
  public var notifyOnFailure = true
  /// Whether to send a summary by e-mail at the end.
  public var emailSummary = true

  /// Creates settings with all notifications.
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

  /// Finds a batch by its ID; nil if there is none.
  ///
  /// - Throws: `StorageError`, `SQLiteError` when the database cannot be read.
  /// - Complexity: O(log n), for any number of items.
  public func find(_ id: ID<Batch>) throws -> Batch? {
    try access.readOnce { transaction in try Batch.find(id, in: transaction) }
  }

  /// Enqueues items of a batch in one transaction.
  ///
  /// A finished or sealed batch refuses new items, so that its reported result stays valid.
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
