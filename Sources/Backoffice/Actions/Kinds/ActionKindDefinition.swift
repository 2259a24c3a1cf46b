/// What is declared of a kind of actions: what a new action of it has unless it says otherwise.
public struct ActionKindDefinition: Sendable, Hashable {
  /// What it is called; not blank.
  public var name: ActionKind
  /// What people are shown.
  public var label: String
  /// How urgent its actions are, from 1 for urgent to 5 for low.
  public var priority: Int
  /// How much of an assistant's capacity an action takes, 1 to 1,000,000; 10 is one place.
  public var weight: Int
  /// How long an action should take, in minutes; 0 or more.
  public var estimatedDurationMinutes: Int
  /// How long after its creation an action should be finished, more than zero and 3,650 days at most; nil for
  /// the time of its priority, ``NewAction/defaultTime(forPriority:)``.
  public var deadline: Duration?
  /// The skills that its actions ask for beside the kind.
  public var skills: [RequiredSkill]
  /// Since when no new action may be of the kind; nil while it is offered.
  public internal(set) var retiredAt: Timestamp?

  /// Describes a kind.
  ///
  /// - Parameters:
  ///   - name: what it is called.
  ///   - label: what people are shown; nil for the name with spaces and a capital.
  ///   - priority: how urgent its actions are, from 1 for urgent to 5 for low.
  ///   - weight: how much of an assistant's capacity an action takes, 1 to 1,000,000.
  ///   - estimatedDurationMinutes: how long an action should take, 0 or more.
  ///   - deadline: how long after its creation an action should be finished; nil for the time of its priority.
  ///   - skills: the skills that its actions ask for beside the kind.
  public init(
    _ name: ActionKind, label: String? = nil, priority: Int = 3,
    weight: Int = PendingAction.standardWeight, estimatedDurationMinutes: Int = 30,
    deadline: Duration? = nil, skills: [RequiredSkill] = []
  ) {
    self.name = name
    let words = name.rawValue.split(separator: "_").joined(separator: " ")
    self.label = label ?? words.prefix(1).uppercased() + words.dropFirst()
    self.priority = priority
    self.weight = weight
    self.estimatedDurationMinutes = estimatedDurationMinutes
    self.deadline = deadline
    self.skills = skills
  }

  /// When an action of the kind should be finished unless it says otherwise.
  func deadline(from created: Timestamp, priority: Int) -> Timestamp {
    created + (deadline ?? NewAction.defaultTime(forPriority: priority))
  }
}

extension ActionKindDefinition {
  /// The twelve chores of submitting to directories, with which a new file begins.
  public static let directoryChores = [
    ActionKindDefinition(.smsVerification, label: "SMS verification"),
    ActionKindDefinition(.emailVerification, label: "E-mail verification"),
    ActionKindDefinition(.documentUpload),
    ActionKindDefinition(.phoneCall),
    ActionKindDefinition(.manualSubmission),
    ActionKindDefinition(.captchaSolving),
    ActionKindDefinition(.accountCreation),
    ActionKindDefinition(.paymentProcessing),
    ActionKindDefinition(.contentReview),
    ActionKindDefinition(.screenshotVerification),
    ActionKindDefinition(.followUpRequired, label: "Follow-up"),
    ActionKindDefinition(.errorResolution),
  ]
}
