public import Backoffice

/// Figures about the whole store: snapshots of the past, measures of any period, and dashboards.
///
/// Figures about statuses are computed from history, so that a past day gives the same figures whenever
/// they are computed. Days, weeks and months are those of the store's zone.
public struct Analytics: Sendable {
  let access: DatabaseAccess

  package init(_ access: DatabaseAccess) { self.access = access }
}

extension RepositoryProvider where Self: ~Copyable {
  /// Figures about the whole store.
  ///
  /// Changes of status that the running transaction has made are counted after its commit.
  public var analytics: Analytics { Analytics(access) }
}
