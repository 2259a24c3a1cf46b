/// Something that an assistant can do: a kind of action, or a word of a program's own such as a
/// language.
public struct Skill: OpenWord {
  /// The word in the file; not empty.
  public let rawValue: String

  /// Names a skill of a program's own.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// The skill of doing actions of a kind.
  public init(_ kind: ActionKind) { rawValue = kind.rawValue }
}

/// A skill that an action asks for, and whether it may go without.
///
/// An action always asks for its kind. Name the kind here too to let that be given up.
public struct RequiredSkill: Sendable, Hashable {
  /// The skill.
  public var skill: Skill
  /// After how long without anybody who is there and has all that the action asks for it is no
  /// longer asked for; nil for never.
  ///
  /// More than zero, 366 days at most.
  public var relaxesAfter: Duration?
  /// Since when nobody who is there has all that the action asks for; nil when nobody looked, or
  /// somebody has.
  public internal(set) var unmetSince: Timestamp?
  /// When it was given up; nil while it is asked for.
  public internal(set) var relaxedAt: Timestamp?

  /// A skill that is asked for.
  public init(_ skill: Skill, relaxesAfter: Duration? = nil) {
    self.skill = skill
    self.relaxesAfter = relaxesAfter
  }
}

extension RequiredSkill {
  func validate() throws(ActionError) {
    guard !skill.rawValue.isBlank else { throw .invalidValue(field: "skill", problem: "is blank") }
    guard let relaxesAfter else { return }
    guard relaxesAfter.microseconds > 0, relaxesAfter <= .hours(366 * 24) else {
      throw .invalidValue(
        field: "relaxesAfter", problem: "is \(relaxesAfter), not more than 0 and 366 days at most")
    }
  }

  /// Reads the four columns of a skill that an action or a kind of actions asks for.
  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    skill = try column("skill")
    relaxesAfter = try column("relaxes_after_microseconds")
    unmetSince = try column("unmet_since")
    relaxedAt = try column("relaxed_at")
  }

  /// When it may be given up, if nobody is found until then.
  var relaxesAt: Timestamp? {
    guard relaxedAt == nil, let unmetSince, let relaxesAfter else { return nil }
    return unmetSince + relaxesAfter
  }
}

/// A skill that an action went without from a moment on.
public struct RelaxedSkill: Sendable, Hashable {
  /// The action.
  public var actionID: ID<PendingAction>
  /// The skill that it no longer asks for.
  public var skill: Skill
}
