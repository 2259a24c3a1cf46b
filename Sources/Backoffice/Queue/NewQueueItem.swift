public import BackofficeStorage

/// Work to be enqueued.
///
/// What is left nil follows the batch, when there is one, else the kind (``KindPolicy``).
public struct NewQueueItem: Sendable, Hashable {
  /// The queue to stand in; `default` unless said otherwise.
  public var queue = "default"
  /// What kind of work it is.
  public var kind: String
  /// The work in the program's own terms.
  public var payload: JSONText = .emptyObject
  /// 1, the highest, to 5; nil for the batch's, else 3.
  public var priority: Int?
  /// When it may be claimed; nil for the batch's schedule, else at once.
  public var dueAt: Timestamp?
  /// When the whole item is given up.
  public var deadlineAt: Timestamp?
  /// Whose work it is; nil for the batch's customer.
  public var customerID: ID<Customer>?
  /// The directory to submit to.
  public var directoryID: ID<Directory>?
  /// The batch to belong to.
  public var batchID: ID<Batch>?
  /// What it costs; the usage rules reserve it.
  public var credits = 0
  /// At most one item of a kind holds a key at a time; nil for no such limit.
  public var uniqueKey: String?
  /// When the item holds that key, and what a second one does.
  public var uniqueness = UniqueRule()
  /// At most one item of the kind per slot of time; nil for no such limit.
  public var throttle: Throttle?
  /// What it shares a ``QueueLimit`` with, in all queues; nil for nothing.
  public var limitKey: String?
  /// How many attempts may be charged; nil for the kind's, or 1 in a batch that does not retry.
  public var maxAttempts: Int?
  /// The delay before the first retry, in seconds; nil for the kind's.
  public var retryDelaySeconds: Int?
  /// How the delay grows; nil for the kind's.
  public var backOff: QueueItem.BackOff?
  /// How many rescues in a row are allowed; nil for the kind's.
  public var maxRescues: Int?
  /// How long one attempt may take, in seconds; nil for the kind's.
  public var runLimitSeconds: Int?
  /// What a worker's silence means; nil for the kind's.
  public var lostLease: QueueItem.LostLease?
  /// What is particular to submissions.
  public var submission = QueueItem.SubmissionWork()
  /// The further documents.
  public var documents = QueueItem.Documents()

  /// Describes work without a payload, or with one that is JSON already.
  public init(kind: String, payload: JSONText = .emptyObject) {
    self.kind = kind
    self.payload = payload
  }

  /// Describes work whose payload is written as JSON.
  ///
  /// - Throws: `EncodingError` when the value cannot be written.
  public init(kind: String, payload: some Encodable) throws {
    self.init(kind: kind, payload: try JSONText(encoding: payload))
  }
}

/// What became of an item that was handed to the queue.
public enum EnqueueResult: Sendable, Hashable {
  /// It stands in the queue under this id.
  case enqueued(ID<QueueItem>)
  /// Another item of the same kind holds its unique key; nothing was added.
  case duplicate(of: ID<QueueItem>)
  /// Another item of the same kind holds its unique key, and took over what the rule says.
  case updated(ID<QueueItem>)

  /// The item that does the work: the new one, or the one that was there.
  public var id: ID<QueueItem> {
    switch self {
    case .enqueued(let id), .duplicate(let id), .updated(let id): id
    }
  }

  /// Whether the item is new.
  public var isNew: Bool {
    if case .enqueued = self { true } else { false }
  }
}
