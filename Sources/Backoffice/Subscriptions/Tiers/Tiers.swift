/// The catalogue of tiers: what customers can subscribe to, and what each tier gives.
///
/// The catalogue is part of the file and holds for all processes. A version of a tier never changes: a
/// subscription keeps the version that it agreed on until its ``TierRollout`` says otherwise.
public struct Tiers: Sendable {
  let access: DatabaseAccess

  package init(_ access: DatabaseAccess) { self.access = access }
}

extension BackofficeStore {
  /// The catalogue of tiers.
  public var tiers: Tiers { Tiers(access) }
}

extension WriteTransaction {
  /// The catalogue of tiers, inside this transaction.
  public var tiers: Tiers { Tiers(DatabaseAccess(self)) }
}

extension ReadTransaction {
  /// The catalogue of tiers, inside this transaction.
  public var tiers: Tiers { Tiers(DatabaseAccess(self)) }
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

  /// The newest version of each tier, by rank.
  ///
  /// - Parameter includingRetired: whether tiers that are no longer offered are among them.
  /// - Complexity: grows with the catalogue.
  public func list(includingRetired: Bool = false) throws -> [Tier] {
    try access.readOnce { transaction in
      try transaction.fetchAll(Self.all) { row in try Tier(row) }
        .filter { includingRetired || $0.retiredAt == nil }
    }
  }

  /// The newest version of a tier, or nil when it is not declared.
  ///
  /// - Complexity: two look-ups.
  public func find(_ name: SubscriptionTier) throws -> Tier? {
    try access.readOnce { transaction in
      try transaction.fetchOne(Self.byName, name) { row in try Tier(row) }
    }
  }

  /// All versions of a tier, the first one first; empty when it is not declared.
  ///
  /// - Complexity: grows with the versions.
  public func versions(of name: SubscriptionTier) throws -> [Tier] {
    try access.readOnce { transaction in
      try transaction.fetchAll(Self.versionsOf, name) { row in try Tier(row) }
    }
  }

  /// The tier of a customer's subscription in the version that was agreed on, or nil without a subscription.
  ///
  /// - Complexity: three look-ups.
  public func find(of customer: ID<Customer>) throws -> Tier? {
    try access.readOnce { transaction in
      try transaction.fetchOne(Self.ofCustomer, customer) { row in try Tier(row) }
    }
  }

  /// The next upgrade: the offered tier with the lowest rank above that of a tier; nil for the highest.
  ///
  /// - Throws: ``SubscriptionError/unknownTier(_:declared:)``.
  /// - Complexity: grows with the catalogue.
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
  /// The names of those that a subscription may take.
  var offered: [SubscriptionTier] { filter { $0.retiredAt == nil }.map(\.name) }
}
