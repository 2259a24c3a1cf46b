extension Worker {
  /// The settings of a worker; each default suits work of seconds on one machine.
  public struct Configuration: Sendable {
    /// Who works, for the record of attempts; workers of one store need names of their own.
    public var name: String
    /// Where to look for work: `default` alone.
    public var queues = ["default"]
    /// How many handlers run at a time: 8, at most 10,000.
    public var concurrency = 8
    /// How many further items are claimed ahead: none, at most 1,000.
    ///
    /// Good for work of milliseconds. An item that was claimed ahead is not there for other
    /// workers, and its run limit runs.
    public var prefetch = 0
    /// How long a lease holds; the worker extends it each third of that: 30 s.
    public var lease: Duration = .seconds(30)
    /// How many ends of attempts are kept to be written at once: 100.
    public var acknowledgementLimit = 100
    /// How long the end of an attempt may wait for others to be written with: 5 ms.
    ///
    /// A crash within that time runs the attempt again. At most a third of the lease.
    public var acknowledgementDelay: Duration = .milliseconds(5)
    /// How long handlers may go on after ``Worker/shutdown()`` before they are cancelled: 15 s.
    public var gracePeriod: Duration = .seconds(15)
    /// How long cancelled handlers may take to return before their items are handed back: 1 s.
    public var cancellationGrace: Duration = .seconds(1)
    /// How long a handler whose lease is gone keeps its slot although it does not return: 10 s.
    public var unresponsiveAfter: Duration = .seconds(10)
    /// How often to ask for work that was not announced, such as after a rate limit ended: 1 s.
    public var pollInterval: Duration = .seconds(1)
    /// How often to look for commits of other processes while there is a free slot: 20 ms; nil
    /// for never.
    ///
    /// A look is one PRAGMA that reads shared memory, and no query.
    public var otherProcessPollInterval: Duration? = .milliseconds(20)
    /// Whether the worker runs the upkeep of the store beside its work (``BackofficeStore/upkeep``).
    ///
    /// Several workers do not do it twice.
    public var runsUpkeep = true
    /// Called with what operators want to see; nil by default.
    ///
    /// Called on the worker's own thread or a handler's; it must be quick.
    public var onEvent: (@Sendable (WorkerEvent) -> Void)?

    /// Creates the default settings for a worker of this name.
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
        !queues.isEmpty && !queues.contains(""), "queues", "must name at least one queue")
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
