package import Backoffice
import BackofficeAnalytics

/// The settings that all example programs open their stores with.
package enum StoreSettings {
  /// The packs beside the queue and the office: analytics.
  package static func standard() -> BackofficeStore.Configuration {
    var configuration = BackofficeStore.Configuration()
    configuration.packs = [AnalyticsPack()]
    // A person or a script waits longer for another writer than a server does.
    configuration.database.busyTimeout = .seconds(60)
    return configuration
  }
}
