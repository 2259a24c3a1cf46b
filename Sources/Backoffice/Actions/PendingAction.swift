/// An action that a person must perform before work can continue.
///
/// A row of `pending_actions`. To change it, use ``Actions``, which checks each transition.
public struct PendingAction: Sendable, Hashable {
  /// The action's id.
  public var id: ID<PendingAction>
  /// The kind of the action.
  public var kind: ActionKind
  /// A one-line title for the assistant.
  public var title: String
  /// A longer description.
  public var description: String?
  /// The status.
  public var status: ActionStatus
  /// The priority, from 1 (urgent) to 5 (low).
  public var priority: Int
  /// The part of an assistant's capacity that the action takes; 10 is one place.
  public var weight: Int
  var subjectKind: EntityKind?
  var subjectID: ID<AnyEntity>?
  /// The customer that the action is for; nil for none.
  public var customerID: ID<Customer>?
  /// The queue item that waits for the action.
  public var queueItemID: ID<QueueItem>?
  /// The submission that the action is about.
  public var submissionID: ID<Submission>?
  /// The directory that the action is about.
  public var directoryID: ID<Directory>?
  /// The batch that the action belongs to.
  public var batchID: ID<Batch>?
  /// The current or last assistant.
  public var assistantID: ID<Assistant>?
  /// Whether the action was assigned beyond the assistant's capacity by an override.
  public var isOverCapacity: Bool
  /// The scheduled and actual times.
  public var times: Times
  /// The outcome.
  public var outcome: Outcome
  /// The escalation after the deadline has passed.
  public var escalation: Escalation
  /// The involvement of the customer.
  public var customerPart: CustomerPart
  /// The verification by a supervisor.
  public var verification: Verification
  /// The retries and the follow-up.
  public var retries: Retries
  /// The origin of the action.
  public var origin: Origin
  /// The JSON documents.
  public var documents: Documents
  /// When it was created.
  public var createdAt: Timestamp
  /// When the row was last changed.
  public var updatedAt: Timestamp
}

extension PendingAction {
  /// The entity that the action is about; nil for none.
  public var subject: EntityReference? {
    guard let subjectKind, let subjectID else { return nil }
    return EntityReference(subjectKind, subjectID)
  }

  /// The status in which the action continues after its suspension; nil if it is not suspended.
  public var statusWhenResumed: ActionStatus? { times.suspendedFrom }

  /// The default weight of an action: 10, which is one place in an assistant's capacity.
  public static let standardWeight = 10
  /// The range of weights of an action.
  public static let weights = 1...1_000_000

  /// The times of an action.
  public struct Times: Sendable, Hashable {
    /// When the current assistant was assigned.
    public var assignedAt: Timestamp?
    /// The earliest time at which the action may be assigned.
    public var scheduledAt: Timestamp?
    /// The deadline.
    public var deadlineAt: Timestamp?
    /// When the assistant started the action.
    public var startedAt: Timestamp?
    /// When it was suspended; nil if it is not.
    public var suspendedAt: Timestamp?
    var suspendedFrom: ActionStatus?
    /// When it was completed, failed or cancelled.
    public var finishedAt: Timestamp?
    /// The estimated duration in minutes.
    public var estimatedDurationMinutes: Int
    /// The time from start to finish; nil if it was not started or is not finished.
    public var actualDuration: Duration?
  }

  /// The outcome of an action.
  public struct Outcome: Sendable, Hashable {
    /// The assistant's notes.
    public var completionNotes: String?
    /// The reason why it failed or is blocked.
    public var errorMessage: String?
    /// How a problem was resolved.
    public var resolutionDetails: String?
    /// The quality of the result, 1 to 5.
    public var qualityScore: Int?
    /// The difficulty, 1 to 10.
    public var complexityScore: Int
  }

  /// The escalation of an action whose deadline has passed.
  public struct Escalation: Sendable, Hashable {
    /// When the current deadline escalated; nil if it has not.
    public var escalatedAt: Timestamp?
    /// The number of deadlines that escalated.
    public var count: Int
  }

  /// The involvement of the customer in an action.
  public struct CustomerPart: Sendable, Hashable {
    /// When the customer was notified.
    public var notifiedAt: Timestamp?
    /// Whether the customer must respond.
    public var isResponseRequired: Bool
    /// The deadline of the response.
    public var responseDeadlineAt: Timestamp?
    /// The response.
    public var response: String?
    /// When the customer responded.
    public var respondedAt: Timestamp?

    var isNotified: Bool { notifiedAt != nil }
  }

  /// The verification of an action by a supervisor.
  public struct Verification: Sendable, Hashable {
    /// Whether a supervisor must verify the result.
    public var isRequired: Bool
    /// The supervisor.
    public var verifiedBy: String?
    /// When the result was accepted; nil if it was not.
    public var verifiedAt: Timestamp?
    /// The supervisor's notes.
    public var notes: String?

    var isVerified: Bool { verifiedAt != nil }
  }

  /// The retries and the follow-up of an action.
  public struct Retries: Sendable, Hashable {
    /// The number of retries after a failure.
    public var count: Int
    /// The maximum number of retries.
    public var maximum: Int
    /// The earliest time of the next retry.
    public var nextAt: Timestamp?
    /// Whether a follow-up is scheduled.
    public var isFollowUpRequired: Bool
    /// When the follow-up is due.
    public var followUpAt: Timestamp?
  }

  /// The origin of an action.
  public struct Origin: Sendable, Hashable {
    /// Whether automation was attempted first.
    public var wasAutomationAttempted: Bool
    /// The reason why a person is needed.
    public var manualInterventionReason: String?
    /// The id in another system.
    public var externalReferenceID: String?
    /// The URL in another system.
    public var externalReferenceURL: String?
  }

  /// The JSON documents of an action.
  public struct Documents: Sendable, Hashable {
    /// Data for the assistant.
    public var data: JSONText
    /// Data about the customer's business.
    public var businessContext: JSONText
    /// Data about the directory.
    public var directoryContext: JSONText
    /// The result for the waiting program.
    public var result: JSONText
    /// An array of attachment URLs.
    public var attachmentURLs: JSONText
    /// An array of screenshot URLs.
    public var screenshotURLs: JSONText
    /// Further data of the program.
    public var metadata: JSONText
  }
}
