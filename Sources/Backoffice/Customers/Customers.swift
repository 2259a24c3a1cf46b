/// The customers of the store.
///
/// Each method is one transaction, or part of the caller's. What it refuses changes nothing.
public struct Customers: Sendable {
  let access: DatabaseAccess

  package init(_ access: DatabaseAccess) { self.access = access }
}

extension RepositoryProvider where Self: ~Copyable {
  /// The customers.
  public var customers: Customers { Customers(access) }
}
