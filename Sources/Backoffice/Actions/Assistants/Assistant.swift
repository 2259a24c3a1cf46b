/// A person, or a program, that works through pending actions.
///
/// A row of `assistants`, with the skills in a table of their own.
public struct Assistant: Sendable, Hashable {
  /// Its id.
  public var id: ID<Assistant>
  /// What other systems call it; unique.
  public var handle: String
  /// The name.
  public var name: String
  /// The e-mail address.
  public var email: String
  /// The telephone number.
  public var phone: String?
  /// Whether they work here.
  public var isActive: Bool
  /// Whether they take work now.
  public var isAvailable: Bool
  /// The zone of their working hours.
  public var zone: Zone
  /// When they work.
  public var workingHours: WorkingHours
  /// An array of fields they know well.
  public var specializations: JSONText
  /// An array of the languages they speak.
  public var languages: JSONText
  /// How many actions they may be busy with at once.
  public var maxConcurrentTasks: Int
  /// How much those actions may weigh, 1 to 1,000,000,000; nil for ten for each of
  /// ``maxConcurrentTasks``.
  public var capacity: Int?
  /// What the store counts of their work.
  public var statistics: Statistics
  /// How they want to hear of new work.
  public var communicationPreferences: JSONText
  /// A program's own data.
  public var metadata: JSONText
  /// When they were added.
  public var createdAt: Timestamp
  /// When the row last changed.
  public var updatedAt: Timestamp

  /// How the assistant acts: `store.acting(as: assistant.principal)`.
  public var principal: Principal { Principal(kind: .assistant, id: id.description) }

  /// How much their actions may weigh together.
  public var weightCapacity: Int {
    capacity ?? PendingAction.standardWeight * min(maxConcurrentTasks, 100_000_000)
  }
}

extension Assistant {
  /// What the store counts of an assistant's work.
  ///
  /// Kept from the actions just before each commit, so inside a transaction it is as it was before.
  public struct Statistics: Sendable, Hashable {
    /// Actions assigned or in progress.
    public var activeCount: Int
    /// What they weigh.
    public var activeWeight: Int
    /// Actions that they were offered and may still take.
    public var offeredCount: Int
    /// What those weigh.
    public var offeredWeight: Int
    /// Offers that they took.
    public var acceptedOfferCount: Int
    /// Offers that they declined.
    public var declinedOfferCount: Int
    /// Offers that they let lapse.
    public var expiredOfferCount: Int
    /// Actions completed.
    public var completedCount: Int
    /// Actions failed.
    public var failedCount: Int
    /// The sum of the quality scores of completed actions.
    public var qualitySum: Int
    /// How many completed actions have one.
    public var qualityCount: Int
    /// The time that completed actions took, from start to finish.
    public var durationSum: Duration
    /// How many completed actions have one.
    public var durationCount: Int
    /// The sum of the customers' scores, 1 to 5 each.
    public var satisfactionSum: Int
    /// How many there are.
    public var satisfactionCount: Int
    /// The sum of the supervisors' scores, 1 to 5 each.
    public var supervisorRatingSum: Int
    /// How many there are.
    public var supervisorRatingCount: Int
    /// When they last started or finished an action.
    public var lastActiveAt: Timestamp?
    /// When they last got an action.
    public var lastAssignedAt: Timestamp?
  }

  /// Completed actions among those completed or failed.
  public var successRate: Ratio {
    Ratio(
      numerator: statistics.completedCount,
      denominator: statistics.completedCount + statistics.failedCount)
  }

  /// The actions at hand against the capacity.
  public var load: Ratio {
    Ratio(numerator: statistics.activeCount, denominator: maxConcurrentTasks)
  }

  /// The weight of the actions at hand, and of those offered, against the capacity.
  public var weightLoad: Ratio {
    Ratio(
      numerator: statistics.activeWeight + statistics.offeredWeight, denominator: weightCapacity)
  }

  /// Offers taken among those that were taken, declined or left to lapse.
  public var offerAcceptanceRate: Ratio {
    Ratio(
      numerator: statistics.acceptedOfferCount,
      denominator: statistics.acceptedOfferCount + statistics.declinedOfferCount
        + statistics.expiredOfferCount)
  }

  /// The mean quality of completed actions, 1 to 5, to two decimals; nil without any.
  public var averageQuality: Double? {
    Self.mean(statistics.qualitySum, statistics.qualityCount)
  }

  /// The mean score of customers, 1 to 5, to two decimals; nil without any.
  public var averageSatisfaction: Double? {
    Self.mean(statistics.satisfactionSum, statistics.satisfactionCount)
  }

  /// The mean score of supervisors, 1 to 5, to two decimals; nil without any.
  public var averageSupervisorRating: Double? {
    Self.mean(statistics.supervisorRatingSum, statistics.supervisorRatingCount)
  }

  /// The mean time from start to finish of completed actions; nil without any.
  public var averageDuration: Duration? {
    guard statistics.durationCount > 0 else { return nil }
    return .microseconds(statistics.durationSum.microseconds / Int64(statistics.durationCount))
  }

  /// Rounds half up, once and on integers.
  private static func mean(_ sum: Int, _ count: Int) -> Double? {
    guard count > 0 else { return nil }
    return Double((200 * sum + count) / (2 * count)) / 100
  }
}

/// What is known of an assistant when it is added.
public struct NewAssistant: Sendable, Hashable {
  /// What other systems call it; unique, not blank.
  public var handle: String
  /// The name.
  public var name: String
  /// The e-mail address.
  public var email: String
  /// The telephone number.
  public var phone: String?
  /// The kinds of action they can do.
  public var skills: Set<ActionKind>
  /// The zone of their working hours; UTC by default.
  public var zone: Zone
  /// When they work; Monday to Friday, 09:00 to 17:00 by default.
  public var workingHours: WorkingHours
  /// How many actions they may be busy with at once; 10 by default.
  public var maxConcurrentTasks: Int
  /// How much those actions may weigh; nil, by default, for ten for each of them.
  public var capacity: Int?
  /// Whether they work here.
  public var isActive = true
  /// Whether they take work now.
  public var isAvailable = true
  /// Fields they know well.
  public var specializations: [String] = []
  /// The languages they speak.
  public var languages: [String] = ["en"]
  /// How they want to hear of new work.
  public var communicationPreferences: JSONText?
  /// A program's own data.
  public var metadata = JSONText.emptyObject

  /// Describes an assistant; what is not named here is set on the value.
  public init(
    handle: String, name: String, email: String, phone: String? = nil,
    skills: Set<ActionKind> = [], zone: Zone = .utc, workingHours: WorkingHours = .standard,
    maxConcurrentTasks: Int = 10
  ) {
    self.handle = handle
    self.name = name
    self.email = email
    self.phone = phone
    self.skills = skills
    self.zone = zone
    self.workingHours = workingHours
    self.maxConcurrentTasks = maxConcurrentTasks
  }
}
