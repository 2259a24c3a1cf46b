/// An item that is enqueued at an event of a batch.
///
/// It is enqueued once, in the commit that causes the event, so it also runs when the process that
/// finished the batch has crashed. It runs on the account of the batch, has `batch_id` and `event`
/// in its metadata, and does not belong to the batch.
public struct BatchCallback: Sendable, Hashable {
  /// An event of a batch.
  public enum Event: String, TextEnum {
    /// All its items have completed, or it was sealed without items.
    case success
    /// The first of its items has failed permanently.
    case failure
    /// The batch has finished and none of its items is still running.
    case finish
  }

  /// The queue of the item; `default` by default.
  public var queue = "default"
  /// The kind of the item.
  public var kind: String
  /// The payload, in a format of the program's choice.
  public var payload: JSONText = .emptyObject
  /// The priority, from 1 (highest) to 5.
  public var priority = 3
  /// The maximum number of charged attempts; nil for that of the kind.
  public var maxAttempts: Int?

  /// Describes a callback.
  public init(kind: String, payload: JSONText = .emptyObject) {
    self.kind = kind
    self.payload = payload
  }

  func validate() throws(QueueError) {
    try QueueError.requireName(queue, "callback.queue")
    try QueueError.requireName(kind, "callback.kind")
    try QueueError.requireDocument(payload, "callback.payload")
    try QueueError.require((1...5).contains(priority), "callback.priority", "must be 1 to 5")
    try QueueError.require(maxAttempts ?? 1 >= 1, "callback.maxAttempts", "must be at least 1")
  }
}

/// A callback of a batch, and whether it was enqueued.
public struct BatchCallbackState: Sendable, Hashable {
  /// The event.
  public let event: BatchCallback.Event
  /// The callback.
  public let callback: BatchCallback
  /// When it was enqueued, or nil if it was not.
  public let firedAt: Timestamp?
  /// The item; nil when it was not enqueued, or was purged.
  public let item: ID<QueueItem>?
}

extension Batches {
  static let insertCallback = SQLStatement(
    """
    INSERT INTO batch_callbacks (batch_id, event, queue, kind, payload, priority, max_attempts)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
    """)

  static let callbacksOf = SQLStatement(
    """
    SELECT event, queue, kind, payload, priority, max_attempts, fired_at, queue_item_id
    FROM batch_callbacks WHERE batch_id = ? ORDER BY pk
    """)

  /// The callbacks of a batch, and whether they were enqueued.
  ///
  /// - Throws: `StorageError`, `SQLiteError` when the database cannot be read.
  public func callbacks(of batch: ID<Batch>) throws -> [BatchCallbackState] {
    try access.readOnce { transaction in
      try transaction.fetchAll(Self.callbacksOf, batch) { row in
        var callback = BatchCallback(
          kind: try row.value(at: 2), payload: try row.value(at: 3))
        callback.queue = try row.value(at: 1)
        callback.priority = try row.value(at: 4)
        callback.maxAttempts = try row.value(at: 5)
        return BatchCallbackState(
          event: try row.value(at: 0), callback: callback, firedAt: try row.value(at: 6),
          item: try row.value(at: 7))
      }
    }
  }

  static func insert(
    _ callbacks: [BatchCallback.Event: BatchCallback], of batch: ID<Batch>,
    _ transaction: borrowing WriteTransaction
  ) throws {
    for event in BatchCallback.Event.allCases {
      guard let callback = callbacks[event] else { continue }
      try transaction.execute(
        insertCallback, batch, event, callback.queue.keyForm, callback.kind.keyForm,
        callback.payload, callback.priority, callback.maxAttempts)
    }
  }
}
