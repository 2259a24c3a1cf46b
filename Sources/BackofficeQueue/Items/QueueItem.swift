/// An item of work in the durable queue.
///
/// Priority 1 is the highest. Only a running item has a lease.
public struct QueueItem: Sendable, Hashable {
  /// The ID of the item.
  public let id: ID<QueueItem>
  /// The name of its queue.
  public let queue: String
  /// The kind of work, by which workers select items.
  public let kind: String
  /// The current status.
  public internal(set) var status: Status
  /// The status to which a paused item returns.
  public let pausedFrom: Status?
  /// The priority, from 1 (highest) to 5.
  public let priority: Int
  /// The earliest time at which it may be claimed.
  public let dueAt: Timestamp
  /// The deadline of the item over all attempts, after which it fails.
  public let deadlineAt: Timestamp?
  /// The row of its policy; nil for the default policy.
  package let policyKey: Int64?
  /// The numbers of its attempts.
  public internal(set) var attempts: Attempts
  /// The running attempt, or the most recent one.
  public internal(set) var run: Run
  /// The error code of the last failure.
  public let errorCode: String?
  /// The error message of the last failure.
  public let errorMessage: String?
  /// The account that it runs on.
  public let account: Account?
  let subjectKind: EntityKind?
  let subjectID: ID<AnyEntity>?
  /// The batch of the item.
  public let batchID: ID<Batch>?
  /// The cost, in units that the program defines.
  public let cost: Int
  /// The unique key, which at most one item of a kind holds at a time.
  public let uniqueKey: String?
  /// The key whose limit it shares with other items.
  public let limitKey: String?
  /// Why it is not handed out although it is due; nil when it is not held.
  public internal(set) var heldBy: Hold?
  /// Whether it counts against the limit of waiting items of its queue.
  let isCounted: Bool
  /// The times of its events.
  public internal(set) var times: Times
  let tagList: TagList
  let storedMetadata: JSONText?
  /// The payload as stored, or as opened by the cipher.
  package var storedPayload: StoredPayload
  /// The result that the worker stored at completion; nil if there is none.
  public let result: JSONText?
  /// The progress of the running attempt; 100 percent for a completed item.
  public internal(set) var progress = Progress()

  /// The numbers of attempts of an item.
  public struct Attempts: Sendable, Hashable {
    /// The number of claims; it also numbers the attempts.
    public let claims: Int
    /// The number of attempts that count against the maximum.
    public let charged: Int
    /// The number of consecutive rescues.
    public let rescues: Int
  }

  /// The running attempt of an item, or the most recent one.
  public struct Run: Sendable, Hashable {
    /// The token of the lease; nil unless the item runs.
    package let leaseToken: ID<Lease>?
    /// When the lease ends unless the worker extends it.
    public let leaseExpiresAt: Timestamp?
    /// The name of the worker that runs the item, or ran it last.
    public let worker: String?
    /// When the item was last claimed; nil if it was never claimed or finished without running.
    public let claimedAt: Timestamp?
    /// When cancellation of the running attempt was requested.
    public let cancelRequestedAt: Timestamp?
  }

  /// The times of the events of an item.
  public struct Times: Sendable, Hashable {
    /// How long it waited for its first claim after it became claimable.
    public let waitMicroseconds: Int64?
    /// When it finished.
    public let finishedAt: Timestamp?
    /// When it was enqueued.
    public let createdAt: Timestamp
    /// When its row last changed.
    public let updatedAt: Timestamp
  }

  /// The progress of an attempt, as its worker reports it.
  public struct Progress: Sendable, Hashable {
    /// The percentage, from 0 to 100.
    public var percent = 0
    /// The current step.
    public var step: String?
    /// A message about the current step.
    public var message: String?
    /// When the worker expects to finish.
    public var estimatedCompletionAt: Timestamp?
  }

  /// Why a waiting item is not handed out although it is due.
  public enum Hold: String, TextEnum {
    /// Other items must finish first.
    case dependency
    /// Its batch is paused or has reached its limit of running items.
    case batch
    /// Its limit key is paused, or has reached its limit of running items or its rate.
    case key
    /// Its kind is paused, or has reached its limit of running items or its rate.
    case kind
    /// Its queue is fair, and the item waits for the turn of its account.
    case turn
    /// Another item holds the unique key that it needs to run.
    case unique
    /// Its deadline has passed; upkeep will fail it.
    case deadline
  }

  /// The entity that the item is about.
  public var subject: EntityReference? {
    guard let subjectKind, let subjectID else { return nil }
    return EntityReference(subjectKind, subjectID)
  }

  /// The tags by which it can be found.
  public var tags: [String] { tagList.texts }

  /// Additional data of the program, a JSON object.
  public var metadata: JSONText { storedMetadata ?? .emptyObject }

  /// The payload, in a format of the program's choice; `null` if it is sealed and was not opened.
  public var payload: JSONText {
    if case .plain(let text) = storedPayload { text } else { .null }
  }

  /// The key that seals the payload; nil if the payload is readable.
  public var payloadKey: String? {
    if case .sealed(let sealed) = storedPayload { sealed.keyID } else { nil }
  }

  /// The duration of the attempt that completed or failed the item; nil otherwise.
  public var processingTime: Duration? {
    guard status == .completed || status == .failed, let claimedAt = run.claimedAt,
      let finishedAt = times.finishedAt
    else { return nil }
    return max(.zero, finishedAt - claimedAt)
  }
}

extension QueueItem: Record {
  /// The table's name.
  public static let tableName = "queue_items"

  /// Declares the columns and the properties that they store; columns that only the rules of the
  /// queue maintain are omitted.
  ///
  /// - Throws: `ColumnError` when a column is missing or holds a value of another type.
  public init(_ column: inout some RecordColumns<Self> & ~Copyable) throws(ColumnError) {
    try self.init(
      id: column("id", \.id), queue: column("queue", \.queue),
      kind: column("kind", \.kind), status: column("status", \.status),
      pausedFrom: column("paused_from", \.pausedFrom),
      priority: column("priority", \.priority), dueAt: column("due_at", \.dueAt),
      deadlineAt: column("deadline_at", \.deadlineAt),
      policyKey: column("policy_pk", \.policyKey),
      attempts: Attempts(
        claims: column("claims", \.attempts.claims),
        charged: column("attempts", \.attempts.charged),
        rescues: column("rescues", \.attempts.rescues)),
      run: Run(
        leaseToken: column("lease_token", \.run.leaseToken),
        leaseExpiresAt: column("lease_expires_at", \.run.leaseExpiresAt),
        worker: column("worker", \.run.worker),
        claimedAt: column("claimed_at", \.run.claimedAt),
        cancelRequestedAt: column("cancel_requested_at", \.run.cancelRequestedAt)),
      errorCode: column("error_code", \.errorCode),
      errorMessage: column("error_message", \.errorMessage),
      account: column("account", \.account),
      subjectKind: column("subject_kind", \.subjectKind),
      subjectID: column("subject_id", \.subjectID),
      batchID: column("batch_id", \.batchID), cost: column("cost", \.cost),
      uniqueKey: column("unique_key", \.uniqueKey),
      limitKey: column("limit_key", \.limitKey), heldBy: column("held_by", \.heldBy),
      isCounted: column("is_counted", \.isCounted),
      times: Times(
        waitMicroseconds: column("wait_microseconds", \.times.waitMicroseconds),
        finishedAt: column("finished_at", \.times.finishedAt),
        createdAt: column("created_at", \.times.createdAt),
        updatedAt: column("updated_at", \.times.updatedAt)),
      tagList: column("tags", \.tagList),
      storedMetadata: column("metadata", \.storedMetadata),
      storedPayload: column("payload", \.storedPayload), result: column("result", \.result))
  }

  /// Decodes a row that begins with the declared columns.
  ///
  /// - Throws: `RowDecodingError` when a column holds a value of another type.
  public init(_ row: borrowing Row) throws { try self.init(reading: row) }
}
