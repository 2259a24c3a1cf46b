/// Plans of changes that need approval before they are carried out.
///
/// A plan is decided once, as a whole or item by item, by another principal than its author and
/// before it expires. Then its approved items are carried out one by one.
public struct Plans: Sendable {
  let access: DatabaseAccess

  package init(_ access: DatabaseAccess) { self.access = access }

  /// How long after its application a change can be rolled back: 90 days.
  public static let rollbackWindow: Duration = .days(90)

  /// The maximum number of items in a plan.
  public static let itemLimit = 10_000
}

extension RepositoryProvider where Self: ~Copyable {
  /// The plans of changes that need approval.
  public var plans: Plans { Plans(access) }
}

extension Plans {
  static let itemsOf = PlanItem.select("WHERE plan_id = ? ORDER BY position")
  static let byStatus = SQLStatement(
    """
    SELECT \(Plan.selection), created_at, pk FROM plans
    WHERE status = ? AND (created_at, pk) > (?, ?) ORDER BY created_at, pk LIMIT ?
    """)
  static let byCustomer = SQLStatement(
    """
    SELECT \(Plan.selection), 0, pk FROM plans
    WHERE customer_id = ? AND status = ? AND pk > ? ORDER BY pk LIMIT ?
    """)

  /// Creates a pending plan with its items in one transaction.
  ///
  /// - Throws: ``PlanError/invalidValue(field:problem:)``,
  ///   ``PlanError/unknownReference(customer:batch:)``.
  @discardableResult
  public func create(_ new: NewPlan) throws -> Plan {
    try Self.validate(new)
    return try write(new)
  }

  static func validate(_ new: NewPlan) throws(PlanError) {
    guard !new.title.isBlank else {
      throw PlanError.invalidValue(field: "title", problem: "is blank")
    }
    guard (1...Self.itemLimit).contains(new.items.count) else {
      throw PlanError.invalidValue(
        field: "items", problem: "are \(new.items.count), not 1 to \(Self.itemLimit)")
    }
    guard !new.items.contains(where: \.title.isBlank) else {
      throw PlanError.invalidValue(field: "items", problem: "have one with a blank title")
    }
    try PlanError.require(new.title, "title", most: TextBounds.line)
    try PlanError.require(new.description, "description")
    try PlanError.require(new.estimatedImpact, "estimatedImpact")
    try PlanError.require(new.metadata, "metadata")
    for item in new.items {
      try PlanError.require(item.title, "title of an item", most: TextBounds.line)
      try PlanError.require(item.description, "description of an item")
      try PlanError.require(item.change, "change")
      try PlanError.require(item.beforeState, "beforeState")
      try PlanError.require(item.afterState, "afterState")
      try PlanError.require(item.inverse, "inverse")
    }
  }

  private func write(_ new: NewPlan) throws -> Plan {
    try access.write { transaction in
      let now = transaction.now
      if let expiry = new.expiresAt, expiry <= now {
        throw PlanError.invalidValue(field: "expiresAt", problem: "is not in the future")
      }
      let plan = Plan(
        id: transaction.makeID(), customerID: new.customerID, batchID: new.batchID,
        title: new.title, description: new.description, status: .pending,
        estimatedImpact: new.estimatedImpact, author: new.author ?? transaction.principal,
        expiresAt: new.expiresAt, metadata: new.metadata, createdAt: now, updatedAt: now)
      do {
        try transaction.insert(plan)
      } catch {
        guard let failure = error as? SQLiteError, .constraintForeignKey ~= failure.code else {
          throw error
        }
        throw PlanError.unknownReference(customer: new.customerID, batch: new.batchID)
      }
      for (position, item) in new.items.enumerated() {
        try transaction.insert(
          PlanItem(
            id: transaction.makeID(), planID: plan.id, position: position, title: item.title,
            description: item.description, change: item.change, beforeState: item.beforeState,
            afterState: item.afterState, inverse: item.inverse, status: .pending, createdAt: now,
            updatedAt: now))
      }
      return plan
    }
  }

  /// The plan with an id, or nil if there is none.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  public func find(_ id: ID<Plan>) throws -> Plan? {
    try access.readOnce { try Plan.find(id, in: $0) }
  }

  /// The items of a plan in order; empty if the plan does not exist.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  public func items(of id: ID<Plan>) throws -> [PlanItem] {
    try access.readOnce { try PlanItem.fetchAll($0, Self.itemsOf, id) }
  }

  /// The plans with a status, oldest first.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  public func list(
    _ status: PlanStatus, after cursor: PageCursor? = nil, limit: Int = PageLimit.standard
  ) throws -> Page<Plan> {
    try page(
      Self.byStatus, limit: limit, status,
      cursor?.value ?? Timestamp.distantPast.microseconds, cursor?.key ?? 0)
  }

  /// A customer's plans with a status, oldest first.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  public func list(
    _ status: PlanStatus, for customer: ID<Customer>, after cursor: PageCursor? = nil,
    limit: Int = PageLimit.standard
  ) throws -> Page<Plan> {
    try page(Self.byCustomer, limit: limit, customer, status, cursor?.key ?? 0)
  }

  private func page<each Value: Bindable>(
    _ statement: SQLStatement, limit: Int, _ values: repeat each Value
  ) throws -> Page<Plan> {
    try access.readOnce { transaction in
      try transaction.keyedPage(statement, limit: limit, repeat each values)
    }
  }

  static func require(
    _ id: ID<Plan>, _ transaction: borrowing WriteTransaction
  ) throws -> Plan {
    guard let plan = try Plan.find(id, in: transaction) else {
      throw PlanError.unknownPlan(id)
    }
    return plan
  }
}
