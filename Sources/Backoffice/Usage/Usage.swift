/// What customers used: idempotent events, and the records added up from them.
///
/// An event counts in its day, its calendar month and the billing period of its customer.
public struct Usage: Sendable {
  let access: DatabaseAccess

  package init(_ access: DatabaseAccess) { self.access = access }
}

extension BackofficeStore {
  /// What customers used.
  public var usage: Usage { Usage(access) }
}

extension WriteTransaction {
  /// What customers used, in this transaction.
  public var usage: Usage { Usage(DatabaseAccess(self)) }
}

extension ReadTransaction {
  /// What customers used, as this transaction sees it.
  public var usage: Usage { Usage(DatabaseAccess(self)) }
}
