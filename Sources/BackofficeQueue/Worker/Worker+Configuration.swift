extension Worker {
  /// The settings of a worker; the defaults suit items of a few seconds on one machine.
  public struct Configuration: Sendable {
    /// The name of the worker, recorded with attempts and unique among the workers of a store.
    public var name: String
    /// The queues to claim from; only `default` by default.
    public var queues = ["default"]
    /// The maximum number of concurrent handlers, at most 10,000; 8 by default.
    public var concurrency = 8
    /// The number of items that are claimed ahead, at most 1,000; 0 by default.
    ///
    /// Use it for items of milliseconds. Other workers cannot claim such an item, and its run limit
    /// counts from the claim.
    public var prefetch = 0
    /// The duration of a lease, which the worker extends every third of it; 30 s by default.
    public var lease: Duration = .seconds(30)
    /// The maximum number of ends of attempts that are written together; 100 by default.
    public var acknowledgementLimit = 100
    /// How long the end of an attempt may wait to be written together with others; 5 ms by default.
    ///
    /// After a crash within that time the item runs again. The maximum is a third of the lease.
    public var acknowledgementDelay: Duration = .milliseconds(5)
    /// How long handlers may run after ``Worker/shutdown()`` before they are cancelled; 15 s by
    /// default.
    public var gracePeriod: Duration = .seconds(15)
    /// How long cancelled handlers may take to return before their items are returned to the queue;
    /// 1 s by default.
    public var cancellationGrace: Duration = .seconds(1)
    /// How long a handler that lost its lease and does not return keeps its slot; 10 s by default.
    public var unresponsiveAfter: Duration = .seconds(10)
    /// The interval at which the worker looks for items without being notified, such as after a
    /// rate limit ended; 1 s by default.
    public var pollInterval: Duration = .seconds(1)
    /// The interval at which the worker checks for commits of other processes while it has a free
    /// slot; 20 ms by default, nil for never.
    ///
    /// A check is one PRAGMA that reads shared memory, not a query.
    public var otherProcessPollInterval: Duration? = .milliseconds(20)
    /// Whether the worker also runs the upkeep of the store (``BackofficeStore/upkeep``).
    ///
    /// Several workers do not run a task twice.
    public var runsUpkeep = true
    /// Called with each event of the worker; nil by default.
    ///
    /// It is called on the thread of the worker or of a handler, and must return quickly.
    public var onEvent: (@Sendable (WorkerEvent) -> Void)?

    /// Creates the default settings for a worker with the name.
    public init(name: String = "worker") { self.name = name }

    func validate() throws(WorkerError) {
      func require(
        _ isValid: Bool, _ field: String, _ reason: String
      ) throws(WorkerError) {
        guard isValid else { throw .invalid(field: field, reason: reason) }
      }
      try require(
        (1...QueueError.longestName).contains(name.utf8.count), "name",
        "must have 1 to \(QueueError.longestName) bytes of UTF-8")
      try require(
        !queues.isEmpty
          && queues.allSatisfy { (1...QueueError.longestName).contains($0.utf8.count) }, "queues",
        "must name at least one queue, each in 1 to \(QueueError.longestName) bytes of UTF-8")
      try require((1...10_000).contains(concurrency), "concurrency", "must be 1 to 10,000")
      try require((0...1000).contains(prefetch), "prefetch", "must be 0 to 1,000")
      try require(
        (.milliseconds(30)...WorkQueue.longestLease).contains(lease), "lease",
        "must be 30 milliseconds to a year")
      try require(acknowledgementLimit >= 1, "acknowledgementLimit", "must be at least 1")
      try require(
        (.zero...lease / 3).contains(acknowledgementDelay), "acknowledgementDelay",
        "must be zero to a third of the lease")
      try require(gracePeriod >= .zero, "gracePeriod", "must not be negative")
      try require(cancellationGrace >= .zero, "cancellationGrace", "must not be negative")
      try require(unresponsiveAfter >= .zero, "unresponsiveAfter", "must not be negative")
      try require(pollInterval > .zero, "pollInterval", "must be positive")
      try require(
        otherProcessPollInterval.map { $0 >= .milliseconds(1) } ?? true,
        "otherProcessPollInterval", "must be at least a millisecond")
    }
  }
}
