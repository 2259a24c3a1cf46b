/// An action to create.
public struct NewAction: Sendable, Hashable {
  /// The kind of the action.
  public var kind: ActionKind
  /// A one-line title for the assistant, which must not be blank.
  public var title: String
  /// A longer description.
  public var description: String?
  /// The priority, from 1 (urgent) to 5 (low); nil for the priority of the kind.
  public var priority: Int?
  /// The part of an assistant's capacity that the action takes, 1 to 1,000,000, where 10 is one
  /// place; nil for the weight of the kind.
  public var weight: Int?
  /// The required skills in addition to the kind and to those of
  /// ``Actions/setRequiredSkills(_:ofKind:)``.
  ///
  /// Skills listed here take precedence.
  public var requiredSkills: [RequiredSkill] = []
  /// The customer that the action is for; nil for none.
  public var customerID: ID<Customer>?
  /// The entity that the action is about; nil for its submission, or else its directory.
  public var subject: EntityReference?
  /// The queue item that waits for the action.
  public var queueItemID: ID<QueueItem>?
  /// The submission that the action is about.
  public var submissionID: ID<Submission>?
  /// The directory that the action is about.
  public var directoryID: ID<Directory>?
  /// The batch that the action belongs to.
  public var batchID: ID<Batch>?
  /// The assistant to assign immediately; nil leaves the action pending.
  public var assistantID: ID<Assistant>?
  /// The deadline; nil for the default of the kind.
  public var deadlineAt: Timestamp?
  /// The earliest time at which the action may be assigned.
  public var scheduledAt: Timestamp?
  /// The estimated duration in minutes; nil for the default of the kind.
  public var estimatedDurationMinutes: Int?
  /// The difficulty, 1 to 10; 1 by default.
  public var complexityScore = 1
  /// Whether a supervisor must verify the result.
  public var requiresVerification = false
  /// The maximum number of retries after a failure; 2 by default.
  public var maxRetries = 2
  /// Whether the customer must respond; requires a customer.
  public var isResponseRequired = false
  /// The deadline of the customer's response.
  public var responseDeadlineAt: Timestamp?
  /// Whether automation was attempted first.
  public var wasAutomationAttempted = false
  /// The reason why a person is needed.
  public var manualInterventionReason: String?
  /// The id in another system.
  public var externalReferenceID: String?
  /// The URL in another system.
  public var externalReferenceURL: String?
  /// Data for the assistant.
  public var data = JSONText.emptyObject
  /// Data about the customer's business.
  public var businessContext = JSONText.emptyObject
  /// Data about the directory.
  public var directoryContext = JSONText.emptyObject
  /// Further data of the program.
  public var metadata = JSONText.emptyObject

  /// Creates an action; set further properties on the value.
  public init(
    _ kind: ActionKind, title: String, customerID: ID<Customer>? = nil,
    about subject: EntityReference? = nil, description: String? = nil, priority: Int? = nil,
    queueItemID: ID<QueueItem>? = nil, submissionID: ID<Submission>? = nil,
    directoryID: ID<Directory>? = nil, batchID: ID<Batch>? = nil, assistantID: ID<Assistant>? = nil,
    deadlineAt: Timestamp? = nil
  ) {
    self.kind = kind
    self.title = title
    self.customerID = customerID
    self.subject = subject
    self.description = description
    self.priority = priority
    self.queueItemID = queueItemID
    self.submissionID = submissionID
    self.directoryID = directoryID
    self.batchID = batchID
    self.assistantID = assistantID
    self.deadlineAt = deadlineAt
  }
}

extension NewAction {
  /// The default time to finish an action of a priority from 1 to 5: 1, 4, 24, 72 and 168 hours.
  public static func defaultTime(forPriority priority: Int) -> Duration {
    switch priority {
    case ...1: .hours(1)
    case 2: .hours(4)
    case 3: .hours(24)
    case 4: .hours(72)
    default: .hours(168)
    }
  }
}
