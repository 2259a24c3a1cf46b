/// Something that a person must do before work can go on.
///
/// A row of `pending_actions`. Read it; change it through ``Actions``, which checks each move.
public struct PendingAction: Sendable, Hashable {
  /// Its id.
  public var id: ID<PendingAction>
  /// What is to be done.
  public var kind: ActionKind
  /// One line for whoever does it.
  public var title: String
  /// More, where a line is not enough.
  public var description: String?
  /// Where it stands.
  public var status: ActionStatus
  /// How urgent it is, from 1 for urgent to 5 for low.
  public var priority: Int
  /// How much of an assistant's capacity it takes while they are busy with it; 10 is one place.
  public var weight: Int
  var subjectKind: EntityKind?
  var subjectID: ID<AnyEntity>?
  /// The customer it is done for; nil for none.
  public var customerID: ID<Customer>?
  /// The queue item that waits for it.
  public var queueItemID: ID<QueueItem>?
  /// The submission it is about.
  public var submissionID: ID<Submission>?
  /// The directory it is about.
  public var directoryID: ID<Directory>?
  /// The batch it belongs to.
  public var batchID: ID<Batch>?
  /// Who has it, or had it last.
  public var assistantID: ID<Assistant>?
  /// Whether they got it above their capacity, because whoever decided insisted.
  public var isOverCapacity: Bool
  /// When things happened to it and shall happen.
  public var times: Times
  /// How it ended.
  public var outcome: Outcome
  /// What became of its passed deadline.
  public var escalation: Escalation
  /// The customer's part in it.
  public var customerPart: CustomerPart
  /// The supervisor's part in it.
  public var verification: Verification
  /// Retries and follow-up.
  public var retries: Retries
  /// Where it comes from.
  public var origin: Origin
  /// The documents that travel with it.
  public var documents: Documents
  /// When it was created.
  public var createdAt: Timestamp
  /// When it last changed.
  public var updatedAt: Timestamp
}

extension PendingAction {
  /// What it is about; nil for nothing in particular.
  public var subject: EntityReference? {
    guard let subjectKind, let subjectID else { return nil }
    return EntityReference(subjectKind, subjectID)
  }

  /// What an action weighs when nobody says otherwise: 10, one of an assistant's places.
  public static let standardWeight = 10
  /// What an action may weigh: 1 to 1,000,000.
  public static let weights = 1...1_000_000

  /// The times of an action.
  public struct Times: Sendable, Hashable {
    /// Since when the assistant has it.
    public var assignedAt: Timestamp?
    /// Not to be handed out before.
    public var scheduledAt: Timestamp?
    /// When it should be finished.
    public var deadlineAt: Timestamp?
    /// When the assistant began.
    public var startedAt: Timestamp?
    /// When it was completed, failed or cancelled.
    public var finishedAt: Timestamp?
    /// How long it should take, in minutes.
    public var estimatedDurationMinutes: Int
    /// How long it took from start to finish; nil when it was never started or is not finished.
    public var actualDuration: Duration?
  }

  /// The end of an action.
  public struct Outcome: Sendable, Hashable {
    /// What the assistant noted.
    public var completionNotes: String?
    /// Why it failed or is blocked.
    public var errorMessage: String?
    /// How a problem was resolved.
    public var resolutionDetails: String?
    /// How well it was done, 1 to 5.
    public var qualityScore: Int?
    /// How hard it is, 1 to 10.
    public var complexityScore: Int
  }

  /// What became of the passed deadline of an action.
  public struct Escalation: Sendable, Hashable {
    /// When the deadline that it has now was noted as passed; nil when it was not.
    public var escalatedAt: Timestamp?
    /// How many of its deadlines were.
    public var count: Int
  }

  /// What the customer has to do with it.
  public struct CustomerPart: Sendable, Hashable {
    /// When the customer was told.
    public var notifiedAt: Timestamp?
    /// Whether the customer has to answer.
    public var isResponseRequired: Bool
    /// By when.
    public var responseDeadlineAt: Timestamp?
    /// The answer.
    public var response: String?
    /// When it came.
    public var respondedAt: Timestamp?

    var isNotified: Bool { notifiedAt != nil }
  }

  /// What the supervisor has to do with it.
  public struct Verification: Sendable, Hashable {
    /// Whether a supervisor has to look at the result.
    public var isRequired: Bool
    /// Who looked.
    public var verifiedBy: String?
    /// When the result was found good; nil when it was not.
    public var verifiedAt: Timestamp?
    /// What the supervisor noted.
    public var notes: String?

    var isVerified: Bool { verifiedAt != nil }
  }

  /// Repeated attempts, and a look afterwards.
  public struct Retries: Sendable, Hashable {
    /// How often it was handed out again after a failure.
    public var count: Int
    /// How often it may be.
    public var maximum: Int
    /// Not to be handed out again before.
    public var nextAt: Timestamp?
    /// Whether somebody has to look again.
    public var isFollowUpRequired: Bool
    /// When.
    public var followUpAt: Timestamp?
  }

  /// Why it exists.
  public struct Origin: Sendable, Hashable {
    /// Whether a program tried first.
    public var wasAutomationAttempted: Bool
    /// Why a person is needed.
    public var manualInterventionReason: String?
    /// What another system calls it.
    public var externalReferenceID: String?
    /// Where another system shows it.
    public var externalReferenceURL: String?
  }

  /// JSON documents of an action.
  public struct Documents: Sendable, Hashable {
    /// What the assistant needs to know.
    public var data: JSONText
    /// About the customer's business.
    public var businessContext: JSONText
    /// About the directory.
    public var directoryContext: JSONText
    /// What came out of it, for the program that waits.
    public var result: JSONText
    /// An array of addresses of attachments.
    public var attachmentURLs: JSONText
    /// An array of addresses of screenshots.
    public var screenshotURLs: JSONText
    /// A program's own data.
    public var metadata: JSONText
  }
}
