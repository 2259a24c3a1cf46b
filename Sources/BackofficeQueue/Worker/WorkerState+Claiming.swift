extension WorkerState {
  /// What one transaction of the worker is to do.
  struct Plan: Sendable {
    var settled: [Settled] = []
    var progress: [(lease: Lease, kind: String, progress: JobProgress)] = []
    var beats: [Lease] = []
    /// How many items to claim at most.
    var claims = 0
    /// How many of each kind that has a limit.
    var room: [String: Int] = [:]
    /// Whether each item is claimed in a savepoint of its own, because a rule refused one.
    var isCareful = false

    var isEmpty: Bool { count == 0 }

    /// How many things there are to do.
    var count: Int { settled.count + progress.count + beats.count + claims }
  }

  /// How many more items the worker can take, running or prefetched.
  func room(_ configuration: Worker.Configuration) -> Int {
    max(0, configuration.concurrency + configuration.prefetch - heldCount - waiting.count)
  }

  /// How many more items of a limited kind the worker can run.
  func room(of kind: String, _ limit: Int) -> Int {
    let ahead = waiting.count { $0.kind == kind }
    return max(0, limit - held[kind, default: 0] - ahead)
  }

  /// Whether a claim makes sense.
  func hasRoom(
    _ configuration: Worker.Configuration, _ kinds: [String]?, _ limits: [String: Int]
  ) -> Bool {
    // Half of what is claimed ahead is used up first, so that claims stay few.
    guard isRunning, room(configuration) > 0, waiting.count * 2 <= configuration.prefetch else {
      return false
    }
    guard let kinds else { return true }
    return kinds.contains { kind in limits[kind].map { room(of: kind, $0) > 0 } ?? true }
  }

  /// What to do now; nil when nothing is.
  mutating func plan(
    _ configuration: Worker.Configuration, _ kinds: [String]?, _ limits: [String: Int],
    now: Timestamp
  ) -> Plan? {
    guard !isOver else { return nil }
    if let retryAt, retryAt > now { return nil }
    if let due = nextDue, due <= now {
      nextDue = nil
      mayHaveWork = true
    }
    if pollAt <= now {
      pollAt = now + configuration.pollInterval
      mayHaveWork = true
    }
    var plan = Plan()
    plan.beats = dueBeats(now)
    if mayHaveWork, hasRoom(configuration, kinds, limits) {
      plan.claims = room(configuration)
      for (kind, limit) in limits { plan.room[kind] = room(of: kind, limit) }
    }
    let writes = !plan.isEmpty || !isRunning
    let isLate = firstSettledAt.map { now >= $0 + configuration.acknowledgementDelay } ?? false
    if writes || isLate || settled.count >= configuration.acknowledgementLimit {
      plan.settled = settled
    }
    let isSlow = firstProgressAt.map { now >= $0 + configuration.acknowledgementDelay } ?? false
    if firstProgressAt != nil, writes || isSlow || !plan.settled.isEmpty {
      plan.progress = takeProgress()
    }
    return plan.isEmpty ? nil : plan
  }

  private func dueBeats(_ now: Timestamp) -> [Lease] {
    guard nextCheck <= now else { return [] }
    var beats: [Lease] = []
    for attempt in attempts.values where attempt.isActive && attempt.nextBeat <= now {
      beats.append(attempt.lease)
    }
    for item in waiting where item.nextBeat <= now { beats.append(item.lease) }
    return beats
  }

  private mutating func takeProgress() -> [(Lease, String, JobProgress)] {
    firstProgressAt = nil
    return attempts.values.compactMap { attempt in
      guard attempt.isActive, let progress = attempt.control.takeProgress() else { return nil }
      return (attempt.lease, attempt.kind, progress)
    }
  }

  /// Finds out when a heartbeat or a limit is due next.
  mutating func computeNextCheck(_ configuration: Worker.Configuration) {
    var next = Timestamp.distantFuture
    for attempt in attempts.values {
      switch attempt.standing {
      case .active:
        next = min(next, attempt.nextBeat)
        // One that has completed its item itself has no limit any more.
        if !attempt.control.isSettled, let limit = attempt.limitAt { next = min(next, limit) }
      case .over(let since):
        if abandonedCount < configuration.concurrency {
          next = min(next, since + configuration.unresponsiveAfter)
        }
      case .abandoned: break
      }
    }
    for item in waiting { next = min(next, item.nextBeat) }
    nextCheck = next
  }
}
