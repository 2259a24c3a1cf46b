public import Backoffice

/// Figures about the whole store: snapshots of the past, measures of any period, and dashboards.
///
/// Whatever concerns statuses is computed from history, so that a past day gives the same figures
/// whenever it is asked for. Days, weeks and months are those of the store's zone.
public struct Analytics: Sendable {
  let access: DatabaseAccess

  package init(_ access: DatabaseAccess) { self.access = access }
}

extension BackofficeStore {
  /// Figures about the whole store.
  public var analytics: Analytics { Analytics(access) }
}

extension WriteTransaction {
  /// Figures about the whole store, inside this transaction.
  ///
  /// Changes of status that this transaction has made are counted after its commit.
  public var analytics: Analytics { Analytics(DatabaseAccess(self)) }
}

extension ReadTransaction {
  /// Figures about the whole store, as of this transaction.
  public var analytics: Analytics { Analytics(DatabaseAccess(self)) }
}

extension Analytics {
  /// The statements whose plans tests hold fast.
  package static var hotStatements: [SQLStatement] {
    AnalyticsFlows.hotStatements + AnalyticsFlows.storingStatements + AnalyticsMarks.hotStatements
      + snapshotStatements + FigureEngine.hotStatements + ChangedCustomers.hotStatements
      + customerDashboardStatements
      + customerSummaryStatements + directoryStatements + queueStatements + actionStatements
      + submissionStatements + metricStatements
  }
}
