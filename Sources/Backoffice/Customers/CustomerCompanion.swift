/// A value that is created together with a new customer in the same transaction, such as a
/// subscription or the data that a pack keeps for each customer.
///
/// ```swift
/// var new = NewCustomer(fullName: "Ada Lovelace", email: "ada@example.com")
/// new.companions[WelcomeVisit.self] = WelcomeVisit(days: 7)
/// ```
public protocol CustomerCompanion: Sendable, Hashable {
  /// Creates the companion of a customer.
  ///
  /// - Throws: any error; the customer is then not created, and an import rejects the row.
  func create(for customer: ID<Customer>, _ transaction: borrowing WriteTransaction) throws
}

/// The companions of a new customer, at most one of each type, in the order in which they were set.
public struct CustomerCompanions: Sendable {
  private var all: [any CustomerCompanion] = []

  /// Creates an empty list.
  public init() {}

  /// The companion of a type, or nil if there is none.
  public subscript<Companion: CustomerCompanion>(type: Companion.Type) -> Companion? {
    get { all.lazy.compactMap { $0 as? Companion }.first }
    set {
      all.removeAll { $0 is Companion }
      if let newValue { all.append(newValue) }
    }
  }

  func create(for customer: ID<Customer>, _ transaction: borrowing WriteTransaction) throws {
    for companion in all { try companion.create(for: customer, transaction) }
  }
}

extension CustomerCompanions: Hashable {
  /// Whether both lists have equal companions in the same order.
  public static func == (left: CustomerCompanions, right: CustomerCompanions) -> Bool {
    left.all.map { AnyHashable($0) } == right.all.map { AnyHashable($0) }
  }

  /// Hashes the companions.
  public func hash(into hasher: inout Hasher) {
    for companion in all { hasher.combine(AnyHashable(companion)) }
  }
}
