/// Business operations that involve several repositories.
///
/// Each operation is atomic: it runs in one transaction, or in the caller's.
public struct Workflows: Sendable {
  let access: DatabaseAccess

  package init(_ access: DatabaseAccess) { self.access = access }
}

extension BackofficeStore {
  /// The business operations that involve several repositories.
  public var workflows: Workflows { Workflows(access) }
}

extension WriteTransaction {
  /// The business operations that involve several repositories, in this transaction.
  public var workflows: Workflows { Workflows(DatabaseAccess(self)) }
}
