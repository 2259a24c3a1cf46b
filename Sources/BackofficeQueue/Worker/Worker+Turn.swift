import Synchronization

extension Worker {
  /// What a transaction of the worker answered.
  struct Report: Sendable {
    var outcomes: [JobOutcome] = []
    var beats: [Step<LeaseState>] = []
    var refusals: [String] = []
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
      state.withLock { $0.follow(now) }
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
      restore(plan.progress)
      let isRefused = !error.isTransient && !error.isClosedStore
      if isRefused { beatAlone(plan, now) }
      if isRefused, !plan.settled.isEmpty {
        settleOneByOne(plan.settled)
      } else if isRefused, plan.claims > 0, !plan.isCareful {
        // A rule refused a claimed item at the commit.
        var claims = WorkerState.Plan()
        claims.claims = plan.claims
        claims.room = plan.room
        claims.isCareful = true
        perform(claims, now)
      } else {
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
      let step = try Self.step(&report.refusals) {
        try transaction.queue.progress(lease, percent: progress.percent, step: progress.step)
      }
      if case .done(let state) = step, state.isCancelRequested {
        report.cancelRequests.append(lease)
      }
    }
    for lease in plan.beats {
      report.beats.append(
        try Self.step(&report.refusals) {
          try transaction.queue.heartbeat(lease, extendBy: configuration.lease)
        })
    }
    try claim(plan, into: &report, transaction)
    return report
  }

  /// The result of one of the steps of a transaction.
  enum Step<Result: Sendable>: Sendable {
    case done(Result)
    /// The lease is lost.
    case lost
    /// A rule refused it.
    case refused
  }

  /// Runs a step that stops no other one when a rule refuses it.
  static func step<Result>(
    _ refusals: inout [String], _ body: () throws -> Result
  ) throws -> Step<Result> {
    do {
      return .done(try body())
    } catch {
      if error.isOfStorage { throw error }
      if case .leaseLost = error as? QueueError { return .lost }
      refusals.append("\(error)")
      return .refused
    }
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
    for reason in report.refusals {
      tell(.transactionFailed(reason: reason, retryAfter: configuration.pollInterval))
    }
    note(plan.beats, report.beats, now)
    for lease in report.cancelRequests { stopHandler(of: lease, .cancelRequested, now) }
  }

  private func note(_ leases: [Lease], _ found: [Step<LeaseState>], _ now: Timestamp) {
    guard !leases.isEmpty else { return }
    let states = Dictionary(
      zip(leases.map(\.token), found), uniquingKeysWith: { first, _ in first })
    let next = now + configuration.lease / 3
    state.withLock { state in
      for token in states.keys { state.attempts[token]?.nextBeat = next }
      for index in state.waiting.indices {
        switch states[state.waiting[index].lease.token] {
        case .done(let found):
          state.waiting[index].nextBeat = next
          state.waiting[index].expiresAt = found.expiresAt
        case .refused: state.waiting[index].nextBeat = next
        case .lost, nil: continue
        }
      }
      state.computeNextCheck(configuration)
    }
    for (lease, found) in zip(leases, found) {
      switch found {
      case .done(let state):
        if state.isCancelRequested { stopHandler(of: lease, .cancelRequested, now) }
      case .lost: lost(lease, now)
      case .refused: break
      }
    }
  }

  /// Extends the leases of a transaction that failed for another reason.
  private func beatAlone(_ plan: WorkerState.Plan, _ now: Timestamp) {
    guard !plan.beats.isEmpty, plan.beats.count < plan.count else { return }
    var beats = WorkerState.Plan()
    beats.beats = plan.beats
    do {
      let report = try store.write { transaction in try turn(beats, transaction) }
      note(beats.beats, report.beats, now)
    } catch {
      // The next transaction has them again.
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
