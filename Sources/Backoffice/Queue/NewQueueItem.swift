public import BackofficeStorage

/// Work to be enqueued.
///
/// What is left nil follows the batch, when there is one, else the usual value.
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
  /// At most one unfinished item of a kind has a key; nil for no such limit.
  public var uniqueKey: String?
  /// How many attempts may be charged; nil for 4, or 1 in a batch that does not retry.
  public var maxAttempts: Int?
  /// The delay before the first retry; each further one doubles it, to six hours.
  public var retryDelaySeconds = 300
  /// How many rescues in a row are allowed.
  public var maxRescues = 3
  /// How long one attempt may take; nil for as long as the worker extends its lease.
  public var runLimitSeconds: Int?
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
  /// An unfinished item of the same kind has its unique key; nothing was added.
  case duplicate(of: ID<QueueItem>)

  /// The item that does the work: the new one, or the one that was there.
  public var id: ID<QueueItem> {
    switch self {
    case .enqueued(let id), .duplicate(let id): id
    }
  }

  /// Whether the item is new.
  public var isNew: Bool {
    if case .enqueued = self { true } else { false }
  }
}
