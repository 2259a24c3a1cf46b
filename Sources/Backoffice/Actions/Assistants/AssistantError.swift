/// An error that ``Assistants`` throws.
///
/// A method that throws it has changed nothing.
public enum AssistantError: Error, Sendable, Hashable {
  /// The assistant does not exist.
  case unknownAssistant(ID<Assistant>)
  /// Another assistant has the handle.
  case handleTaken(handle: String)
  /// A value is out of range.
  case invalidValue(field: String, problem: String)
  /// The assistant has or had actions, whose records are kept.
  case hasActions(ID<Assistant>)
  /// The kinds of action are not declared.
  ///
  /// The error lists the declared kinds.
  case unknownKinds([ActionKind], declared: [ActionKind])
}

extension AssistantError: CustomStringConvertible {
  /// A one-line message that says what failed, what was expected, and how to resolve it.
  public var description: String {
    switch self {
    case .unknownAssistant(let id):
      "There is no assistant \(id); find one with assistants.find(handle:)."
    case .handleTaken(let handle):
      "The handle '\(handle)' belongs to another assistant; choose a handle that is free."
    case .invalidValue(let field, let problem):
      "The assistant's \(field) \(problem); nothing was written."
    case .hasActions(let id):
      "Assistant \(id) has worked on actions and cannot be deleted; deactivate it with "
        + "assistants.setActive(_:for:) instead."
    case .unknownKinds(let kinds, let declared):
      "There is no kind of action \(kinds.list); declared kinds: \(declared.list). Declare it "
        + "with actions.declare(_:), or add another skill with assistants.addSkills(_:to:)."
    }
  }
}
