/// One piece of work in the durable queue.
///
/// Priority 1 is the highest. A lease belongs to a running item and to nothing else.
public struct QueueItem: Sendable, Hashable {
  /// Names the item.
  public let id: ID<QueueItem>
  /// The queue it stands in.
  public let queue: String
  /// What kind of work it is; workers choose by it.
  public let kind: String
  /// Where it stands.
  public internal(set) var status: Status
  /// What a paused item returns to.
  public let pausedFrom: Status?
  /// 1, the highest, to 5.
  public let priority: Int
  /// When it may be claimed.
  public let dueAt: Timestamp
  /// When the whole item is given up, over all attempts.
  public let deadlineAt: Timestamp?
  /// The row of its policy; nil for the usual one.
  package let policyKey: Int64?
  /// How often it was tried.
  public internal(set) var attempts: Attempts
  /// The running attempt, or the last one.
  public internal(set) var run: Run
  /// A short word for the last failure.
  public let errorCode: String?
  /// The last failure in words.
  public let errorMessage: String?
  /// On whose account it runs.
  public let account: Account?
  let subjectKind: EntityKind?
  let subjectID: ID<AnyEntity>?
  /// The batch it belongs to.
  public let batchID: ID<Batch>?
  /// What it costs, in the units of the program.
  public let cost: Int
  /// At most one item of a kind holds a key at a time.
  public let uniqueKey: String?
  /// What it shares a limit with.
  public let limitKey: String?
  /// Why it is not handed out although it is due; nil for an item that is.
  public internal(set) var heldBy: Hold?
  /// Whether it takes a place in a queue that limits how many items may wait.
  let isCounted: Bool
  /// When things happened to it.
  public internal(set) var times: Times
  let tagList: TagList
  let storedMetadata: JSONText?
  /// The payload as the file has it, or as a cipher has opened it.
  package var storedPayload: StoredPayload
  /// What the worker handed in at completion; nil for nothing.
  public let result: JSONText?
  /// How far the running attempt has come; of a completed item, 100 percent.
  public internal(set) var progress = Progress()

  /// How often an item was tried.
  public struct Attempts: Sendable, Hashable {
    /// Claims ever; numbers the attempts.
    public let claims: Int
    /// Attempts that count against the maximum.
    public let charged: Int
    /// Rescues in a row.
    public let rescues: Int
  }

  /// The running attempt of an item, or the last one.
  public struct Run: Sendable, Hashable {
    /// The token of the lease; only while the item runs.
    package let leaseToken: ID<Lease>?
    /// When the lease ends unless the worker extends it.
    public let leaseExpiresAt: Timestamp?
    /// Who runs the item, or ran it last.
    public let worker: String?
    /// When the item was last claimed; nil when it was not, or has finished without running.
    public let claimedAt: Timestamp?
    /// When the running attempt was asked to stop.
    public let cancelRequestedAt: Timestamp?
  }

  /// When things happened to an item.
  public struct Times: Sendable, Hashable {
    /// How long it waited for its first claim, from the moment it could have been claimed.
    public let waitMicroseconds: Int64?
    /// When it finished.
    public let finishedAt: Timestamp?
    /// When it was enqueued.
    public let createdAt: Timestamp
    /// When its row last changed.
    public let updatedAt: Timestamp
  }

  /// How far an attempt has come, as its worker reports it.
  public struct Progress: Sendable, Hashable {
    /// 0 to 100.
    public var percent = 0
    /// What the worker is doing.
    public var step: String?
    /// What the worker says about that.
    public var message: String?
    /// When the worker expects to be done.
    public var estimatedCompletionAt: Timestamp?
  }

  /// Why a waiting item is not handed out although it is due.
  public enum Hold: String, TextEnum {
    /// Other items must finish first.
    case dependency
    /// Its batch is paused, or has as many running items as it allows.
    case batch
    /// Its limit key has as many running items as it allows, or its rate is used up.
    case key
    /// Its kind has as many running items as it allows, or its rate is used up.
    case kind
    /// Its queue is fair: it waits for the turn of its account.
    case turn
    /// Another item holds its unique key, which it needs to run.
    case unique
    /// Its deadline has passed; upkeep gives it up.
    case deadline
  }

  /// What it is about.
  public var subject: EntityReference? {
    guard let subjectKind, let subjectID else { return nil }
    return EntityReference(subjectKind, subjectID)
  }

  /// Words to find it by.
  public var tags: [String] { tagList.texts }

  /// What else a program keeps with it, a JSON object.
  public var metadata: JSONText { storedMetadata ?? .emptyObject }

  /// The work in the program's own terms; `null` when it is sealed and was not opened.
  public var payload: JSONText {
    if case .plain(let text) = storedPayload { text } else { .null }
  }

  /// The key that seals the payload; nil for one that can be read.
  public var payloadKey: String? {
    if case .sealed(let sealed) = storedPayload { sealed.keyID } else { nil }
  }

  /// How long the attempt took that completed or failed the item; nil for any other end.
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

  /// Declares the columns and the properties that they store; those that only the queue's own rules keep are left out.
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
  /// - Throws: `RowDecodingError` when a column holds something else.
  public init(_ row: borrowing Row) throws { try self.init(reading: row) }
}
