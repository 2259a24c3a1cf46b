public import Backoffice

/// Why analytics refused a question.
public enum AnalyticsError: Error, Sendable, Hashable {
  /// A bucket's last day is not over: a snapshot of it would change.
  case notOver(day: CalendarDate, today: CalendarDate)
  /// The range is longer than one call takes.
  case rangeTooLong(days: Int, limit: Int)
  /// No pipeline has that name.
  case unknownPipeline(String)
  /// A measurement without a type or a name, or with a value that is no number.
  case invalidMetric(name: String)
}

extension AnalyticsError: CustomStringConvertible {
  /// One line: what was refused, and what to do.
  public var description: String {
    switch self {
    case .notOver(let day, let today):
      "\(day) is not over, today is \(today); take snapshots up to yesterday"
    case .rangeTooLong(let days, let limit):
      "\(days) days in one call are more than \(limit); ask in portions"
    case .unknownPipeline(let name):
      "there is no pipeline \(name); define its statuses first"
    case .invalidMetric(let name):
      "the measurement '\(name)' needs a type, a name and a finite value"
    }
  }
}
