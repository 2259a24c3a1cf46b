import Synchronization

extension Worker {
  /// Ends attempts over their run limit, gives up on handlers that do not return, and continues
  /// with a shutdown.
  func enforce(_ now: Timestamp) {
    var events: [WorkerEvent] = []
    let cancelled = state.withLock { state -> [Task<Void, Never>] in
      var tasks: [Task<Void, Never>] = []
      if state.nextCheck <= now {
        tasks += endOverLimit(&state, now, &events)
        abandon(&state, now, &events)
        state.computeNextCheck(configuration)
      }
      tasks += goOnStopping(&state, now, &events)
      return tasks
    }
    for task in cancelled { task.cancel() }
    for event in events { tell(event) }
  }

  private func endOverLimit(
    _ state: inout WorkerState, _ now: Timestamp, _ events: inout [WorkerEvent]
  ) -> [Task<Void, Never>] {
    var tasks: [Task<Void, Never>] = []
    for (token, attempt) in state.attempts {
      guard attempt.isActive, !attempt.control.isSettled, let limit = attempt.limitAt,
        limit <= now
      else { continue }
      attempt.control.stop(.runLimit)
      let failure = ItemFailure(
        code: WorkQueue.runLimitReached, message: "the attempt took longer than its run limit")
      state.settle(
        attempt.lease, kind: attempt.kind, .fail(failure, .automatically), now: now)
      state.end(token, now, configuration)
      if let task = attempt.task { tasks.append(task) }
      events.append(.stopping(item: attempt.item, kind: attempt.kind, reason: .runLimit))
    }
    return tasks
  }

  /// Gives the slots of handlers that do not return to others, as many as there are slots at most:
  /// a handler that blocks keeps a thread.
  private func abandon(
    _ state: inout WorkerState, _ now: Timestamp, _ events: inout [WorkerEvent]
  ) {
    for (token, attempt) in state.attempts {
      guard state.abandonedCount < configuration.concurrency,
        case .over(let since) = attempt.standing, since + configuration.unresponsiveAfter <= now
      else { continue }
      state.attempts[token]?.standing = .abandoned
      state.unhold(attempt.kind)
      state.abandonedCount += 1
      events.append(.unresponsive(item: attempt.item, kind: attempt.kind))
    }
  }

  private func goOnStopping(
    _ state: inout WorkerState, _ now: Timestamp, _ events: inout [WorkerEvent]
  ) -> [Task<Void, Never>] {
    guard let end = state.phaseEnd else { return [] }
    for item in state.waiting {
      state.settle(
        item.lease, kind: item.kind, .release, now: now)
    }
    state.waiting = []
    guard end <= now else { return [] }
    switch state.phase {
    case .draining:
      state.phase = .cancelling(until: now + configuration.cancellationGrace)
      var tasks: [Task<Void, Never>] = []
      for attempt in state.attempts.values {
        if attempt.isActive {
          attempt.control.stop(.shutdown)
          events.append(.stopping(item: attempt.item, kind: attempt.kind, reason: .shutdown))
        }
        if let task = attempt.task { tasks.append(task) }
      }
      return tasks
    case .cancelling:
      for (token, attempt) in state.attempts
      where attempt.isActive && !attempt.control.isSettled {
        state.settle(attempt.lease, kind: attempt.kind, .release, now: now)
        state.end(token, now, configuration)
      }
      // Repeated until the ends are written, for the same period at most.
      if state.failuresInARow > Self.patience { state.phase = .stopped }
      return []
    case .ready, .running, .stopped: return []
    }
  }

  /// How often in a row the last transaction of a shutdown may fail; the rescue finds the rest.
  private static let patience = 5

  /// Ends immediately, because the store is closed.
  func giveUp(_ error: any Error) {
    let tasks = state.withLock { state in
      state.finalError = error
      state.phase = .stopped
      return state.attempts.values.compactMap(\.task)
    }
    for task in tasks { task.cancel() }
  }

  /// Lets `run()` return once nothing is left to do.
  func finishIfOver() {
    let ending = state.withLock { state -> (CheckedContinuation<Void, Never>?, WorkerEvent)? in
      switch state.phase {
      case .ready, .running: return nil
      case .draining:
        guard state.attempts.isEmpty, state.waiting.isEmpty, state.settled.isEmpty else {
          return nil
        }
      case .cancelling(let end):
        let isLate = end <= clock.now()
        guard state.attempts.isEmpty || isLate, state.waiting.isEmpty, state.settled.isEmpty
        else { return nil }
      case .stopped: break
      }
      guard !state.isFinished else { return nil }
      state.isFinished = true
      state.phase = .stopped
      state.alarm.timer?.cancel()
      state.alarm.timer = nil
      defer { state.continuation = nil }
      return (
        state.continuation,
        .stopped(unreturned: state.attempts.count, unwritten: state.settled.count)
      )
    }
    guard let (continuation, event) = ending else { return }
    stopWatching()
    tell(event)
    continuation?.resume()
  }
}

extension WorkerState {
  /// Records that an attempt lost its lease while its handler still runs.
  mutating func end(
    _ token: ID<Lease>, _ now: Timestamp, _ configuration: Worker.Configuration
  ) {
    attempts[token]?.standing = .over(since: now)
    nextCheck = min(nextCheck, now + configuration.unresponsiveAfter)
  }
}
