public import BackofficeStorage

/// Work that is enqueued when something happens to a batch.
///
/// It is an item of the queue, so that it is done even when the process that finished the batch is
/// gone: enqueued in the same commit, once, with the batch's customer, and with `batch_id` and
/// `event` in its metadata. It does not belong to the batch.
public struct BatchCallback: Sendable, Hashable {
  /// What happens to a batch.
  public enum Event: String, TextEnum {
    /// All its items have completed, or it was sealed without any.
    case success
    /// The first of its items has failed for good.
    case failure
    /// It has come to its end, and nothing of it runs any more.
    case finish
  }

  /// The queue of the item; `default` unless said otherwise.
  public var queue = "default"
  /// The kind of the item.
  public var kind: String
  /// The work in the program's own terms.
  public var payload: JSONText = .emptyObject
  /// 1, the highest, to 5.
  public var priority = 3
  /// How many attempts may be charged.
  public var maxAttempts = 4

  /// Describes a callback.
  public init(kind: String, payload: JSONText = .emptyObject) {
    self.kind = kind
    self.payload = payload
  }

  func validate() throws(QueueError) {
    guard !queue.isEmpty else { throw .invalid(field: "queue", reason: "it has no name") }
    guard !kind.isEmpty else { throw .invalid(field: "kind", reason: "it has no name") }
    guard (1...5).contains(priority) else {
      throw .invalid(field: "priority", reason: "it lies in 1 to 5")
    }
    guard maxAttempts >= 1 else {
      throw .invalid(field: "maxAttempts", reason: "at least one is needed")
    }
  }
}

/// A callback of a batch and what became of it.
public struct BatchCallbackState: Sendable, Hashable {
  /// What it is called for.
  public let event: BatchCallback.Event
  /// What it does.
  public let callback: BatchCallback
  /// When it was enqueued; nil as long as it was not.
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

  /// The callbacks of a batch, and which of them were enqueued.
  public func callbacks(of batch: ID<Batch>) throws -> [BatchCallbackState] {
    try access.readOnce { transaction in
      try transaction.fetchAll(Self.callbacksOf, batch) { row in
        var column = row.reader()
        let event: BatchCallback.Event = try column.next()
        let queue: String = try column.next()
        var callback = BatchCallback(kind: try column.next(), payload: try column.next())
        callback.queue = queue
        callback.priority = try column.next()
        callback.maxAttempts = try column.next()
        return BatchCallbackState(
          event: event, callback: callback, firedAt: try column.next(), item: try column.next())
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
        insertCallback, batch, event, callback.queue, callback.kind, callback.payload,
        callback.priority, callback.maxAttempts)
    }
  }
}
