public import BackofficeStorage

/// One piece of work in the durable queue.
///
/// Priority 1 is the highest. A lease belongs to a running item and to nothing else.
public struct QueueItem: Sendable, Hashable {
  /// Names the item.
  public var id: ID<QueueItem>
  /// The queue it stands in.
  public var queue: String
  /// What kind of work it is; workers choose by it.
  public var kind: String
  /// Where it stands.
  public var status: Status
  /// What a paused item returns to.
  public var pausedFrom: Status?
  /// 1, the highest, to 5.
  public var priority: Int
  /// When it may be claimed.
  public var dueAt: Timestamp
  /// When the whole item is given up, over all attempts.
  public var deadlineAt: Timestamp?
  /// The running attempt, or the last one.
  public var run: Run
  /// The bookkeeping of attempts.
  public var attempts: Attempts
  /// At most one item of a kind holds a key at a time.
  public var uniqueKey: String?
  /// When the item holds that key.
  public var uniqueness = Uniqueness()
  /// Whose work it is.
  public var customerID: ID<Customer>?
  /// The directory that it submits to.
  public var directoryID: ID<Directory>?
  /// The batch it belongs to.
  public var batchID: ID<Batch>?
  /// What it costs.
  public var credits: Int
  /// What became of those credits.
  public var creditState: CreditState
  /// Percent, as the worker tells it.
  public var progress: Int
  /// What the worker is doing.
  public var currentStep: String?
  /// What the worker says about that.
  public var currentMessage: String?
  /// Its times.
  public var times: Times
  /// A short word for the last failure.
  public var errorCode: String?
  /// The last failure in words.
  public var errorMessage: String?
  /// What is particular to submissions.
  public var submission: SubmissionWork
  /// The work in the program's own terms; sealed when ``payloadKey`` says so.
  public var payload: JSONText
  /// The key that seals the payload; nil for a payload that anybody may read.
  public var payloadKey: String?
  /// Why it is not handed out although it is due; nil for an item that is.
  public var heldBy: Hold?
  /// What it shares a limit with; nil for nothing.
  public var limitKey: String?
  /// The further documents.
  public var documents: Documents

  /// The running attempt of an item, or the last one.
  public struct Run: Sendable, Hashable {
    /// The token of the lease; only while the item runs.
    package var leaseToken: ID<Lease>?
    /// When the lease ends unless the worker extends it.
    public var leaseExpiresAt: Timestamp?
    /// Who runs the item, or ran it last.
    public var worker: String?
    /// The machine of that worker.
    public var processingNode: String?
    /// How long one attempt may take.
    public var limitSeconds: Int?
    /// When the item was last claimed.
    public var claimedAt: Timestamp?
    /// When somebody asked the running attempt to stop.
    public var cancelRequestedAt: Timestamp?
  }

  /// How often an item was tried, and how often it may be.
  public struct Attempts: Sendable, Hashable {
    /// Claims ever; numbers the attempts.
    public var claims: Int
    /// Attempts that count against the maximum.
    public var charged: Int
    /// How many attempts may be charged.
    public var maximum: Int
    /// The delay before the first retry.
    public var retryDelaySeconds: Int
    /// Rescues in a row.
    public var rescues: Int
    /// How many rescues in a row are allowed.
    public var maximumRescues: Int
    /// How often a worker put the item off.
    public var snoozes: Int
    /// How the delay grows from one retry to the next.
    public var backOff = BackOff()
    /// What a worker's silence means.
    public var lostLease = LostLease.retry

    /// Whether another attempt may follow.
    public var areLeft: Bool { charged < maximum }
  }

  /// When things happened to an item.
  public struct Times: Sendable, Hashable {
    /// When it was first claimed.
    public var firstStartedAt: Timestamp?
    /// When it came to its end.
    public var finishedAt: Timestamp?
    /// When the worker expects to be done.
    public var estimatedCompletionAt: Timestamp?
    /// How long it waited for its first claim, from the moment it could have been claimed.
    public var queueWaitMicroseconds: Int64?
    /// How long the attempt took that completed or failed it.
    public var processingMicroseconds: Int64?
    /// When it was enqueued.
    public var createdAt: Timestamp
    /// When its row last changed.
    public var updatedAt: Timestamp
  }

  /// What is particular to work that submits a business to a directory.
  public struct SubmissionWork: Sendable, Hashable {
    /// How it is carried out.
    public var automationMethod: AutomationMethod = .chromeExtension
    /// Whether the directory wants a verification.
    public var requiresVerification = false
    /// How far the verification has come.
    public var verificationStatus: VerificationStatus?
    /// From 1, simple, to 10.
    public var formComplexity = 1
    /// Whether a captcha stood in the way.
    public var captchaEncountered = false
    /// Whether a person has to help.
    public var manualInterventionRequired = false
    /// What the directory calls the submission.
    public var externalSubmissionID: String?
    /// Where a picture of the result lies.
    public var screenshotURL: String?

    /// Creates the usual settings.
    public init() {}
  }

  /// The documents of an item beside its payload.
  public struct Documents: Sendable, Hashable {
    /// The fields of the form.
    public var submissionData: JSONText = .emptyObject
    /// The business.
    public var businessData: JSONText = .emptyObject
    /// What the worker handed in at completion.
    public var result: JSONText = .emptyObject
    /// What proves the result.
    public var proof: JSONText = .emptyObject
    /// The last 20 failures, oldest first; the attempts keep them all.
    public var errorHistory: JSONText = .emptyArray
    /// Words to find the item by: a list of texts.
    public var tags: JSONText = .emptyArray
    /// Whatever else a program keeps.
    public var metadata: JSONText = .emptyObject

    /// Creates empty documents.
    public init() {}
  }
}
