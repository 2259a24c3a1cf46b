/// How long things took: exact in number and mean, and within an eighth for any percentile.
///
/// Times are counted in buckets, four to each power of two of microseconds. A percentile is the
/// middle of the bucket that holds it, which is off by no more than 12.5 % of the true value.
public struct LatencyHistogram: Sendable, Hashable {
  private var counts: [Int: Int] = [:]
  /// How many times were counted.
  public private(set) var count = 0
  private var sum: Int64 = 0

  /// Creates an empty histogram.
  public init() {}

  /// Counts a time; a negative one counts as none.
  public mutating func add(_ time: Duration) {
    add(1, bucket: Self.bucket(time.microseconds), sum: max(0, time.microseconds))
  }

  mutating func add(_ items: Int, bucket: Int, sum: Int64) {
    guard bucket >= 0 else { return }
    counts[bucket, default: 0].add(items)
    count.add(items)
    self.sum.add(sum)
  }

  /// The mean, exact to the microsecond, or nil when nothing was counted.
  public var mean: Duration? { count > 0 ? .microseconds(sum / Int64(count)) : nil }

  /// The time that a share of all does not exceed, or nil when nothing was counted.
  ///
  /// - Parameter share: from 0 to 1, such as 0.95; what lies outside counts as the nearer end.
  public func percentile(_ share: Double) -> Duration? {
    guard count > 0 else { return nil }
    let place = (Double(count) * min(max(share, 0), 1)).rounded(.up)
    let rank = max(1, Int(exactly: place) ?? .max)
    var seen = 0
    for bucket in counts.keys.sorted() {
      seen.add(counts[bucket] ?? 0)
      if seen >= rank { return .microseconds(Self.middle(of: bucket)) }
    }
    return nil
  }

  /// Half of all took no longer.
  public var median: Duration? { percentile(0.5) }
  /// 95 of 100 took no longer.
  public var p95: Duration? { percentile(0.95) }
  /// 99 of 100 took no longer.
  public var p99: Duration? { percentile(0.99) }

  /// The bucket of a time: 0 to 3 as it is, then four to each power of two.
  static func bucket(_ microseconds: Int64) -> Int {
    guard microseconds >= 4 else { return Int(max(0, microseconds)) }
    let power = 63 - microseconds.leadingZeroBitCount
    return (power - 1) * 4 + Int(microseconds >> Int64(power - 2)) & 3
  }

  static func middle(of bucket: Int) -> Int64 {
    guard bucket >= 4 else { return Int64(bucket) }
    let shift = Int64(bucket / 4 - 1)
    let width: Int64 = 1 << shift
    return Int64(4 + bucket % 4) << shift + (width - 1) / 2
  }
}
