/// What is known of an action when it is created.
public struct NewAction: Sendable, Hashable {
  /// What is to be done.
  public var kind: ActionKind
  /// One line for whoever does it; must not be blank.
  public var title: String
  /// More, where a line is not enough.
  public var description: String?
  /// How urgent it is, from 1 for urgent to 5 for low; nil for the priority of its kind.
  public var priority: Int?
  /// How much of an assistant's capacity it takes, 1 to 1,000,000, where 10 is one place; nil for the weight of
  /// its kind.
  public var weight: Int?
  /// Skills that it asks for beside its kind, and beside those of
  /// ``Actions/setRequiredSkills(_:ofKind:)``; what is named here goes first.
  public var requiredSkills: [RequiredSkill] = []
  /// The customer it is done for; nil for none.
  public var customerID: ID<Customer>?
  /// What it is about: any entity; nil for its submission or else its directory, if it names one.
  public var subject: EntityReference?
  /// The queue item that waits for it.
  public var queueItemID: ID<QueueItem>?
  /// The submission it is about.
  public var submissionID: ID<Submission>?
  /// The directory it is about.
  public var directoryID: ID<Directory>?
  /// The batch it belongs to.
  public var batchID: ID<Batch>?
  /// Who gets it at once; nil leaves it pending.
  public var assistantID: ID<Assistant>?
  /// When it should be finished; nil for the default of its kind.
  public var deadlineAt: Timestamp?
  /// Not to be handed out before.
  public var scheduledAt: Timestamp?
  /// How long it should take, in minutes; nil for the time of its kind.
  public var estimatedDurationMinutes: Int?
  /// How hard it is, 1 to 10; 1 by default.
  public var complexityScore = 1
  /// Whether a supervisor has to look at the result.
  public var requiresVerification = false
  /// How often it may be handed out again after a failure; 2 by default.
  public var maxRetries = 2
  /// Whether the customer has to answer; only with a customer.
  public var isResponseRequired = false
  /// By when the customer has to.
  public var responseDeadlineAt: Timestamp?
  /// Whether a program tried first.
  public var wasAutomationAttempted = false
  /// Why a person is needed.
  public var manualInterventionReason: String?
  /// What another system calls it.
  public var externalReferenceID: String?
  /// Where another system shows it.
  public var externalReferenceURL: String?
  /// What the assistant needs to know.
  public var data = JSONText.emptyObject
  /// About the customer's business.
  public var businessContext = JSONText.emptyObject
  /// About the directory.
  public var directoryContext = JSONText.emptyObject
  /// A program's own data.
  public var metadata = JSONText.emptyObject

  /// Describes an action; what is not named here is set on the value.
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
  /// How long an action of a priority from 1 to 5 may take when neither it nor its kind says otherwise: 1, 4,
  /// 24, 72 and 168 hours.
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
