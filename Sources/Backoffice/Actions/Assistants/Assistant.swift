/// A person or program that works on pending actions.
///
/// A row of `assistants`; the skills are in a separate table.
public struct Assistant: Sendable, Hashable {
  /// The assistant's id.
  public var id: ID<Assistant>
  /// The unique name in other systems.
  public var handle: String
  /// The name.
  public var name: String
  /// The e-mail address.
  public var email: String
  /// The phone number.
  public var phone: String?
  /// Whether the assistant is active.
  public var isActive: Bool
  /// Whether the assistant currently accepts work.
  public var isAvailable: Bool
  /// The time zone of the working hours.
  public var zone: Zone
  /// The working hours.
  public var workingHours: WorkingHours
  /// An array of specializations.
  public var specializations: JSONText
  /// An array of the languages spoken.
  public var languages: JSONText
  /// The maximum number of current actions.
  public var maxConcurrentTasks: Int
  /// The maximum total weight of current actions, 1 to 1,000,000,000; nil for ten per action of
  /// ``maxConcurrentTasks``.
  public var capacity: Int?
  /// The statistics that the store maintains.
  public var statistics: Statistics
  /// The preferences for notifications about new work.
  public var communicationPreferences: JSONText
  /// Further data of the program.
  public var metadata: JSONText
  /// When the assistant was added.
  public var createdAt: Timestamp
  /// When the row last changed.
  public var updatedAt: Timestamp

  /// The principal of the assistant: `store.acting(as: assistant.principal)`.
  public var principal: Principal { Principal(kind: .assistant, id: id.description) }

  /// The maximum total weight of current actions.
  public var weightCapacity: Int {
    capacity ?? PendingAction.standardWeight.multiplied(by: min(maxConcurrentTasks, 100_000_000))
  }
}

extension Assistant {
  /// The statistics of an assistant's work.
  ///
  /// They are updated just before each commit. A transaction therefore sees the values from before
  /// it.
  public struct Statistics: Sendable, Hashable {
    /// The number of actions assigned or in progress.
    public var activeCount: Int
    /// The total weight of those actions.
    public var activeWeight: Int
    /// The number of open offers.
    public var offeredCount: Int
    /// The total weight of open offers.
    public var offeredWeight: Int
    /// The number of accepted offers.
    public var acceptedOfferCount: Int
    /// The number of declined offers.
    public var declinedOfferCount: Int
    /// The number of expired offers.
    public var expiredOfferCount: Int
    /// The number of completed actions.
    public var completedCount: Int
    /// The number of failed actions.
    public var failedCount: Int
    /// The sum of the quality scores of completed actions.
    public var qualitySum: Int
    /// The number of completed actions with a quality score.
    public var qualityCount: Int
    /// The total duration of completed actions, from start to finish.
    public var durationSum: Duration
    /// The number of completed actions with a duration.
    public var durationCount: Int
    /// The sum of the customers' scores, each 1 to 5.
    public var satisfactionSum: Int
    /// The number of the customers' scores.
    public var satisfactionCount: Int
    /// The sum of the supervisors' scores, each 1 to 5.
    public var supervisorRatingSum: Int
    /// The number of the supervisors' scores.
    public var supervisorRatingCount: Int
    /// When the assistant last started or finished an action.
    public var lastActiveAt: Timestamp?
    /// When the assistant was last assigned an action.
    public var lastAssignedAt: Timestamp?
  }

  /// The fraction of finished actions that were completed.
  public var successRate: Ratio {
    Ratio(
      numerator: statistics.completedCount,
      denominator: statistics.completedCount.adding(statistics.failedCount))
  }

  /// The number of current actions relative to the maximum.
  public var load: Ratio {
    Ratio(numerator: statistics.activeCount, denominator: maxConcurrentTasks)
  }

  /// The weight of current actions and open offers relative to the capacity.
  public var weightLoad: Ratio {
    Ratio(
      numerator: statistics.activeWeight.adding(statistics.offeredWeight),
      denominator: weightCapacity)
  }

  /// The fraction of accepted offers among those accepted, declined or expired.
  public var offerAcceptanceRate: Ratio {
    Ratio(
      numerator: statistics.acceptedOfferCount,
      denominator: statistics.acceptedOfferCount.adding(statistics.declinedOfferCount)
        .adding(statistics.expiredOfferCount))
  }

  /// The mean quality score of completed actions, 1 to 5, to two decimals; nil if there is none.
  public var averageQuality: Double? {
    Self.mean(statistics.qualitySum, statistics.qualityCount)
  }

  /// The mean score of customers, 1 to 5, to two decimals; nil if there is none.
  public var averageSatisfaction: Double? {
    Self.mean(statistics.satisfactionSum, statistics.satisfactionCount)
  }

  /// The mean score of supervisors, 1 to 5, to two decimals; nil if there is none.
  public var averageSupervisorRating: Double? {
    Self.mean(statistics.supervisorRatingSum, statistics.supervisorRatingCount)
  }

  /// The mean duration of completed actions from start to finish; nil if there is none.
  public var averageDuration: Duration? {
    guard statistics.durationCount > 0 else { return nil }
    return .microseconds(statistics.durationSum.microseconds / Int64(statistics.durationCount))
  }

  /// Rounds half up, once and with integers.
  private static func mean(_ sum: Int, _ count: Int) -> Double? {
    guard count > 0 else { return nil }
    let wide = (200 * Int128(sum) + Int128(count)) / (2 * Int128(count))
    return Double(wide) / 100
  }
}

/// An assistant to add.
public struct NewAssistant: Sendable, Hashable {
  /// The unique name in other systems, which must not be blank.
  public var handle: String
  /// The name.
  public var name: String
  /// The e-mail address.
  public var email: String
  /// The phone number.
  public var phone: String?
  /// The kinds of action that the assistant can perform.
  public var skills: Set<ActionKind>
  /// The time zone of the working hours; UTC by default.
  public var zone: Zone
  /// The working hours; Monday to Friday, 09:00 to 17:00 by default.
  public var workingHours: WorkingHours
  /// The maximum number of current actions; 10 by default.
  public var maxConcurrentTasks: Int
  /// The maximum total weight of current actions; nil for ten per action.
  public var capacity: Int?
  /// Whether the assistant is active.
  public var isActive = true
  /// Whether the assistant currently accepts work.
  public var isAvailable = true
  /// The specializations.
  public var specializations: [String] = []
  /// The languages spoken.
  public var languages: [String] = ["en"]
  /// The preferences for notifications about new work.
  public var communicationPreferences: JSONText?
  /// Further data of the program.
  public var metadata = JSONText.emptyObject

  /// Creates an assistant; set further properties on the value.
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
