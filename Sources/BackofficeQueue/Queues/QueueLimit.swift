/// A limit of items that run at a time, or that are claimed in a window of time.
///
/// Limits are stored in the file: they survive a restart, apply to all processes, and may be
/// changed at any time. Items beyond a limit are held and do not block the items behind them.
public struct QueueLimit: Sendable, Hashable {
  /// The items to which a limit applies.
  public enum Scope: String, TextEnum {
    /// Items with the same ``QueueItem/limitKey``, in all queues.
    ///
    /// The name `mail/*` applies to every key that starts with `mail/` and has no limit itself;
    /// each key is counted separately.
    case key
    /// Items of a kind, in all queues.
    case kind
  }

  /// A number of claims in a window that starts with the first of them.
  public struct Rate: Sendable, Hashable {
    /// The maximum number of claims.
    public var count: Int
    /// The length of the window, in seconds.
    public var seconds: Int

    /// Creates a rate.
    public init(_ count: Int, perSeconds seconds: Int) {
      self.count = count
      self.seconds = seconds
    }
  }

  /// The scope of the limit.
  public var scope: Scope
  /// The key or the kind.
  public var name: String
  /// The maximum number of running items; nil for no maximum.
  public var maxRunning: Int?
  /// The maximum rate of claims; nil for no maximum.
  public var rate: Rate?
  /// Whether its items are paused.
  public var isPaused: Bool

  /// Creates a limit.
  public init(
    _ scope: Scope, _ name: String, maxRunning: Int? = nil, rate: Rate? = nil,
    isPaused: Bool = false
  ) {
    self.scope = scope
    self.name = name
    self.maxRunning = maxRunning
    self.rate = rate
    self.isPaused = isPaused
  }

  func validate() throws(QueueError) {
    try QueueError.requireName(name, "name")
    try QueueError.require(
      maxRunning ?? 1 >= 1, "maxRunning", "must be at least 1; pause the limit instead")
    guard let rate else { return }
    try QueueError.require(rate.count >= 1, "rate.count", "must be at least 1")
    try QueueError.require(
      (1...31_536_000).contains(rate.seconds), "rate.seconds", "must be a second to a year")
    try QueueError.require(
      !(scope == .key && name.hasSuffix("/*")), "rate", "belongs to one key, not to a group")
  }
}
