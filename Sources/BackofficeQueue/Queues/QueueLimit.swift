/// How many items may run at a time, and how many may be claimed in a window of time.
///
/// The limit is in the file: it survives a restart, holds for all processes, and may be changed at
/// any time. Items beyond it are held, and nothing behind them waits for them.
public struct QueueLimit: Sendable, Hashable {
  /// What a limit is about.
  public enum Scope: String, TextEnum {
    /// Items with the same ``QueueItem/limitKey``, in all queues.
    ///
    /// The name `mail/*` stands for every key that begins with `mail/` and has no limit of its own,
    /// each counted for itself.
    case key
    /// Items of a kind, in all queues.
    case kind
  }

  /// A number of claims in a window that starts with the first of them.
  public struct Rate: Sendable, Hashable {
    /// How many items may be claimed.
    public var count: Int
    /// How long the window is, in seconds.
    public var seconds: Int

    /// Describes a rate.
    public init(_ count: Int, perSeconds seconds: Int) {
      self.count = count
      self.seconds = seconds
    }
  }

  /// What the limit is about.
  public var scope: Scope
  /// The key or the kind.
  public var name: String
  /// How many may run at a time; nil for no such limit.
  public var maxRunning: Int?
  /// How many may be claimed in a window of time; nil for no such limit.
  public var rate: Rate?
  /// Whether no item is handed out.
  public var isPaused: Bool

  /// Describes a limit.
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
