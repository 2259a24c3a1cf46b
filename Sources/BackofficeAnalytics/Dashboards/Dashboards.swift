public import Backoffice

/// Lists for dashboards: queue, customers, actions, submissions, directories and health.
///
/// Each page is read in one transaction.
public struct Dashboards: Sendable {
  let access: DatabaseAccess

  package init(_ access: DatabaseAccess) { self.access = access }
}

extension RepositoryProvider where Self: ~Copyable {
  /// Lists for dashboards.
  public var dashboards: Dashboards { Dashboards(access) }
}
