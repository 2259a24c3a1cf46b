public import Backoffice

/// Why analytics refused a call.
public enum AnalyticsError: Error, Sendable, Hashable {
  /// A bucket's last day is not over: a snapshot of it would change.
  case notOver(day: CalendarDate, today: CalendarDate)
  /// The range is longer than one call accepts.
  case rangeTooLong(days: Int, limit: Int)
  /// No pipeline has that name.
  case unknownPipeline(String)
  /// A measurement has no type or no name, or its value is not finite.
  case invalidMetric(name: String)
}

extension AnalyticsError: CustomStringConvertible {
  /// One line: what was refused, and what to do.
  public var description: String {
    switch self {
    case .notOver(let day, let today):
      "\(day) is not over, today is \(today); take snapshots up to yesterday"
    case .rangeTooLong(let days, let limit):
      "\(days) days in one call exceed the limit of \(limit); split the range"
    case .unknownPipeline(let name):
      "there is no pipeline \(name); define its statuses first"
    case .invalidMetric(let name):
      "the measurement '\(name)' needs a type, a name and a finite value"
    }
  }
}
