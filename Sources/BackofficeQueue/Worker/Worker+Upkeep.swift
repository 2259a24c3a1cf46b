import Synchronization

extension Worker {
  /// Runs the upkeep that is due, in pages; heartbeats come before the next page.
  ///
  /// - Returns: whether something was due, so that there may be new work.
  func upkeep(_ now: Timestamp) -> Bool {
    guard configuration.runsUpkeep,
      state.withLock({ $0.isRunning && $0.upkeepAt <= now })
    else { return false }
    do {
      let states = try store.upkeep.list()
      // A task that has never run is due from the moment of the list on.
      let now = max(now, clock.now())
      for (task, found) in zip(store.upkeep.tasks, states) {
        let dueAt = state.withLock { $0.upkeepDueAt[task.name] ?? found.dueAt }
        guard task.isDue(dueAt, at: now) else { continue }
        guard try run(task, found, now) else { break }
      }
    } catch {
      if error.isClosedStore {
        giveUp(error)
      } else {
        tell(.upkeepFailed(name: "upkeep", reason: "\(error)"))
        state.withLock { $0.upkeepAt = now + Self.upkeepRetry }
      }
      return false
    }
    state.withLock { state in
      state.upkeepAt =
        store.upkeep.tasks.map { state.upkeepDueAt[$0.name] ?? now }.min() ?? .distantFuture
      state.mayHaveWork = true
    }
    return true
  }

  /// How long the upkeep waits after the storage has failed.
  private static let upkeepRetry = Duration.seconds(1)

  /// Runs a task until it finishes, and returns false when something more urgent is due first.
  private func run(
    _ task: UpkeepTask, _ found: UpkeepState, _ now: Timestamp
  ) throws -> Bool {
    var run = UpkeepRun(task: task, state: found, onlyWhenDue: true)
    var isMoreLeft = true
    while isMoreLeft {
      // A worker that was stopped would otherwise rescue its own items before it beats for them.
      let end = state.withLock { $0.isRunning ? $0.nextCheck : .distantPast }
      isMoreLeft = try run.page(of: store, before: end)
      if run.isPostponed { return false }
    }
    if let failure = run.failure { tell(.upkeepFailed(name: task.name, reason: failure)) }
    let next = min(now + task.interval, run.nextAt ?? .distantFuture)
    // A time in the past is not waited for: an obstacle may have been removed later.
    state.withLock { $0.upkeepDueAt[task.name] = max(next, now + .seconds(1)) }
    return true
  }
}
