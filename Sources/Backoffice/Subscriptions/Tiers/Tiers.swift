/// The catalogue of tiers: what customers can subscribe to and what each tier provides.
///
/// The catalogue is stored in the database and shared by all processes. A version of a tier never
/// changes. A subscription keeps its version until a later version's ``TierRollout`` replaces it.
public struct Tiers: Sendable {
  let access: DatabaseAccess

  package init(_ access: DatabaseAccess) { self.access = access }
}

extension RepositoryProvider where Self: ~Copyable {
  /// The catalogue of tiers.
  public var tiers: Tiers { Tiers(access) }
}

extension Tiers {
  private static let newest =
    "FROM tiers t JOIN tier_versions v ON v.tier = t.name AND v.version = t.version"
  static let all = SQLStatement("SELECT \(Tier.columns) \(newest) ORDER BY t.rank, t.pk")
  static let byName = SQLStatement("SELECT \(Tier.columns) \(newest) WHERE t.name = ?")
  static let versionsOf = SQLStatement(
    """
    SELECT \(Tier.columns) FROM tiers t JOIN tier_versions v ON v.tier = t.name
    WHERE t.name = ? ORDER BY v.version
    """)
  static let ofCustomer = SQLStatement(
    """
    SELECT \(Tier.columns) FROM subscriptions s JOIN tiers t ON t.name = s.tier
    JOIN tier_versions v ON v.tier = s.tier AND v.version = s.tier_version
    WHERE s.customer_id = ?
    """)

  /// The newest version of each tier, ordered by rank.
  ///
  /// - Parameter includingRetired: whether to include retired tiers.
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: proportional to the size of the catalogue.
  public func list(includingRetired: Bool = false) throws -> [Tier] {
    try access.readOnce { transaction in
      try transaction.fetchAll(Self.all) { row in try Tier(row) }
        .filter { includingRetired || $0.retiredAt == nil }
    }
  }

  /// The newest version of a tier, or nil if the tier is not declared.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: two index lookups.
  public func find(_ name: SubscriptionTier) throws -> Tier? {
    try access.readOnce { transaction in
      try transaction.fetchOne(Self.byName, name) { row in try Tier(row) }
    }
  }

  /// All versions of a tier, oldest first; empty if the tier is not declared.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: proportional to the number of versions.
  public func versions(of name: SubscriptionTier) throws -> [Tier] {
    try access.readOnce { transaction in
      try transaction.fetchAll(Self.versionsOf, name) { row in try Tier(row) }
    }
  }

  /// The version of the tier that a customer is subscribed to, or nil without a subscription.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: three index lookups.
  public func find(of customer: ID<Customer>) throws -> Tier? {
    try access.readOnce { transaction in
      let own = try transaction.fetchOne(Self.ofCustomer, customer) { row in try Tier(row) }
      guard own == nil, let survivor = try transaction.survivorID(of: customer) else { return own }
      return try transaction.fetchOne(Self.ofCustomer, survivor) { row in try Tier(row) }
    }
  }

  /// The next upgrade: the offered tier with the lowest rank above that of a tier; nil if there is
  /// none.
  ///
  /// - Throws: ``SubscriptionError/unknownTier(_:declared:)``.
  /// - Complexity: proportional to the size of the catalogue.
  public func next(above name: SubscriptionTier) throws -> Tier? {
    try access.readOnce { transaction in
      let tiers = try transaction.fetchAll(Self.all) { row in try Tier(row) }
      guard let tier = tiers.first(where: { $0.name == name }) else {
        throw SubscriptionError.unknownTier(name, declared: tiers.offered)
      }
      return tiers.first { $0.rank > tier.rank && $0.retiredAt == nil }
    }
  }
}

extension [Tier] {
  /// The names of the tiers that are not retired.
  var offered: [SubscriptionTier] { filter { $0.retiredAt == nil }.map(\.name) }
}
