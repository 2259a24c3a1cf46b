/// The customers of the store.
///
/// Each method is one transaction, or part of the caller's. What it refuses changes nothing.
public struct Customers: Sendable {
  let access: DatabaseAccess

  package init(_ access: DatabaseAccess) { self.access = access }
}

extension BackofficeStore {
  /// The customers.
  public var customers: Customers { Customers(access) }
}

extension WriteTransaction {
  /// The customers, inside this transaction.
  public var customers: Customers { Customers(DatabaseAccess(self)) }
}

extension ReadTransaction {
  /// The customers, inside this transaction.
  public var customers: Customers { Customers(DatabaseAccess(self)) }
}
