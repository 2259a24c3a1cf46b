/// An error that ``History`` and ``AuditLog`` throw.
public enum HistoryError: Error, Sendable, Hashable {
  /// The entity's status at that moment is not the expected one.
  case statusMismatch(
    kind: EntityKind, entity: ID<AnyEntity>, expected: ExpectedStatus, found: String?)
  /// The entity already has the status, so there is no change to record.
  case unchanged(kind: EntityKind, entity: ID<AnyEntity>, status: String)
  /// The repositories record the history of this kind.
  case recordedByStore(kind: EntityKind, entity: ID<AnyEntity>)
  /// The time of the row lies in the future.
  case inFuture(entity: ID<AnyEntity>, at: Timestamp, now: Timestamp)
  /// The kind of the entity is empty.
  case emptyKind
  /// The status is empty.
  case emptyStatus(entity: ID<AnyEntity>)
  /// The details are not a JSON object.
  case detailsNotAnObject(entity: ID<AnyEntity>)
  /// The call contains more rows than the limit.
  case tooManyEntries(count: Int, limit: Int)
  /// The action of an audit row is empty.
  case emptyAction
}

extension HistoryError: CustomStringConvertible {
  /// A one-line message that says what failed, for which entity, and how to resolve it.
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
        + "read it again before you retry"
    case .unchanged(let kind, let entity, let status):
      return "\(kind.rawValue) \(entity) has status \(status) already; "
        + "import a log with repeated statuses with append"
    case .recordedByStore(let kind, let entity):
      return
        "the history of \(kind.rawValue) \(entity) is recorded with its status; change the status "
        + "with its repository, or add past rows with history.append"
    case .inFuture(let entity, let at, let now):
      return "the row of \(entity) is dated \(at), and it is \(now); record what has happened, and "
        + "check the unit of the time"
    case .emptyKind:
      return "a kind of entity needs a name"
    case .emptyStatus(let entity):
      return "the status of \(entity) needs a name"
    case .detailsNotAnObject(let entity):
      return "the details of \(entity) must be a JSON object"
    case .tooManyEntries(let count, let limit):
      return "\(count) history rows in one call exceed the limit of \(limit); use several calls"
    case .emptyAction:
      return "an audit row needs the name of an action"
    }
  }
}
