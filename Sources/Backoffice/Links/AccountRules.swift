/// In an office, an account of the queue whose value is an id is a customer.
///
/// Accounts with a name are not restricted and belong to no customer.
enum AccountRules {
  static let triggers = [items, batches, schedules]

  private static let items = refusing("queue_items", on: Row<QueueItem>.self)
  private static let batches = refusing("batches", on: Row<Batch>.self)
  private static let schedules = refusing("queue_schedules", on: Row<QueueSchedule>.self)

  /// Rejects an account whose id is not that of a customer, or of one that was merged.
  private static func refusing<R: AccountRow>(_ table: String, on type: R.Type) -> Trigger {
    .after(
      "\(table).customer", .insertOrUpdate(of: "account").where(.holds("account")), on: R.self
    ) { change, transaction in
      guard let entity = change.new?.account?.entity else { return }
      let customer = ID<Customer>(retyping: entity)
      let found: ID<Customer>?? = try transaction.fetchOne(
        Customers.mergedInto, customer
      ) { row in try row.value(at: 0) }
      guard let found else { throw CustomerError.notFound(customer) }
      if let survivor = found { throw CustomerError.merged(customer, into: survivor) }
    }
  }

  private struct Row<Entity: TableRow>: AccountRow {
    static var tableName: String { Entity.tableName }
    let account: Account?

    init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
      account = try column("account")
    }
  }
}

private protocol AccountRow: TableRow {
  var account: Account? { get }
}

/// Checks that the customer of every account exists.
struct AccountsCheck: ConsistencyCheck {
  let name = "queue.accounts"

  private static let orphans = SQLStatement(
    ["queue_items", "batches", "queue_schedules"].map { table in
      """
      SELECT '\(table)', t.id, t.account FROM \(table) t
      WHERE typeof(t.account) = 'blob'
        AND NOT EXISTS (SELECT 1 FROM customers c WHERE c.id = t.account)
      """
    }.joined(separator: " UNION ALL ") + " LIMIT ?")

  func findings(in transaction: borrowing ReadTransaction, limit: Int) throws -> [Finding] {
    try transaction.fetchAll(Self.orphans, limit) { row in
      let table: String = try row.value(at: 0)
      let id: ID<AnyEntity> = try row.value(at: 1)
      let account: Account = try row.value(at: 2)
      return Finding(
        check: name, entity: "\(table) \(id)",
        problem: "its account \(account) is no customer")
    }
  }
}

// Customer and directory names for the queue's accounts and subjects.

extension Account {
  /// The account of a customer, or nil for nil.
  init?(customer: ID<Customer>?) {
    guard let customer else { return nil }
    self.init(customer)
  }

  /// The customer, or nil for an account with a name.
  var customer: ID<Customer>? { entity.map { ID(retyping: $0) } }
}

extension NewQueueItem {
  /// The customer that the work is for; nil for the batch's customer.
  public var customerID: ID<Customer>? {
    get { account?.customer }
    set { account = Account(customer: newValue) }
  }

  /// The directory that the work is about.
  public var directoryID: ID<Directory>? {
    get { subject.flatMap { $0.kind == .directory ? ID(retyping: $0.id) : nil } }
    set { subject = newValue.map { EntityReference(.directory, $0) } }
  }

  /// The cost in credits, which are reserved now and spent when the work completes.
  public var credits: Int {
    get { cost }
    set { cost = newValue }
  }
}

extension QueueItem {
  /// The customer that the work is for; nil without an account or for an account with a name.
  public var customerID: ID<Customer>? { account?.customer }

  /// The directory that the work is about.
  public var directoryID: ID<Directory>? {
    subject.flatMap { $0.kind == .directory ? ID(retyping: $0.id) : nil }
  }

  /// The cost in credits.
  public var credits: Int { cost }
}

extension NewBatch {
  /// Creates a batch of a customer; nil for none.
  public init(name: String, customerID: ID<Customer>?) {
    self.init(name: name, account: Account(customer: customerID))
  }

  /// The default customer of the batch's items.
  public var customerID: ID<Customer>? {
    get { account?.customer }
    set { account = Account(customer: newValue) }
  }
}

extension Batch {
  /// The default customer of the batch's items.
  public var customerID: ID<Customer>? { account?.customer }
}

extension NewQueueSchedule {
  /// The customer that the work is for.
  public var customerID: ID<Customer>? {
    get { account?.customer }
    set { account = Account(customer: newValue) }
  }
}

extension QueueSchedule {
  /// The customer that the work is for.
  public var customerID: ID<Customer>? { account?.customer }
}
