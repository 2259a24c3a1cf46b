/// What people must do before work can go on: created, assigned, worked through.
///
/// Each method is one transaction, or part of the caller's. Who may do what follows from the
/// principal: the system, staff and imports may do everything; an assistant, named by id or handle
/// (``Assistant/principal``), may work on their own actions; a customer may answer for their own.
public struct Actions: Sendable {
  let access: DatabaseAccess

  package init(_ access: DatabaseAccess) { self.access = access }
}

extension RepositoryProvider where Self: ~Copyable {
  /// What people must do before work can go on.
  public var actions: Actions { Actions(access) }
}

/// The columns of an action that decide who may do what with it.
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
  /// Who may do something to an action.
  enum Permission {
    /// The team: the system, staff, imports.
    case team
    /// The team, and whoever has the action.
    case assignee
    /// The team, whoever has the action, and the customer it is for.
    case customer
  }

  private static let handleOf = SQLStatement("SELECT handle FROM assistants WHERE id = ?")

  /// Refuses whoever may not do this.
  ///
  /// For a customer, another customer's action does not exist.
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

  /// Whether `principal` names the assistant, by id or handle.
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

  func requireMove(to next: ActionStatus) throws(ActionError) {
    guard status.canMove(to: next) else { throw .illegalMove(id, from: status, to: next) }
  }
}
