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
  /// On whose account it runs; nil for the batch's account.
  public var account: Account?
  /// What it is about.
  public var subject: EntityReference?
  /// The batch to belong to.
  public var batchID: ID<Batch>?
  /// What it costs, in the units of the program.
  public var cost = 0
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
  public var backOff: BackOff?
  /// How many rescues in a row are allowed; nil for the kind's.
  public var maxRescues: Int?
  /// How long one attempt may take, in seconds; nil for the kind's.
  public var runLimitSeconds: Int?
  /// What happens when its lease expires; nil for the kind's.
  public var leaseExpiry: LeaseExpiryPolicy?
  /// Words to find the item by; at most ``WorkQueue/mostTags``.
  public var tags: [String] = []
  /// What else a program keeps with it, a JSON object.
  public var metadata: JSONText = .emptyObject

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

  /// The same with every name and key in the form in which they are stored and compared.
  var inKeyForm: NewQueueItem {
    var item = self
    item.queue = queue.keyForm
    item.kind = kind.keyForm
    item.account = account?.keyForm
    item.uniqueKey = uniqueKey?.keyForm
    item.limitKey = limitKey?.keyForm
    if !tags.isEmpty { item.tags = tags.map(\.keyForm) }
    return item
  }
}

/// The answer to an enqueue.
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
