/// A skill of an assistant: a kind of action, or a word of the program's own such as a language.
public struct Skill: OpenWord {
  /// The value stored in the database, which is not empty.
  public let rawValue: String

  /// Creates a skill that is not a kind of action.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// Creates the skill of performing actions of a kind.
  public init(_ kind: ActionKind) { rawValue = kind.rawValue }
}

/// A skill that an action requires, and whether the requirement may be relaxed.
///
/// An action always requires its kind. List the kind as well to let it be relaxed.
public struct RequiredSkill: Sendable, Hashable {
  /// The skill.
  public var skill: Skill
  /// The time without a present assistant who meets all requirements after which the skill is no
  /// longer required; nil for never.
  ///
  /// It must be more than zero and at most 366 days.
  public var relaxesAfter: Duration?
  /// Since when no present assistant meets all requirements; nil if this has not been checked or an
  /// assistant does.
  public internal(set) var unmetSince: Timestamp?
  /// When the skill was relaxed; nil while it is required.
  public internal(set) var relaxedAt: Timestamp?

  /// Creates a required skill.
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

  /// Reads the four columns of a required skill of an action or a kind.
  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    skill = try column("skill")
    relaxesAfter = try column("relaxes_after_microseconds")
    unmetSince = try column("unmet_since")
    relaxedAt = try column("relaxed_at")
  }

  /// When the skill may be relaxed if no assistant has been found by then.
  var relaxesAt: Timestamp? {
    guard relaxedAt == nil, let unmetSince, let relaxesAfter else { return nil }
    return unmetSince + relaxesAfter
  }
}

/// A relaxed skill of an action.
public struct RelaxedSkill: Sendable, Hashable {
  /// The action.
  public var actionID: ID<PendingAction>
  /// The skill that is no longer required.
  public var skill: Skill
}
