/// What customers used: idempotent events, and the records added up from them.
///
/// An event counts in its day, its calendar month and the billing period of its customer.
public struct Usage: Sendable {
  let access: DatabaseAccess

  package init(_ access: DatabaseAccess) { self.access = access }
}

extension RepositoryProvider where Self: ~Copyable {
  /// What customers used.
  public var usage: Usage { Usage(access) }
}
