/// The actions that people must perform before work can continue.
///
/// Each method runs in one transaction, or in the caller's. The principal determines permissions:
/// the system, staff and imports may do everything; an assistant, identified by id or handle
/// (``Assistant/principal``), may work on their own actions; a customer may respond to their own
/// actions.
public struct Actions: Sendable {
  let access: DatabaseAccess

  package init(_ access: DatabaseAccess) { self.access = access }
}

extension RepositoryProvider where Self: ~Copyable {
  /// The actions that people must perform before work can continue.
  public var actions: Actions { Actions(access) }
}

/// The columns of an action that determine permissions.
struct ActionGate: TableRow {
  static let tableName = PendingAction.tableName

  let id: ID<PendingAction>
  let status: ActionStatus
  let kind: ActionKind
  let assistant: ID<Assistant>?
  let customer: ID<Customer>?
  let startedAt: Timestamp?
  let retryCount: Int
  let maxRetries: Int
  let requiresVerification: Bool
  let isVerified: Bool
  let weight: Int
  let isOverCapacity: Bool

  private static let byID = select("WHERE id = ?")

  static func require(
    _ id: ID<PendingAction>, _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> ActionGate {
    guard let gate = try fetchOne(transaction, byID, id) else {
      throw ActionError.unknownAction(id)
    }
    return gate
  }
}

extension ActionGate {
  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      id: column("id"), status: column("status"), kind: column("kind"),
      assistant: column("assistant_id"), customer: column("customer_id"),
      startedAt: column("started_at"), retryCount: column("retry_count"),
      maxRetries: column("max_retries"), requiresVerification: column("requires_verification"),
      isVerified: column("verified_by_supervisor"), weight: column("weight"),
      isOverCapacity: column("over_capacity"))
  }
}

extension ActionGate {
  /// The permission that an operation requires.
  enum Permission {
    /// The team: the system, staff and imports.
    case team
    /// The team and the action's assignee.
    case assignee
    /// The team, the action's assignee and its customer.
    case customer
  }

  private static let handleOf = SQLStatement("SELECT handle FROM assistants WHERE id = ?")

  /// Throws if the principal lacks the permission.
  ///
  /// To a customer, another customer's action appears not to exist.
  func authorise(
    _ permission: Permission, to operation: String,
    _ transaction: borrowing some Transaction & ~Copyable
  ) throws {
    let principal = transaction.principal
    switch principal.kind {
    case .system, .staff, .importer: return
    case .assistant:
      guard permission != .team, let assistant else { break }
      if try Self.isPrincipal(principal, assistant, transaction) { return }
    case .customer:
      guard let customer, principal.id == customer.description else {
        throw ActionError.unknownAction(id)
      }
      if permission == .customer { return }
    default: break
    }
    throw ActionError.notPermitted(id, principal: principal, operation: operation)
  }

  /// Whether `principal` identifies the assistant by id or handle.
  static func isPrincipal(
    _ principal: Principal, _ assistant: ID<Assistant>,
    _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> Bool {
    guard principal.kind == .assistant, let name = principal.id else { return false }
    if name == assistant.description { return true }
    return try transaction.fetchOne(handleOf, assistant) { row in
      try row.value(at: 0, as: String.self)
    } == name
  }

  /// Throws unless the action may move to `next`.
  ///
  /// A suspended action only resumes, returns to the list or is cancelled.
  func requireMove(to next: ActionStatus) throws(ActionError) {
    if status == .suspended, next != .pending, next != .cancelled, status.canMove(to: next) {
      throw .suspended(id)
    }
    guard status.canMove(to: next) else { throw .illegalMove(id, from: status, to: next) }
  }
}
