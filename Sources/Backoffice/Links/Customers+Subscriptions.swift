/// The initial subscription of a new customer.
public struct FirstSubscription: CustomerCompanion {
  /// The tier.
  public var tier: SubscriptionTier
  /// The length of the trial in days; with 0 the subscription starts active.
  public var trialDays: Int

  /// Creates an initial subscription.
  public init(tier: SubscriptionTier, trialDays: Int = Subscription.standardTrialDays) {
    self.tier = tier
    self.trialDays = trialDays
  }

  /// Opens the subscription and grants its first credits.
  ///
  /// - Throws: ``SubscriptionError`` with `invalidTrialLength`, `unknownTier`, `retiredTier`.
  public func create(
    for customer: ID<Customer>, _ transaction: borrowing WriteTransaction
  ) throws {
    try transaction.openSubscription(for: customer, tier: tier, trialDays: trialDays)
  }
}

extension NewCustomer {
  /// Creates the data of a new customer.
  ///
  /// - Parameters:
  ///   - fullName: the person's name.
  ///   - email: the e-mail address; required without a phone number.
  ///   - phone: the phone number; required without an e-mail address.
  ///   - companyName: the company's name.
  ///   - tier: the tier of an initial subscription, which starts on trial; nil, the default, for no
  ///     subscription.
  public init(
    fullName: String, email: String? = nil, phone: String? = nil, companyName: String? = nil,
    tier: SubscriptionTier? = nil
  ) {
    self.init(alone: fullName, email: email, phone: phone, companyName: companyName)
    self.tier = tier
  }

  /// The tier of the initial subscription, which starts on trial; nil for no subscription.
  public var tier: SubscriptionTier? {
    get { companions[FirstSubscription.self]?.tier }
    set {
      companions[FirstSubscription.self] = newValue.map { tier in
        FirstSubscription(tier: tier, trialDays: trialDays)
      }
    }
  }

  /// The length of the trial in days, 14 by default; with 0 the subscription starts active.
  ///
  /// Without a tier, the value is 14 and cannot be set.
  public var trialDays: Int {
    get { companions[FirstSubscription.self]?.trialDays ?? Subscription.standardTrialDays }
    set { companions[FirstSubscription.self]?.trialDays = newValue }
  }
}

extension Customers {
  static let byProviderCustomer = SQLStatement(
    """
    SELECT \(Customer.selection(of: "customers")) FROM subscriptions
    JOIN customers ON customers.id = subscriptions.customer_id
    WHERE subscriptions.provider_customer_id = ?
    """)
  static let ofTier = SQLStatement(
    """
    SELECT \(Customer.selection(of: "customers")), subscriptions.pk FROM subscriptions
    CROSS JOIN customers ON customers.id = subscriptions.customer_id
    WHERE subscriptions.tier = ? AND subscriptions.status = ? AND subscriptions.pk > ?
      AND customers.deleted_at IS NULL
    ORDER BY subscriptions.pk LIMIT ?
    """)

  /// The customer with an id at the payment provider, deleted or not, or nil if there is none.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: two index lookups.
  public func find(providerCustomerID: String) throws -> Customer? {
    try access.readOnce { transaction in
      try transaction.survivor(
        of: Customer.fetchOne(transaction, Self.byProviderCustomer, providerCustomerID))
    }
  }

  /// The live customers with a subscription of a tier, ordered by its status and age.
  ///
  /// - Parameters:
  ///   - tier: the tier.
  ///   - cursor: the `next` cursor of the previous page; nil for the first page.
  ///   - limit: the maximum number of rows in the page; 100 by default, at most 1,000.
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: proportional to the size of the page plus the deleted customers within it.
  public func list(
    tier: SubscriptionTier, after cursor: PageCursor? = nil, limit: Int = PageLimit.standard
  ) throws -> Page<Customer> {
    let limit = PageLimit.clamped(limit)
    return try access.read { transaction in
      var rows: [(element: Customer, cursor: PageCursor)] = []
      var key = cursor?.key ?? 0
      for (position, status) in SubscriptionStatus.allCases.enumerated()
      where position >= cursor.map({ Int($0.value) }) ?? 0 && rows.count <= limit {
        rows += try transaction.fetchAll(
          Self.ofTier, tier, status, key, limit + 1 - rows.count
        ) { row in
          let key: Int64 = try row.value(at: row.count - 1)
          return try (Customer(row), PageCursor(value: Int64(position), key: key))
        }
        key = 0
      }
      return .made(from: rows, limit: limit)
    }
  }
}

/// The effect of an anonymisation on the customer's subscription.
enum CustomerSubscriptions {
  /// Ends the subscription of an anonymised customer and removes the provider's ids.
  static let anonymised = Trigger.after(
    "customers.anonymised_subscription",
    .update(of: "anonymised_at").where(.holds("anonymised_at")), on: Row.self
  ) { change, transaction in
    guard let old = change.old, let new = change.new, old.anonymisedAt == nil,
      new.anonymisedAt != nil
    else { return }
    try transaction.anonymiseSubscription(of: new.id)
  }

  /// Cancels the subscription of a customer who is deleted, so that it neither renews nor spends.
  static let deleted = Trigger.after(
    "customers.deleted_subscription",
    .update(of: "deleted_at").where(.holds("deleted_at")), on: Row.self
  ) { change, transaction in
    guard let old = change.old, let new = change.new, old.deletedAt == nil, new.deletedAt != nil
    else { return }
    try transaction.cancelSubscription(ofDeleted: new.id)
  }

  struct Row: TableRow {
    static let tableName = Customer.tableName
    let id: ID<Customer>
    let anonymisedAt: Timestamp?
    let deletedAt: Timestamp?

    init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
      id = try column("id")
      anonymisedAt = try column("anonymised_at")
      deletedAt = try column("deleted_at")
    }
  }
}
