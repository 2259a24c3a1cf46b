package import Backoffice
import BackofficeAnalytics

/// The settings that all example programs open their stores with.
package enum StoreSettings {
  /// The core's tables and rules, and those of analytics.
  package static func standard() -> BackofficeStore.Configuration {
    var configuration = BackofficeStore.Configuration()
    configuration.extensions = [AnalyticsExtension()]
    configuration.unknownPacks = .allow
    return configuration
  }
}
