/// The customers of the store.
///
/// Each method runs in one transaction, or in the caller's. A method that throws changes nothing.
public struct Customers: Sendable {
  let access: DatabaseAccess

  package init(_ access: DatabaseAccess) { self.access = access }
}

extension RepositoryProvider where Self: ~Copyable {
  /// The customers.
  public var customers: Customers { Customers(access) }
}
