/// What is needed to create a submission.
///
/// It may begin in any status, as when past work is imported: times that are not given are those of
/// the transaction where the status asks for one, and stay unknown elsewhere.
public struct NewSubmission: Sendable, Hashable {
  /// Whose business.
  public var customer: ID<Customer>
  /// Into which directory.
  public var directory: ID<Directory>
  /// The queue item that submits it.
  public var queueItem: ID<QueueItem>?
  /// Where it is on its way.
  public var status: SubmissionStatus
  /// How it is submitted.
  public var method: SubmissionMethod
  /// Its name at the directory.
  public var externalID: String?
  /// Where it can be seen at the directory.
  public var url: String?
  /// When it was submitted.
  public var submittedAt: Timestamp?
  /// When the directory approved it.
  public var approvedAt: Timestamp?
  /// When the directory rejected it.
  public var rejectedAt: Timestamp?
  /// When the listing could be seen.
  public var liveAt: Timestamp?
  /// When it stopped being live, for a status in which it is not.
  public var closedAt: Timestamp?
  /// When it runs out without further news.
  public var expiresAt: Timestamp?
  /// Why it was rejected.
  public var rejectionReason: String?
  /// How often somebody tried.
  public var attempts: Int
  /// The time those tries took, added up.
  public var processingTime: Duration?
  /// What was sent.
  public var content: Submission.Content
  /// What it cost.
  public var cost: Submission.Cost
  /// How often a failed submission may be tried again.
  public var maximumRetries: Int
  /// Anything a program keeps beside it.
  public var metadata: JSONText

  /// Describes a submission.
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
  /// The tries so far; of a program's, at most the last succeeded.
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

/// What a finished or running queue item says about the submission it makes.
public struct QueueItemSubmission: Sendable, Hashable {
  /// The item.
  public var queueItem: ID<QueueItem>
  /// Whose business.
  public var customer: ID<Customer>
  /// Into which directory.
  public var directory: ID<Directory>
  /// How it was submitted.
  public var method: SubmissionMethod
  /// Where it is on its way: submitted when the worker delivered it.
  public var status: SubmissionStatus
  /// Its name at the directory.
  public var externalID: String?
  /// Where it can be seen at the directory.
  public var url: String?
  /// How often the worker tried.
  public var attempts: Int
  /// The time those tries took, added up.
  public var processingTime: Duration?
  /// What was sent.
  public var content: Submission.Content
  /// What it cost.
  public var cost: Submission.Cost

  /// Describes the submission of a queue item.
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
