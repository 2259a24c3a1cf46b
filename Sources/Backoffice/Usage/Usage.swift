/// The usage of customers: idempotent events, and the records that add them up.
///
/// An event counts towards its day, its calendar month and the customer's billing period.
public struct Usage: Sendable {
  let access: DatabaseAccess

  package init(_ access: DatabaseAccess) { self.access = access }
}

extension RepositoryProvider where Self: ~Copyable {
  /// The usage of customers.
  public var usage: Usage { Usage(access) }
}
