/// The declaration of a kind of action, with the defaults of new actions.
public struct ActionKindDefinition: Sendable, Hashable {
  /// The name, which must not be blank.
  public var name: ActionKind
  /// The label shown to people.
  public var label: String
  /// The priority, from 1 (urgent) to 5 (low).
  public var priority: Int
  /// The part of an assistant's capacity that an action takes, 1 to 1,000,000, where 10 is one
  /// place.
  public var weight: Int
  /// The estimated duration of an action in minutes, 0 or more.
  public var estimatedDurationMinutes: Int
  /// The time from creation to the deadline, more than zero and at most 3,650 days; nil for the
  /// time of the priority, ``NewAction/defaultTime(forPriority:)``.
  public var deadline: Duration?
  /// The required skills in addition to the kind.
  public var skills: [RequiredSkill]
  /// When the kind was retired; nil while it is offered.
  public internal(set) var retiredAt: Timestamp?

  /// Creates a kind.
  ///
  /// - Parameters:
  ///   - name: the name, which must not be blank.
  ///   - label: the label shown to people; nil for the name with spaces and an initial capital.
  ///   - priority: the priority, from 1 (urgent) to 5 (low).
  ///   - weight: the part of an assistant's capacity that an action takes, 1 to 1,000,000.
  ///   - estimatedDurationMinutes: the estimated duration of an action in minutes, 0 or more.
  ///   - deadline: the time from creation to the deadline; nil for the time of the priority.
  ///   - skills: the required skills in addition to the kind.
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

  /// The default deadline of an action of the kind.
  func deadline(from created: Timestamp, priority: Int) -> Timestamp {
    created + (deadline ?? NewAction.defaultTime(forPriority: priority))
  }
}

extension ActionKindDefinition {
  /// The twelve kinds for directory submissions, which a new database starts with.
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
