/// Why the history refused a row or a question.
public enum HistoryError: Error, Sendable, Hashable {
  /// The entity's status at that moment is not the one that the caller expected.
  case statusMismatch(
    kind: EntityKind, entity: ID<AnyEntity>, expected: ExpectedStatus, found: String?)
  /// The entity has that status already, so there is no move to record.
  case unchanged(kind: EntityKind, entity: ID<AnyEntity>, status: String)
  /// A kind of entity without a name.
  case emptyKind
  /// A status without a name.
  case emptyStatus(entity: ID<AnyEntity>)
  /// Details that are no JSON object.
  case detailsNotAnObject(entity: ID<AnyEntity>)
  /// More rows in one call than the store takes.
  case tooManyEntries(count: Int, limit: Int)
  /// An audit row without the name of an action.
  case emptyAction
}

extension HistoryError: CustomStringConvertible {
  /// One line: what failed, for which entity, and what to do.
  public var description: String {
    switch self {
    case .statusMismatch(let kind, let entity, let expected, let found):
      let wanted =
        switch expected {
        case .any: "any status"
        case .none: "no history"
        case .status(let status): "status \(status)"
        }
      let actual = found.map { "status \($0)" } ?? "no history"
      return "\(kind.rawValue) \(entity) was expected to have \(wanted) but has \(actual); "
        + "read it again and decide anew"
    case .unchanged(let kind, let entity, let status):
      return "\(kind.rawValue) \(entity) has status \(status) already; "
        + "a log with repeated states goes in by append"
    case .emptyKind:
      return "a kind of entity needs a name"
    case .emptyStatus(let entity):
      return "the status of \(entity) needs a name"
    case .detailsNotAnObject(let entity):
      return "the details of \(entity) must be a JSON object"
    case .tooManyEntries(let count, let limit):
      return "\(count) history rows in one call are more than \(limit); append them in portions"
    case .emptyAction:
      return "an audit row needs the name of an action"
    }
  }
}
