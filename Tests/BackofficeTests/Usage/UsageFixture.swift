import Backoffice
import Testing

/// A store with a settable clock, and rows of other rooms written in plain SQL.
struct UsageFixture {
  let clock: ManualClock
  let store: BackofficeStore

  init(
    _ location: Database.Location = .memory, zone: Zone = .utc,
    at start: String = "2026-03-10T12:00:00Z"
  ) throws {
    let clock = ManualClock(try #require(Timestamp(start)))
    var configuration = BackofficeStore.Configuration()
    configuration.database.clock = clock.clock
    configuration.database.random = .seeded(7)
    configuration.database.zone = zone
    self.clock = clock
    store = try BackofficeStore(location, configuration: configuration)
  }

  func time(_ text: String) throws -> Timestamp { try #require(Timestamp(text)) }

  func month(_ text: String) throws -> CalendarMonth { try #require(CalendarMonth(text)) }

  func customer() throws -> ID<Customer> {
    try store.write { transaction in
      let id = transaction.makeID(Customer.self)
      try transaction.execute(
        sql: """
          INSERT INTO customers (id, full_name, email, email_key, created_at, updated_at)
          VALUES (?1, 'Ada', ?2, ?2, ?3, ?3)
          """, id, "\(id)@example.com", transaction.now)
      return id
    }
  }

  /// A customer with a billing period, by default from now on for 30 days, and credits in it.
  func subscriber(
    credits: Int = 0, anchor: String? = nil, from start: String? = nil, to end: String? = nil
  ) throws -> ID<Customer> {
    let id = try customer()
    try subscribe(id, anchor: anchor, from: start, to: end)
    if credits > 0 {
      try store.write { _ = try $0.postCredits(.grant, customer: id, credits: credits) }
    }
    return id
  }

  func subscribe(
    _ customer: ID<Customer>, anchor: String? = nil, from start: String? = nil,
    to end: String? = nil
  ) throws {
    let start = try start.map(time) ?? clock.now
    let end = try end.map(time) ?? start + .seconds(30 * 86_400)
    _ = try store.write { transaction in
      let anchor = try anchor.map(time) ?? start
      // A custom limit of 0: the subscription grants nothing.
      try transaction.execute(
        sql: """
          INSERT OR IGNORE INTO credit_balances (customer_id, has_custom_limit, is_entitled, tier,
            billing_anchor_at, period_start_at, period_end_at, created_at, updated_at)
          VALUES (?1, 1, 1, 'basic', ?2, ?3, ?4, ?5, ?5)
          """, customer, anchor, start, end, transaction.now)
      return try transaction.execute(
        sql: """
          INSERT INTO subscriptions (id, customer_id, status, billing_anchor_at, period_start_at,
            period_end_at, created_at, updated_at)
          VALUES (?1, ?2, 'active', ?3, ?4, ?5, ?6, ?6)
          """, transaction.makeID(Subscription.self), customer, anchor, start, end,
        transaction.now)
    }
  }

  @discardableResult
  func item(
    for customer: ID<Customer>?, credits: Int = 1, status: String = "pending"
  ) throws -> ID<QueueItem> {
    try store.write { transaction in
      try Self.insertItem(transaction, customer, credits: credits, status: status)
    }
  }

  @discardableResult
  static func insertItem(
    _ transaction: borrowing WriteTransaction, _ customer: ID<Customer>?, credits: Int,
    status: String = "pending", id given: ID<QueueItem>? = nil
  ) throws -> ID<QueueItem> {
    let id = given ?? transaction.makeID()
    let isFinished = ["completed", "failed", "cancelled"].contains(status)
    try transaction.execute(
      sql: """
        INSERT INTO queue_items (id, queue, kind, status, priority, due_at, account, cost,
          finished_at, created_at, updated_at, payload)
        VALUES (?1, 'default', 'submit', ?2, 3, ?3, ?4, ?5, ?6, ?3, ?3, '{}')
        """, id, status, transaction.now, customer, credits,
      isFinished ? transaction.now : nil)
    return id
  }

  /// Moves an item as another program would; a waiting item runs before it completes.
  func move(_ item: ID<QueueItem>, to status: String) throws {
    let isRunning = try store.queue.find(item)?.status == .running
    try store.write { transaction in
      if status == "completed", !isRunning { try Self.move(transaction, item, to: "running") }
      try Self.move(transaction, item, to: status)
    }
  }

  static func move(
    _ transaction: borrowing WriteTransaction, _ item: ID<QueueItem>, to status: String
  ) throws {
    let isFinished = ["completed", "failed", "cancelled"].contains(status)
    let lease = status == "running" ? item.bytes : nil
    try transaction.execute(
      sql: """
        UPDATE queue_items SET status = ?2, finished_at = ?3, lease_token = ?4,
          lease_expires_at = ?5, worker = coalesce(worker, 'w'), claimed_at = ?6, updated_at = ?6
        WHERE id = ?1
        """, item, status, isFinished ? transaction.now : nil, lease,
      lease == nil ? nil : transaction.now + .seconds(30), transaction.now)
  }

  func creditState(_ item: ID<QueueItem>) throws -> CreditHold.State? {
    try store.credits.hold(forItem: item)?.state
  }

  func count(_ table: String) throws -> Int {
    try store.read { transaction in
      try transaction.fetchOne(sql: "SELECT count(*) FROM \(table)") { try $0.value(at: 0) } ?? -1
    }
  }

  /// Granted, reserved, spent.
  func balance(_ customer: ID<Customer>) throws -> [Int] {
    let balance = try store.credits.balance(of: customer)
    return [balance.granted, balance.reserved, balance.spent]
  }

  func run(_ sql: String) throws {
    try store.write { transaction in _ = try transaction.execute(sql: sql) }
  }
}
