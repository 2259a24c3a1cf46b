/// How the delay between attempts grows.
public struct BackOff: Sendable, Hashable {
  /// The shape of the growth.
  public enum Growth: String, TextEnum {
    /// The same delay each time.
    case constant
    /// The delay times the number of the retry.
    case linear
    /// The delay, times the factor for each further retry.
    case exponential
  }

  /// The shape of the growth; exponential by default.
  public var growth: Growth
  /// The factor of the growth in percent, from 100 to 1,000; 200 by default.
  public var factorPercent: Int
  /// The maximum delay in seconds, without the random part; six hours by default.
  public var capSeconds: Int
  /// The maximum random part that is added, in percent of the delay, from 0 to 100; 10 by default.
  public var jitterPercent: Int

  /// Creates a back-off.
  public init(
    _ growth: Growth = .exponential, factorPercent: Int = 200, capSeconds: Int = 21_600,
    jitterPercent: Int = 10
  ) {
    self.growth = growth
    self.factorPercent = factorPercent
    self.capSeconds = capSeconds
    self.jitterPercent = jitterPercent
  }

  /// The delay before a retry: never negative, and never more than the cap and its random part.
  ///
  /// The delay is `min(cap, base × growth)` plus up to ``jitterPercent`` of it, and without that part
  /// never longer than ten years.
  ///
  /// - Parameters:
  ///   - baseSeconds: the delay before the first retry.
  ///   - retries: the number of retries so far.
  ///   - chance: 0 to 1, the share of the jitter that is added.
  public func delay(baseSeconds: Int, retries: Int, chance: Double) -> Duration {
    let longest = QueueError.horizon.microseconds
    let cap = min(longest, max(0, Duration.seconds(capSeconds).microseconds))
    let base = min(longest, max(0, Duration.seconds(baseSeconds).microseconds))
    let retries = min(max(0, retries), 1 << 40)
    var delay = min(base, cap)
    switch growth {
    case .constant: break
    case .linear:
      let (product, overflow) = base.multipliedReportingOverflow(by: Int64(retries) + 1)
      delay = overflow ? cap : min(cap, product)
    case .exponential where delay > 0 && factorPercent > 100:
      var left = min(retries, 10_000)
      while left > 0, delay < cap {
        let (product, overflow) = delay.multipliedReportingOverflow(by: Int64(factorPercent))
        delay = overflow ? cap : min(cap, product / 100)
        left -= 1
      }
    case .exponential: break
    }
    let share = Double(jitterPercent) / 100 * min(max(0, chance), 1)
    return .microseconds(delay + Int64(Double(delay) * share))
  }

  func validate() throws(QueueError) {
    try QueueError.require(
      (100...1000).contains(factorPercent), "backOff.factorPercent", "must be 100 to 1,000")
    try QueueError.requireSeconds(capSeconds, from: 0, "backOff.capSeconds")
    try QueueError.require(
      (0...100).contains(jitterPercent), "backOff.jitterPercent", "must be 0 to 100")
  }
}
