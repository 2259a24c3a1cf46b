/// What a worker knows, behind its lock.
struct WorkerState: Sendable {
  enum Phase: Sendable {
    /// `run()` was not called yet.
    case ready
    /// It looks for work.
    case running
    /// It claims nothing, and waits for handlers until then.
    case draining(until: Timestamp)
    /// Handlers were cancelled, and may return until then.
    case cancelling(until: Timestamp)
    /// It is over.
    case stopped
  }

  /// An item that was handed to the worker; shared, since an item is too large to be moved about.
  final class Delivery: Sendable {
    let claimed: ClaimedItem

    init(_ claimed: ClaimedItem) { self.claimed = claimed }
  }

  /// An item that was claimed, and whose handler has not begun.
  struct Waiting: Sendable {
    let delivery: Delivery
    /// When the attempt reaches its run limit; nil for one without.
    var limitAt: Timestamp?
    var expiresAt: Timestamp
    var nextBeat: Timestamp

    var lease: Lease { delivery.claimed.lease }
    var kind: String { delivery.claimed.item.kind }
  }

  /// A handler at work.
  struct Attempt: Sendable {
    enum Standing: Sendable {
      /// The lease holds, as far as is known.
      case active
      /// The time at which the lease was lost while the handler kept running.
      case over(since: Timestamp)
      /// Its slot was given to others.
      case abandoned
    }

    let delivery: Delivery
    let control: JobControl
    var task: Task<Void, Never>?
    var standing = Standing.active
    var nextBeat: Timestamp
    var limitAt: Timestamp?

    var isActive: Bool { if case .active = standing { true } else { false } }
    var lease: Lease { delivery.claimed.lease }
    var kind: String { delivery.claimed.item.kind }
    var item: ID<QueueItem> { delivery.claimed.lease.item }
  }

  /// The end of an attempt that is not written yet.
  struct Settled: Sendable {
    let lease: Lease
    let kind: String
    let settlement: Settlement
  }

  /// The next pass that is arranged.
  struct Alarm: Sendable {
    var number = 0
    var moment: Timestamp?
    var timer: ClockTimer?
  }

  /// The last time that was read; nil before the first.
  var seenAt: Timestamp?
  var phase = Phase.ready
  /// Whether `shutdown()` came before `run()`.
  var stopRequested = false
  /// Whether a pass of the pump is queued.
  var isScheduled = false
  /// Whether a claim may find something.
  var mayHaveWork = true
  /// Whether others committed since the last look at the running items.
  var shouldLook = false
  var waiting: [Waiting] = []
  var attempts: [ID<Lease>: Attempt] = [:]
  /// How many attempts are active or over, by kind and together; they hold the slots.
  var held: [String: Int] = [:]
  var heldCount = 0
  var abandonedCount = 0
  var settled: [Settled] = []
  var firstSettledAt: Timestamp?
  var firstProgressAt: Timestamp?
  /// No heartbeat and no limit is due before.
  var nextCheck = Timestamp.distantFuture
  var nextDue: Timestamp?
  var pollAt: Timestamp = .distantFuture
  var upkeepAt: Timestamp = .distantFuture
  /// When each upkeep task is due, as far as this worker has run it.
  var upkeepDueAt: [String: Timestamp] = [:]
  var retryAt: Timestamp?
  var failuresInARow = 0
  var alarm = Alarm()
  var metrics = WorkerMetrics()
  var continuation: CheckedContinuation<Void, Never>?
  var finalError: (any Error)?
  /// Whether `run()` was resumed.
  var isFinished = false

  var isRunning: Bool { if case .running = phase { true } else { false } }

  var isOver: Bool {
    switch phase {
    case .ready, .stopped: true
    case .running, .draining, .cancelling: false
    }
  }

  /// When the phase ends automatically.
  var phaseEnd: Timestamp? {
    switch phase {
    case .draining(let end), .cancelling(let end): end
    case .ready, .running, .stopped: nil
    }
  }

  mutating func hold(_ kind: String) {
    held[kind, default: 0] += 1
    heldCount += 1
  }

  mutating func unhold(_ kind: String) {
    held[kind, default: 1] -= 1
    heldCount -= 1
  }

  /// Notes how an attempt is to end.
  mutating func settle(_ lease: Lease, kind: String, _ settlement: Settlement, now: Timestamp) {
    settled.append(Settled(lease: lease, kind: kind, settlement: settlement))
    firstSettledAt = firstSettledAt ?? now
  }

  /// Takes an attempt out; a handler of it may still run.
  mutating func remove(_ token: ID<Lease>) -> Attempt? {
    guard let attempt = attempts.removeValue(forKey: token) else { return nil }
    if case .abandoned = attempt.standing {
      abandonedCount -= 1
    } else {
      unhold(attempt.kind)
    }
    return attempt
  }

  var currentMetrics: WorkerMetrics {
    var metrics = metrics
    metrics.running = attempts.values.count(where: \.isActive)
    metrics.unreturned = attempts.count - metrics.running
    metrics.waiting = waiting.count
    metrics.unwritten = settled.count
    return metrics
  }
}
