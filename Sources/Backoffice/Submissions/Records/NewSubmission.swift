/// A submission to create.
///
/// It may start in any status, for example when past work is imported. A time that the status
/// requires defaults to that of the transaction; other missing times remain unknown.
public struct NewSubmission: Sendable, Hashable {
  /// The customer.
  public var customer: ID<Customer>
  /// The directory.
  public var directory: ID<Directory>
  /// The queue item that submits it.
  public var queueItem: ID<QueueItem>?
  /// The initial status.
  public var status: SubmissionStatus
  /// The method of submission.
  public var method: SubmissionMethod
  /// The id at the directory.
  public var externalID: String?
  /// The URL at the directory.
  public var url: String?
  /// When it was submitted.
  public var submittedAt: Timestamp?
  /// When the directory approved it.
  public var approvedAt: Timestamp?
  /// When the directory rejected it.
  public var rejectedAt: Timestamp?
  /// When the listing became visible.
  public var liveAt: Timestamp?
  /// When the submission was closed, for a closed status.
  public var closedAt: Timestamp?
  /// When the submission or listing expires.
  public var expiresAt: Timestamp?
  /// The reason of the rejection.
  public var rejectionReason: String?
  /// The number of attempts.
  public var attempts: Int
  /// The total duration of the attempts.
  public var processingTime: Duration?
  /// The content that was submitted.
  public var content: Submission.Content
  /// The cost.
  public var cost: Submission.Cost
  /// The maximum number of retries of a failed submission.
  public var maximumRetries: Int
  /// Further data of the program.
  public var metadata: JSONText

  /// Creates a submission.
  public init(
    customer: ID<Customer>, directory: ID<Directory>, queueItem: ID<QueueItem>? = nil,
    status: SubmissionStatus = .pending, method: SubmissionMethod = .chromeExtension,
    externalID: String? = nil, url: String? = nil, submittedAt: Timestamp? = nil,
    approvedAt: Timestamp? = nil, rejectedAt: Timestamp? = nil, liveAt: Timestamp? = nil,
    closedAt: Timestamp? = nil, expiresAt: Timestamp? = nil, rejectionReason: String? = nil,
    attempts: Int = 0, processingTime: Duration? = nil,
    content: Submission.Content = Submission.Content(),
    cost: Submission.Cost = Submission.Cost(), maximumRetries: Int = 3,
    metadata: JSONText = .emptyObject
  ) {
    self.customer = customer
    self.directory = directory
    self.queueItem = queueItem
    self.status = status
    self.method = method
    self.externalID = externalID
    self.url = url
    self.submittedAt = submittedAt
    self.approvedAt = approvedAt
    self.rejectedAt = rejectedAt
    self.liveAt = liveAt
    self.closedAt = closedAt
    self.expiresAt = expiresAt
    self.rejectionReason = rejectionReason
    self.attempts = attempts
    self.processingTime = processingTime
    self.content = content
    self.cost = cost
    self.maximumRetries = maximumRetries
    self.metadata = metadata
  }
}

extension NewSubmission {
  /// The attempts so far; of automated ones, at most the last succeeded.
  var effort: Submission.Effort {
    var effort = Submission.Effort(method: method)
    effort.attempts = attempts
    effort.processingMicroseconds = processingTime?.microseconds
    if method != .manual, attempts > 0 {
      effort.automatedAttempts = attempts
      effort.automatedSuccesses = status.isDelivered ? 1 : 0
    }
    return effort
  }
}

/// The report of a queue item about its submission.
public struct QueueItemSubmission: Sendable, Hashable {
  /// The queue item.
  public var queueItem: ID<QueueItem>
  /// The customer.
  public var customer: ID<Customer>
  /// The directory.
  public var directory: ID<Directory>
  /// The method of submission.
  public var method: SubmissionMethod
  /// The status: submitted if the worker delivered it.
  public var status: SubmissionStatus
  /// The id at the directory.
  public var externalID: String?
  /// The URL at the directory.
  public var url: String?
  /// The number of attempts.
  public var attempts: Int
  /// The total duration of the attempts.
  public var processingTime: Duration?
  /// The content that was submitted.
  public var content: Submission.Content
  /// The cost.
  public var cost: Submission.Cost

  /// Creates the report of a queue item.
  public init(
    queueItem: ID<QueueItem>, customer: ID<Customer>, directory: ID<Directory>,
    method: SubmissionMethod = .chromeExtension, status: SubmissionStatus = .submitted,
    externalID: String? = nil, url: String? = nil, attempts: Int = 1,
    processingTime: Duration? = nil, content: Submission.Content = Submission.Content(),
    cost: Submission.Cost = Submission.Cost()
  ) {
    self.queueItem = queueItem
    self.customer = customer
    self.directory = directory
    self.method = method
    self.status = status
    self.externalID = externalID
    self.url = url
    self.attempts = attempts
    self.processingTime = processingTime
    self.content = content
    self.cost = cost
  }
}
