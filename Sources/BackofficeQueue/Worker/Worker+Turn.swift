import Synchronization

extension Worker {
  /// What a transaction of the worker answered.
  struct Report: Sendable {
    var outcomes: [JobOutcome] = []
    var beats: [LeaseState?] = []
    var cancelRequests: [Lease] = []
    var claimed: [ClaimedItem] = []
    /// The run limits of claimed items that have one, in seconds.
    var runLimits: [ID<Lease>: Int] = [:]
    /// Whether the claim found fewer items than it asked for.
    var isShort = false
    var nextDue: Timestamp?
  }

  /// Does everything that is to do, and arranges when to look again; on the worker's own thread.
  func pump() {
    state.withLock { $0.isScheduled = false }
    while true {
      let now = clock.now()
      look()
      enforce(now)
      begin(now)
      let plan = state.withLock { state in
        state.plan(configuration, kinds, limits, now: now)
      }
      if let plan {
        perform(plan, now)
        continue
      }
      // Heartbeats first: a process that was stopped for long must not rescue what it has itself.
      guard upkeep(now) else { break }
    }
    finishIfOver()
    arm()
  }

  private func perform(_ plan: WorkerState.Plan, _ now: Timestamp) {
    do {
      let report = try store.write { transaction in try turn(plan, transaction) }
      note(report, of: plan, now)
    } catch {
      if !error.isTransient, !error.isClosedStore, !plan.settled.isEmpty {
        settleOneByOne(plan.settled)
        restore(plan.progress)
      } else {
        restore(plan.progress)
        failed(error, now)
      }
    }
  }

  /// One transaction: heartbeats come before claims, so that a worker that cannot keep what it has
  /// takes nothing more.
  private func turn(
    _ plan: WorkerState.Plan, _ transaction: borrowing WriteTransaction
  ) throws -> Report {
    var report = Report()
    for settled in plan.settled {
      report.outcomes.append(
        try settled.settlement.applyOrFail(to: settled.lease, transaction))
    }
    for (lease, _, progress) in plan.progress {
      let state = try Self.holding {
        try transaction.queue.progress(lease, percent: progress.percent, step: progress.step)
      }
      if state?.isCancelRequested == true { report.cancelRequests.append(lease) }
    }
    for lease in plan.beats {
      report.beats.append(
        try Self.holding {
          try transaction.queue.heartbeat(lease, extendBy: configuration.lease)
        })
    }
    try claim(plan, into: &report, transaction)
    return report
  }

  /// Nil when the lease is lost.
  private static func holding<Result>(_ body: () throws -> Result) throws -> Result? {
    do {
      return try body()
    } catch {
      guard case .leaseLost = error as? QueueError else { throw error }
      return nil
    }
  }

  /// Claims in rounds: each asks for no more than every kind still has a place for, so that the
  /// order between kinds stays that of the queue.
  private func claim(
    _ plan: WorkerState.Plan, into report: inout Report,
    _ transaction: borrowing WriteTransaction
  ) throws {
    var free = plan.claims
    var room = plan.room
    while free > 0 {
      let open = kinds?.filter { (room[$0] ?? 1) > 0 }
      if let open, open.isEmpty { return }
      let wanted = min(free, 1000, open?.compactMap { room[$0] }.min() ?? free)
      let claimed = try transaction.queue.claim(
        wanted, from: configuration.queues, kinds: open, worker: configuration.name,
        lease: configuration.lease)
      report.claimed += claimed
      free -= claimed.count
      for item in claimed {
        room[item.item.kind]? -= 1
        if item.item.policyKey != nil {
          report.runLimits[item.lease.token] =
            try ItemPolicy.find(item.item.policyKey, transaction).runLimitSeconds
        }
      }
      if claimed.count < wanted {
        report.isShort = true
        report.nextDue = try Self.nextDue(
          configuration.queues, kinds.map(ClaimLane.sorted), transaction)
        return
      }
    }
  }

  static let nextReopening = SQLStatement(
    "SELECT min(reopens_at) FROM queue_limit_windows WHERE reopens_at > ?1")

  /// When the next item that is not due yet will be, or the next rate limit lets items through.
  private static func nextDue(
    _ queues: [String], _ kinds: [String]?, _ transaction: borrowing WriteTransaction
  ) throws -> Timestamp? {
    var next: Timestamp? =
      try transaction.fetchOne(nextReopening, transaction.now) { row in
        try row.value(at: 0, as: Timestamp?.self)
      } ?? nil
    let now = transaction.now
    func consider(_ due: Timestamp?) {
      if let due { next = next.map { min($0, due) } ?? due }
    }
    for queue in Set(queues) {
      try ClaimLane.forEach(in: queue, of: kinds, transaction) { lane in
        if lane.dueAt > now {
          consider(lane.dueAt)
        } else {
          consider(
            try transaction.fetchOne(
              ClaimLane.nextDue, queue, lane.kind, lane.priority, now
            ) { try $0.value(at: 0) })
        }
        return true
      }
    }
    return next
  }

  /// Takes over what a transaction did, now that it is durable.
  private func note(_ report: Report, of plan: WorkerState.Plan, _ now: Timestamp) {
    state.withLock { state in
      state.retryAt = nil
      state.failuresInARow = 0
      state.metrics.transactions += 1
      state.metrics.ended += plan.settled.count
      state.dropSettled(plan.settled.count, now: now)
      if plan.claims > 0 {
        state.mayHaveWork = !report.isShort
        if report.isShort {
          state.nextDue = report.nextDue
          state.pollAt = now + configuration.pollInterval
        }
      }
      // Rules that run at the commit, after the claim, may have set other items free.
      if !plan.settled.isEmpty { state.mayHaveWork = true }
      for item in report.claimed {
        let beat = now + configuration.lease / 3
        state.nextCheck = min(state.nextCheck, beat)
        state.waiting.append(
          WorkerState.Waiting(
            delivery: WorkerState.Delivery(item),
            limitAt: report.runLimits[item.lease.token].map {
              (item.item.run.claimedAt ?? now) + .seconds($0)
            },
            expiresAt: item.item.run.leaseExpiresAt ?? now, nextBeat: beat))
      }
    }
    for (settled, outcome) in zip(plan.settled, report.outcomes) {
      tell(.ended(item: settled.lease.item, kind: settled.kind, outcome: outcome))
    }
    note(plan.beats, report.beats, now)
    for lease in report.cancelRequests { stopHandler(of: lease, .cancelRequested, now) }
  }

  private func note(_ leases: [Lease], _ found: [LeaseState?], _ now: Timestamp) {
    guard !leases.isEmpty else { return }
    let states = Dictionary(
      zip(leases.map(\.token), found), uniquingKeysWith: { first, _ in first })
    let next = now + configuration.lease / 3
    state.withLock { state in
      for token in states.keys { state.attempts[token]?.nextBeat = next }
      for index in state.waiting.indices {
        guard let found = states[state.waiting[index].lease.token] ?? nil else { continue }
        state.waiting[index].nextBeat = next
        state.waiting[index].expiresAt = found.expiresAt
      }
      state.computeNextCheck(configuration)
    }
    for (lease, found) in zip(leases, found) {
      if let found {
        if found.isCancelRequested { stopHandler(of: lease, .cancelRequested, now) }
      } else {
        lost(lease, now)
      }
    }
  }

  private func restore(_ progress: [(lease: Lease, kind: String, progress: JobProgress)]) {
    guard !progress.isEmpty else { return }
    let now = clock.now()
    state.withLock { state in
      for (lease, _, progress) in progress {
        state.attempts[lease.token]?.control.restore(progress)
      }
      state.firstProgressAt = state.firstProgressAt ?? now
    }
  }

  /// Writes ends of attempts each in a transaction of its own, since one of them cannot be written.
  private func settleOneByOne(_ all: [WorkerState.Settled]) {
    for settled in all {
      let now = clock.now()
      var outcome: JobOutcome
      do {
        outcome = try end(settled)
      } catch {
        guard !error.isTransient, !error.isClosedStore else { return failed(error, now) }
        // Nothing more can be done for this one: the rescue will find it.
        outcome = .refused(reason: "\(error)")
      }
      state.withLock { state in
        state.metrics.ended += 1
        state.metrics.transactions += 1
        state.dropSettled(1, now: now)
        state.mayHaveWork = true
      }
      tell(.ended(item: settled.lease.item, kind: settled.kind, outcome: outcome))
    }
  }

  private func end(_ settled: WorkerState.Settled) throws -> JobOutcome {
    do {
      return try store.write { transaction in
        try settled.settlement.applyOrFail(to: settled.lease, transaction)
      }
    } catch {
      guard !error.isTransient, !error.isClosedStore else { throw error }
      let failure = ItemFailure(code: Settlement.refused, message: "\(error)")
      return try store.write { transaction in
        try Settlement.fail(failure, .automatically).applyOrFail(to: settled.lease, transaction)
      }
    }
  }

  /// Waits after a transaction that failed: 50 ms, doubled each time, to a second.
  private func failed(_ error: any Error, _ now: Timestamp) {
    guard !error.isClosedStore else { return giveUp(error) }
    let delay = state.withLock { state in
      let delay = Duration.milliseconds(min(1000, 50 << min(state.failuresInARow, 5)))
      state.failuresInARow += 1
      state.metrics.failures += 1
      state.retryAt = now + delay
      return delay
    }
    tell(.transactionFailed(reason: "\(error)", retryAfter: delay))
  }
}

extension WorkerState {
  /// Forgets the first ends of attempts, which are written.
  mutating func dropSettled(_ count: Int, now: Timestamp) {
    guard count > 0 else { return }
    settled.removeFirst(min(count, settled.count))
    firstSettledAt = settled.isEmpty ? nil : now
  }
}
