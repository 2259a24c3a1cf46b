public import Backoffice

/// Lists for the screens of an office: queue, customers, actions, submissions, directories, health.
///
/// Each is read at one moment, a page at a time.
public struct Dashboards: Sendable {
  let access: DatabaseAccess

  package init(_ access: DatabaseAccess) { self.access = access }
}

extension RepositoryProvider where Self: ~Copyable {
  /// Lists for the screens of an office.
  public var dashboards: Dashboards { Dashboards(access) }
}
