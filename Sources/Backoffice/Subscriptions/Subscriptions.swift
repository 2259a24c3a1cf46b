/// The subscriptions of customers: tiers, trials, billing periods and payment provider events.
///
/// Each method runs in one transaction, or in the caller's. A method that throws changes nothing.
/// A subscription is identified by its customer, who has at most one.
public struct Subscriptions: Sendable {
  let access: DatabaseAccess

  package init(_ access: DatabaseAccess) { self.access = access }
}

extension RepositoryProvider where Self: ~Copyable {
  /// The subscriptions.
  public var subscriptions: Subscriptions { Subscriptions(access) }
}

extension Subscriptions {
  static let byCustomer = Subscription.select("WHERE customer_id = ?")
  static let byProviderCustomer = Subscription.select("WHERE provider_customer_id = ?")
  static let byProviderSubscription = Subscription.select("WHERE provider_subscription_id = ?")

  /// The subscription of a customer, or nil if there is none.
  ///
  /// The id of a customer that was merged finds the subscription of the survivor, unless an ended
  /// one stayed with it.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index lookup, and two more if there is none.
  public func find(of customer: ID<Customer>) throws -> Subscription? {
    try access.readOnce { transaction in
      let own = try Subscription.fetchOne(transaction, Self.byCustomer, customer)
      guard own == nil, let survivor = try transaction.survivorID(of: customer) else { return own }
      return try Subscription.fetchOne(transaction, Self.byCustomer, survivor)
    }
  }

  /// The subscription with a customer id of the payment provider, or nil if there is none.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index lookup.
  public func find(providerCustomerID: String) throws -> Subscription? {
    try access.readOnce { transaction in
      try Subscription.fetchOne(transaction, Self.byProviderCustomer, providerCustomerID)
    }
  }

  /// The subscription with a subscription id of the payment provider, or nil if there is none.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index lookup.
  public func find(providerSubscriptionID: String) throws -> Subscription? {
    try access.readOnce { transaction in
      try Subscription.fetchOne(transaction, Self.byProviderSubscription, providerSubscriptionID)
    }
  }

  /// Changes the subscription of a live customer and returns the result.
  func change(
    of customer: ID<Customer>, reason: String?,
    _ body: (inout Subscription, borrowing WriteTransaction) throws -> Void
  ) throws -> Subscription {
    try access.write(reason: reason) { transaction in
      _ = try transaction.liveCustomer(customer)
      var subscription = try transaction.subscription(of: customer)
      try body(&subscription, transaction)
      return try transaction.subscription(of: customer)
    }
  }
}

extension Transaction where Self: ~Copyable {
  /// The subscription of a customer.
  ///
  /// - Throws: ``SubscriptionError/notFound(_:)`` if there is none.
  package func subscription(of customer: ID<Customer>) throws -> Subscription {
    guard
      let subscription = try Subscription.fetchOne(self, Subscriptions.byCustomer, customer)
    else { throw SubscriptionError.notFound(customer) }
    return subscription
  }
}
