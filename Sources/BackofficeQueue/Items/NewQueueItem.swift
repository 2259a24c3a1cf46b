/// An item to enqueue.
///
/// Properties that are nil take their value from the batch, if there is one, or else from the
/// policy of the kind (``KindPolicy``).
public struct NewQueueItem: Sendable, Hashable {
  /// The name of the queue; `default` by default.
  public var queue = "default"
  /// The kind of work.
  public var kind: String
  /// The payload, in a format of the program's choice.
  public var payload: JSONText = .emptyObject
  /// The priority, from 1 (highest) to 5; nil for that of the batch, or else 3.
  public var priority: Int?
  /// The earliest time at which it may be claimed; nil for that of the batch, or else immediately.
  public var dueAt: Timestamp?
  /// The deadline of the item over all attempts, after which it fails.
  public var deadlineAt: Timestamp?
  /// The account that it runs on; nil for the account of the batch.
  public var account: Account?
  /// The entity that the item is about.
  public var subject: EntityReference?
  /// The batch that it belongs to.
  public var batchID: ID<Batch>?
  /// The cost, in units that the program defines.
  public var cost = 0
  /// The unique key, which at most one item of a kind holds at a time; nil for none.
  public var uniqueKey: String?
  /// When the item holds its unique key, and how a duplicate is handled.
  public var uniqueness = UniqueRule()
  /// A limit of one item of the kind per time slot; nil for no limit.
  public var throttle: Throttle?
  /// The key of the ``QueueLimit`` that it shares with items of all queues; nil for none.
  public var limitKey: String?
  /// The maximum number of charged attempts; nil for that of the kind, or 1 in a batch that does
  /// not retry.
  public var maxAttempts: Int?
  /// The delay before the first retry, in seconds; nil for that of the kind.
  public var retryDelaySeconds: Int?
  /// How the delay grows; nil for the back-off of the kind.
  public var backOff: BackOff?
  /// The maximum number of consecutive rescues; nil for that of the kind.
  public var maxRescues: Int?
  /// The maximum duration of an attempt, in seconds; nil for that of the kind.
  public var runLimitSeconds: Int?
  /// What happens when its lease expires; nil for the policy of the kind.
  public var leaseExpiry: LeaseExpiryPolicy?
  /// The tags by which the item can be found; at most ``WorkQueue/mostTags``.
  public var tags: [String] = []
  /// Additional data of the program, a JSON object.
  public var metadata: JSONText = .emptyObject

  /// Describes an item with a payload in JSON, an empty object by default.
  public init(kind: String, payload: JSONText = .emptyObject) {
    self.kind = kind
    self.payload = payload
  }

  /// Describes an item whose payload is encoded as JSON.
  ///
  /// - Throws: `EncodingError` when the value cannot be encoded.
  public init(kind: String, payload: some Encodable) throws {
    self.init(kind: kind, payload: try JSONText(encoding: payload))
  }

  /// A copy with all names and keys in the form in which they are stored and compared.
  var inKeyForm: NewQueueItem {
    var item = self
    item.queue = queue.keyForm
    item.kind = kind.keyForm
    item.account = account?.keyForm
    item.uniqueKey = uniqueKey?.keyForm
    item.limitKey = limitKey?.keyForm
    if let throttle { item.throttle?.key = throttle.key.keyForm }
    if !tags.isEmpty { item.tags = tags.map(\.keyForm) }
    return item
  }
}

/// The result of an enqueue.
public enum EnqueueResult: Sendable, Hashable {
  /// The item was added under this ID.
  case enqueued(ID<QueueItem>)
  /// Another item of the same kind holds the unique key; nothing was enqueued.
  case duplicate(of: ID<QueueItem>)
  /// Another item of the same kind holds its unique key, and was updated as the rule says.
  case updated(ID<QueueItem>)

  /// The item that does the work: the new item or the existing one.
  public var id: ID<QueueItem> {
    switch self {
    case .enqueued(let id), .duplicate(let id), .updated(let id): id
    }
  }

  /// Whether a new item was added.
  public var isNew: Bool {
    if case .enqueued = self { true } else { false }
  }
}
