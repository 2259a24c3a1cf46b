public import Backoffice

/// The figures of a bucket and a scope.
public struct Figures: Sendable, Hashable {
  /// Customers at the end of the bucket, without deleted ones.
  public internal(set) var total = 0
  /// Customers created in the bucket, including those deleted since.
  public internal(set) var new = 0
  /// Customers at the end of the bucket whose status changed in its last 30 days.
  ///
  /// Creation counts as a change.
  public internal(set) var active = 0
  /// Customers in a converted status at the end of the bucket.
  public internal(set) var converted = 0
  /// Customers in a lost status at the end of the bucket.
  public internal(set) var lost = 0
  /// Customers by status at the end of the bucket; statuses without customers are left out.
  public internal(set) var statusCounts: [String: Int] = [:]
  /// Customers who converted in the bucket, each once in its history.
  ///
  /// A customer converts with its first move from another status of the pipeline into a converted
  /// one, on that day and for its owner of that moment. A conversion that is undone, because the
  /// customer has left the converted statuses again, does not count in buckets that end after the
  /// undoing; a second move into a converted status lets the first conversion count again and is
  /// none of its own.
  public internal(set) var conversions = 0
  /// The sum of the times from the first history row to the conversion, in microseconds.
  public internal(set) var cycleTimeSum: Int64 = 0

  /// Converted customers divided by all customers at the end of the bucket.
  public var conversionRate: Ratio { Ratio(numerator: converted, denominator: total) }

  /// The mean time from the first history row to the conversion, for conversions in the bucket.
  public var averageCycleTime: Duration? {
    conversions > 0 ? .microseconds(cycleTimeSum / Int64(conversions)) : nil
  }

  /// ``averageCycleTime`` in days of 24 hours, rounded half up to two decimals.
  public var averageCycleDays: Double? {
    guard conversions > 0 else { return nil }
    let hundredthOfDay = Int128(conversions) * 864_000_000
    return Double((2 * Int128(cycleTimeSum) + hundredthOfDay) / (2 * hundredthOfDay)) / 100
  }

  /// Creates figures of zero.
  public init() {}
}
