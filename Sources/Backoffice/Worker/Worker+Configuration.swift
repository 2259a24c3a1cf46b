public import BackofficeStorage

extension Worker {
  /// The settings of a worker; each default suits work of seconds on one machine.
  public struct Configuration: Sendable {
    /// Who works, for the record of attempts; workers of one store have names of their own.
    public var name: String
    /// The machine, for the record of attempts.
    public var node: String?
    /// Where to look for work: `default` alone.
    public var queues = ["default"]
    /// How many handlers run at a time: 8, at most 10,000.
    public var concurrency = 8
    /// How many further items are claimed ahead: none, at most 1,000.
    ///
    /// Good for work of milliseconds. An item that was claimed ahead is not there for other
    /// workers, and its run limit runs.
    public var prefetch = 0
    /// How long the store waits for a sign of life; the worker gives one each third of it: 30 s.
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
    /// How often to ask for work that nothing announced, such as a rate limit that ended: 1 s.
    public var pollInterval: Duration = .seconds(1)
    /// How often to look for commits of other processes while there is a free slot: 20 ms; nil
    /// for never.
    ///
    /// A look is one PRAGMA that reads shared memory, and no query.
    public var lookAbroadEvery: Duration? = .milliseconds(20)
    /// What to do for the whole store beside the work: rescue, deadlines and schedules.
    ///
    /// Several workers do not do it twice. An empty list leaves it to others.
    public var upkeep = Upkeep.standard
    /// How often: 5 s; schedules run when they are due.
    public var upkeepInterval: Duration = .seconds(5)
    /// Who hears of what operators want to see; nobody by default.
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
      try require(!name.isEmpty, "name", "it is empty")
      try require(!queues.isEmpty && !queues.contains(""), "queues", "one has no name, or none is")
      try require((1...10_000).contains(concurrency), "concurrency", "it lies in 1 to 10,000")
      try require((0...1000).contains(prefetch), "prefetch", "it lies in 0 to 1,000")
      try require(lease >= .milliseconds(30), "lease", "it is shorter than 30 ms")
      try require(acknowledgementLimit >= 1, "acknowledgementLimit", "it is less than one")
      try require(
        (.zero...lease / 3).contains(acknowledgementDelay), "acknowledgementDelay",
        "it lies in zero to a third of the lease")
      try require(gracePeriod >= .zero, "gracePeriod", "it is negative")
      try require(cancellationGrace >= .zero, "cancellationGrace", "it is negative")
      try require(unresponsiveAfter >= .zero, "unresponsiveAfter", "it is negative")
      try require(pollInterval > .zero, "pollInterval", "it is not longer than nothing")
      try require(
        lookAbroadEvery.map { $0 >= .milliseconds(1) } ?? true, "lookAbroadEvery",
        "it is shorter than a millisecond")
      try require(upkeepInterval > .zero, "upkeepInterval", "it is not longer than nothing")
    }
  }

  /// Something that has to be done for the whole store now and then.
  public struct Upkeep: Sendable {
    /// What it is called, for history and events.
    public let name: String
    /// Does a part of it in one transaction, and answers whether more is left.
    public let perform: @Sendable (borrowing WriteTransaction) throws -> Bool

    /// Describes it.
    public init(
      _ name: String, perform: @escaping @Sendable (borrowing WriteTransaction) throws -> Bool
    ) {
      self.name = name
      self.perform = perform
    }

    /// Takes items back whose worker gives no sign of life.
    public static let rescue = Upkeep("rescue") { transaction in
      try transaction.queue.rescueExpired(limit: 100).count == 100
    }

    /// Gives items up whose deadline has passed.
    public static let deadlines = Upkeep("deadlines") { transaction in
      try transaction.queue.expireOverdue(limit: 100).count == 100
    }

    /// Enqueues what schedules want.
    public static let schedules = Upkeep("schedules") { transaction in
      try transaction.schedules.enqueueDue(limit: 100).count >= 100
    }

    /// All of these.
    public static let standard = [rescue, deadlines, schedules]
  }
}
