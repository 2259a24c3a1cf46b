/// The reason why an assistant is not eligible for an action.
public enum AssignmentExclusion: String, TextEnum {
  /// The assistant lacks a required skill.
  case lacksSkill = "lacks_skill"
  /// The assistant is not active.
  case inactive
  /// The assistant is not available.
  case unavailable
  /// It is outside the assistant's working hours.
  case outsideWorkingHours = "outside_working_hours"
  /// The assistant's actions and offers leave no capacity for it.
  case atCapacity = "at_capacity"
  /// The assistant is excluded from the action.
  case excluded
  /// The assistant did not accept the action when it was offered in this round.
  case askedBefore = "asked_before"
  /// A pack objects; ``AssignmentDecision/Candidate/objections`` has its reason.
  case advisedAgainst = "advised_against"

  /// The reason in words.
  public var explanation: String {
    switch self {
    case .lacksSkill: "lacks the skill"
    case .inactive: "is not active"
    case .unavailable: "is not available"
    case .outsideWorkingHours: "is outside working hours"
    case .atCapacity: "is at capacity"
    case .excluded: "is excluded from this action"
    case .askedBefore: "did not take it when asked in this round"
    case .advisedAgainst: "is advised against by a pack"
    }
  }
}

/// A decision about the assignment of an action, with all candidates and the reasons of exclusion.
public struct AssignmentDecision: Sendable, Hashable {
  /// The action.
  public var actionID: ID<PendingAction>
  /// The chosen assistant; nil if none was eligible or the action was taken away.
  public var chosen: ID<Assistant>?
  /// All candidates: eligible ones first, best first.
  ///
  /// The store keeps the first ``storedCandidates`` of them.
  public var candidates: [Candidate]
  /// When the decision was made.
  public var decidedAt: Timestamp
  /// The principal who decided.
  public var decidedBy: Principal
  /// Whether the store chose the assistant.
  public var isAutomatic: Bool
  /// The reason given by the principal.
  public var reason: String?

  /// The number of candidates that the store keeps per decision.
  public static let storedCandidates = 50

  /// An assistant evaluated for one action.
  public struct Candidate: Sendable, Hashable {
    /// The assistant.
    public var assistantID: ID<Assistant>
    /// The number of current actions and open offers.
    public var load: Int
    /// The maximum number of actions.
    public var capacity: Int
    /// The total weight of those actions and offers.
    public var weight: Int
    /// The maximum total weight.
    public var weightCapacity: Int
    /// When the assistant was last assigned an action; nil for never.
    public var lastAssignedAt: Timestamp?
    /// The reasons for exclusion; empty for an eligible assistant.
    public var exclusions: [AssignmentExclusion]
    /// The score added by packs, in percentage points of the capacity.
    public var advisedScore = 0
    /// The objections of packs, in words.
    public var objections: [String] = []

    /// Whether the assistant is eligible.
    public var isEligible: Bool { exclusions.isEmpty }

    /// The fraction of the capacity in use, by number or by weight, whichever is greater.
    ///
    /// Lower is better. ``advisedScore`` is not included.
    public var score: Ratio {
      let isHeavy =
        weight.multipliedFullWidth(by: capacity) > load.multipliedFullWidth(by: weightCapacity)
      return isHeavy
        ? Ratio(numerator: weight, denominator: weightCapacity)
        : Ratio(numerator: load, denominator: capacity)
    }
  }
}

extension AssignmentDecision.Candidate: Codable {
  enum CodingKeys: String, CodingKey {
    case assistantID = "assistant"
    case load
    case capacity
    case weight
    case weightCapacity = "weight_capacity"
    case lastAssignedAt = "last_assigned_at"
    case exclusions
    case advisedScore = "advised_score"
    case objections
  }

  /// Decodes a candidate.
  ///
  /// One stored before weights existed has a weight of ten per action.
  ///
  /// - Throws: `DecodingError` if the data have another format.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    assistantID = try values.decode(ID<Assistant>.self, forKey: .assistantID)
    load = try values.decode(Int.self, forKey: .load)
    capacity = try values.decode(Int.self, forKey: .capacity)
    weight =
      try values.decodeIfPresent(Int.self, forKey: .weight)
      ?? load.multiplied(by: PendingAction.standardWeight)
    weightCapacity =
      try values.decodeIfPresent(Int.self, forKey: .weightCapacity)
      ?? capacity.multiplied(by: PendingAction.standardWeight)
    lastAssignedAt = try values.decodeIfPresent(Timestamp.self, forKey: .lastAssignedAt)
    exclusions = try values.decode([AssignmentExclusion].self, forKey: .exclusions)
    advisedScore = try values.decodeIfPresent(Int.self, forKey: .advisedScore) ?? 0
    objections = try values.decodeIfPresent([String].self, forKey: .objections) ?? []
  }
}

extension AssignmentDecision {
  /// The stored form of the candidates.
  ///
  /// Formatted by hand because every assignment stores a decision, and only the texts of packs need
  /// escaping.
  var candidatesText: String {
    var text = "["
    for candidate in candidates.prefix(Self.storedCandidates) {
      if text.utf8.count > 1 { text += "," }
      text += "{\"assistant\":\"\(candidate.assistantID)\",\"load\":\(candidate.load)"
      text += ",\"capacity\":\(candidate.capacity)"
      text += ",\"weight\":\(candidate.weight)"
      text += ",\"weight_capacity\":\(candidate.weightCapacity)"
      if let last = candidate.lastAssignedAt { text += ",\"last_assigned_at\":\"\(last)\"" }
      text += ",\"exclusions\":["
      text += candidate.exclusions.map { "\"\($0.rawValue)\"" }.joined(separator: ",")
      text += "]"
      if candidate.advisedScore != 0 { text += ",\"advised_score\":\(candidate.advisedScore)" }
      if !candidate.objections.isEmpty, let words = try? JSONText(encoding: candidate.objections) {
        text += ",\"objections\":\(words.text)"
      }
      text += "}"
    }
    return text + "]"
  }
}
