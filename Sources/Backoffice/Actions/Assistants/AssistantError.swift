/// What the assistants refuse; nothing has changed when one is thrown.
public enum AssistantError: Error, Sendable, Hashable {
  /// There is no such assistant.
  case unknownAssistant(ID<Assistant>)
  /// Another assistant has the handle.
  case handleTaken(handle: String)
  /// A value is out of its range.
  case invalidValue(field: String, problem: String)
  /// The assistant has, or had, actions, and the record of who did them stays.
  case hasActions(ID<Assistant>)
  /// No kinds of action of these names are declared; those are.
  case unknownKinds([ActionKind], declared: [ActionKind])
}

extension AssistantError: CustomStringConvertible {
  /// What failed, what was expected, and what to do.
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
      "There is no kind of action \(kinds.list); declared are \(declared.list). Declare it with "
        + "actions.declare(_:), or give a skill of your own with assistants.addSkills(_:to:)."
    }
  }
}
