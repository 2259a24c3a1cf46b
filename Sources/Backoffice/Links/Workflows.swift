/// Operations that have a name of their own in the business and touch several repositories.
///
/// Each is one transaction, or part of the caller's: it happens whole or not at all.
public struct Workflows: Sendable {
  let access: DatabaseAccess

  package init(_ access: DatabaseAccess) { self.access = access }
}

extension BackofficeStore {
  /// Operations that touch several repositories.
  public var workflows: Workflows { Workflows(access) }
}

extension WriteTransaction {
  /// Operations that touch several repositories.
  public var workflows: Workflows { Workflows(DatabaseAccess(self)) }
}
