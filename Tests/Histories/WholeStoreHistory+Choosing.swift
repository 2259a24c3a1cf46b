import Backoffice
import BackofficeTesting

extension WholeStoreHistory {
  func below(_ bound: Int) -> Int { random.next(below: bound) }

  var now: Timestamp { test.clock.now }

  /// Any of the elements, or ``Idle`` when there is none.
  func any<Element>(_ elements: [Element]) throws -> Element {
    guard !elements.isEmpty else { throw Idle() }
    return elements[below(elements.count)]
  }

  /// Mostly one of the latest elements, which are still open.
  func recent<Element>(_ elements: [Element], _ window: Int = 25) throws -> Element {
    guard !elements.isEmpty else { throw Idle() }
    let window = below(8) == 0 ? elements.count : min(window, elements.count)
    return elements[elements.count - 1 - below(window)]
  }

  private func any<Entity>(
    _ table: String, _ condition: String, _ transaction: borrowing WriteTransaction
  ) throws -> ID<Entity> {
    return try any(
      try transaction.fetchAll(
        sql: """
          /* chosen by the test */
          SELECT id FROM \(table) WHERE \(condition) ORDER BY pk DESC LIMIT 25
          """
      ) { row in try row.value(at: 0) })
  }

  /// Mostly a row that fits the condition, so that most operations succeed; sometimes any.
  private func fitting<Entity>(
    _ table: String, _ condition: String, _ all: [ID<Entity>],
    _ transaction: borrowing WriteTransaction
  ) throws -> ID<Entity> {
    guard below(7) > 0 else { return try recent(all) }
    return try any(table, condition, transaction)
  }

  func item(
    _ condition: String, _ transaction: borrowing WriteTransaction
  ) throws -> ID<QueueItem> {
    try fitting("queue_items", condition, world.items, transaction)
  }

  func batch(_ condition: String, _ transaction: borrowing WriteTransaction) throws -> ID<Batch> {
    try fitting("batches", condition, world.batches, transaction)
  }

  func action(
    _ condition: String, _ transaction: borrowing WriteTransaction
  ) throws -> ID<PendingAction> {
    try fitting("pending_actions", condition, world.actions, transaction)
  }

  func submission(
    _ condition: String, _ transaction: borrowing WriteTransaction
  ) throws -> ID<Submission> {
    try fitting("submissions", condition, world.submissions, transaction)
  }

  func plan(_ condition: String, _ transaction: borrowing WriteTransaction) throws -> ID<Plan> {
    try fitting("plans", condition, world.plans, transaction)
  }

  func customer(
    _ condition: String, _ transaction: borrowing WriteTransaction
  ) throws -> ID<Customer> {
    try fitting("customers", condition, world.customers, transaction)
  }

  /// The customer of a subscription, mostly of one that fits.
  func subscriber(
    _ condition: String, _ transaction: borrowing WriteTransaction
  ) throws -> ID<Customer> {
    try customer(
      "id IN (SELECT customer_id FROM subscriptions WHERE \(condition))", transaction)
  }

  /// Mostly an open offer; sometimes any.
  func offer(_ transaction: borrowing WriteTransaction) throws -> ID<ActionOffer> {
    let condition = below(7) > 0 ? "status = 'open'" : "1"
    return try any("action_offers", condition, transaction)
  }

  /// A skill of a program's own, which few assistants have.
  func skill() -> Skill { ["german", "french", "legal"][below(3)] }

  /// One skill that is asked for, mostly for some time only.
  func requiredSkills() -> [RequiredSkill] {
    [
      RequiredSkill(
        skill(), relaxesAfter: below(4) == 0 ? nil : .seconds(600 + below(20_000)))
    ]
  }

  /// A customer for new work: a late one, that has credits left.
  func customer() throws -> ID<Customer> { try recent(world.customers, 40) }

  /// Mostly a lease that is held; sometimes one that is lost.
  func lease(_ transaction: borrowing WriteTransaction) throws -> Lease {
    guard below(7) > 0 else { return try recent(world.leases) }
    let held = Set(
      try transaction.fetchAll(
        sql: "/* chosen by the test */ SELECT lease_token FROM queue_items WHERE status = 'running'"
      ) { row in try row.value(at: 0, as: ID<Lease>.self) })
    return try any(world.leases.suffix(200).filter { held.contains($0.token) })
  }
}
