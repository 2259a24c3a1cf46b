import Synchronization

extension Worker {
  /// Lets handlers begin while there are slots and items.
  func begin(_ now: Timestamp) {
    let begun = state.withLock { state in begin(&state, now) }
    for item in begun { tellBegan(item) }
  }

  private func tellBegan(_ item: QueueItem) {
    tell(.began(item: item.id, kind: item.kind, attempt: item.attempts.claims))
  }

  private func begin(_ state: inout WorkerState, _ now: Timestamp) -> [QueueItem] {
    guard state.isRunning, !state.waiting.isEmpty else { return [] }
    var begun: [QueueItem] = []
    var index = 0
    while index < state.waiting.count, state.heldCount < configuration.concurrency {
      let next = state.waiting[index]
      let kind = next.kind
      // A lease that may be over needs a heartbeat first.
      guard next.expiresAt > now, limits[kind].map({ state.held[kind, default: 0] < $0 }) ?? true
      else {
        index += 1
        continue
      }
      state.waiting.remove(at: index)
      start(next, &state, now)
      if configuration.onEvent != nil { begun.append(next.delivery.claimed.item) }
    }
    return begun
  }

  private func start(
    _ next: WorkerState.Waiting, _ state: inout WorkerState, _ now: Timestamp
  ) {
    let claimed = next.delivery.claimed
    let token = next.lease.token
    let control = JobControl { [weak self] in self?.noteProgress() }
    let limitAt = next.limitAt
    var attempt = WorkerState.Attempt(
      delivery: next.delivery, control: control, nextBeat: next.nextBeat, limitAt: limitAt)
    let context = JobContext(claimed, store: store, control: control)
    attempt.task = Task { await self.handle(context, token) }
    state.attempts[token] = attempt
    state.hold(next.kind)
    state.metrics.began += 1
    state.nextCheck = min(state.nextCheck, next.nextBeat, limitAt ?? .distantFuture)
  }

  private func handle(_ context: JobContext, _ token: ID<Lease>) async {
    let settlement: Settlement
    do {
      settlement = .complete(try await handlers.perform(context))
    } catch {
      settlement = Settlement(thrown: error, stopReason: context.stopReason)
    }
    ended(token, settlement)
  }

  private func noteProgress() {
    let now = clock.now()
    wake { state in state.firstProgressAt = state.firstProgressAt ?? now }
  }

  /// Takes the result of a handler, and gives its slot to the next one immediately.
  private func ended(_ token: ID<Lease>, _ settlement: Settlement) {
    let now = clock.now()
    var written: WorkerState.Attempt?
    var begun: [QueueItem] = []
    wake { state in
      guard let attempt = state.remove(token) else { return }
      if attempt.isActive {
        if attempt.control.isSettled {
          state.metrics.ended += 1
          written = attempt
        } else {
          state.settle(attempt.lease, kind: attempt.kind, settlement, now: now)
        }
      }
      begun = begin(&state, now)
    }
    if let written {
      tell(.ended(item: written.item, kind: written.kind, outcome: .completed))
    }
    for item in begun { tellBegan(item) }
  }

  /// Asks a handler to stop; its end is written when it returns.
  func stopHandler(of lease: Lease, _ reason: JobContext.StopReason, _ now: Timestamp) {
    let stopped = state.withLock { state -> WorkerState.Attempt? in
      if let index = state.waiting.firstIndex(where: { $0.lease == lease }) {
        let item = state.waiting.remove(at: index)
        state.settle(lease, kind: item.kind, .cancelled(nil), now: now)
        return nil
      }
      guard let attempt = state.attempts[lease.token], attempt.isActive,
        attempt.control.stopReason == nil
      else { return nil }
      attempt.control.stop(reason)
      return attempt
    }
    guard let stopped else { return }
    stopped.task?.cancel()
    tell(.stopping(item: lease.item, kind: stopped.kind, reason: reason))
  }

  /// Lets go of an item whose lease is lost.
  func lost(_ lease: Lease, _ now: Timestamp) {
    let stopped = state.withLock { state -> WorkerState.Attempt? in
      state.waiting.removeAll { $0.lease == lease }
      guard let attempt = state.attempts[lease.token], attempt.isActive,
        !attempt.control.isSettled
      else { return nil }
      attempt.control.stop(.leaseLost)
      state.end(lease.token, now, configuration)
      return attempt
    }
    guard let stopped else { return }
    stopped.task?.cancel()
    tell(.stopping(item: lease.item, kind: stopped.kind, reason: .leaseLost))
  }

  static let standing = SQLStatement(
    """
    SELECT lease_token = ?2 AND status = 'running', cancel_requested_at IS NOT NULL
    FROM queue_items WHERE id = ?1
    """)

  /// Checks, after other commits, whether a running item was cancelled or its lease was lost.
  func look() {
    let leases = state.withLock { state -> [Lease] in
      guard state.shouldLook else { return [] }
      state.shouldLook = false
      return state.attempts.values.compactMap { attempt in
        attempt.isActive && attempt.control.stopReason == nil ? attempt.lease : nil
      }
    }
    guard !leases.isEmpty else { return }
    do {
      let found = try store.read { transaction in
        try leases.map { lease in
          try transaction.fetchOne(Self.standing, lease.item, lease.token) { row in
            (
              holds: try row.value(at: 0, as: Bool?.self) ?? false,
              isCancelRequested: try row.value(at: 1, as: Bool.self)
            )
          } ?? (holds: false, isCancelRequested: false)
        }
      }
      let now = clock.now()
      for (lease, standing) in zip(leases, found) {
        if !standing.holds {
          lost(lease, now)
        } else if standing.isCancelRequested {
          stopHandler(of: lease, .cancelRequested, now)
        }
      }
    } catch {
      // The next heartbeat tells the same.
    }
  }
}
