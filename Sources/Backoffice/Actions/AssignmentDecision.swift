/// Why an assistant did not come into question for an action.
public enum AssignmentExclusion: String, TextEnum {
  /// Lacks the skill of the action's kind, or another one that it asks for.
  case lacksSkill = "lacks_skill"
  /// No longer works here.
  case inactive
  /// Is away.
  case unavailable
  /// It is not their working time, on their own clocks.
  case outsideWorkingHours = "outside_working_hours"
  /// Has as much to do, or was offered as much, as they may have beside it.
  case atCapacity = "at_capacity"
  /// Is kept away from this action.
  case excluded
  /// Did not take it when it was offered to them in this round.
  case askedBefore = "asked_before"
  /// A pack of the store is against it; ``AssignmentDecision/Candidate/objections`` says why.
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

/// Who was asked to do an action, who else came into question, and why the others did not.
public struct AssignmentDecision: Sendable, Hashable {
  /// The action.
  public var actionID: ID<PendingAction>
  /// Who got it; nil when nobody could, or when it was taken away.
  public var chosen: ID<Assistant>?
  /// Everybody who was looked at: eligible ones first, the best at the top.
  ///
  /// The store keeps the first ``storedCandidates`` of them.
  public var candidates: [Candidate]
  /// When it was decided.
  public var decidedAt: Timestamp
  /// Who decided.
  public var decidedBy: Principal
  /// Whether the store chose.
  public var isAutomatic: Bool
  /// Why, in the words of whoever decided.
  public var reason: String?

  /// How many candidates the store keeps of a decision: 50.
  public static let storedCandidates = 50

  /// An assistant in the light of one action.
  public struct Candidate: Sendable, Hashable {
    /// The assistant.
    public var assistantID: ID<Assistant>
    /// How many actions they are busy with or were offered.
    public var load: Int
    /// How many they may have.
    public var capacity: Int
    /// What those actions weigh.
    public var weight: Int
    /// What they may weigh.
    public var weightCapacity: Int
    /// When they last got something to do; nil for never.
    public var lastAssignedAt: Timestamp?
    /// Why they do not come into question; empty when they do.
    public var exclusions: [AssignmentExclusion]
    /// What packs add to their claim to the action, in percentage points of the capacity.
    public var advisedScore = 0
    /// Why packs are against it, in their words.
    public var objections: [String] = []

    /// Whether they come into question.
    public var isEligible: Bool { exclusions.isEmpty }

    /// The share of their capacity in use, by number or by weight, whichever is more: the lower,
    /// the better.
    ///
    /// ``advisedScore`` is not part of it.
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

  /// Reads a candidate; one that was kept before actions had weights counts ten for each.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    assistantID = try values.decode(ID<Assistant>.self, forKey: .assistantID)
    load = try values.decode(Int.self, forKey: .load)
    capacity = try values.decode(Int.self, forKey: .capacity)
    weight =
      try values.decodeIfPresent(Int.self, forKey: .weight) ?? load * PendingAction.standardWeight
    weightCapacity =
      try values.decodeIfPresent(Int.self, forKey: .weightCapacity)
      ?? capacity * PendingAction.standardWeight
    lastAssignedAt = try values.decodeIfPresent(Timestamp.self, forKey: .lastAssignedAt)
    exclusions = try values.decode([AssignmentExclusion].self, forKey: .exclusions)
    advisedScore = try values.decodeIfPresent(Int.self, forKey: .advisedScore) ?? 0
    objections = try values.decodeIfPresent([String].self, forKey: .objections) ?? []
  }
}

extension AssignmentDecision {
  /// The candidates as the store keeps them.
  ///
  /// Written by hand: a decision is part of every assignment, and holds nothing to be escaped but the
  /// words of packs.
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
