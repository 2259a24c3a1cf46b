import Dispatch
import Synchronization

extension Worker {
  /// What looks out for work.
  struct Watch: Sendable {
    var observation: CommitObservation?
    var otherProcesses: MachineTimer?
    var version: Int64?
  }

  /// The least time between a pass and one that an alarm sets off.
  private static let shortestAlarm = Duration.milliseconds(1)

  private static let owner = DispatchSpecificKey<ObjectIdentifier>()

  /// Runs a pass of the pump soon, on the worker's own thread.
  func wake(_ note: (inout WorkerState) -> Void = { _ in }) {
    let schedule = state.withLock { state in
      note(&state)
      guard !state.isOver, !state.isScheduled else { return false }
      state.isScheduled = true
      return true
    }
    if schedule { queue.async { self.pump() } }
  }

  func startWatching() {
    queue.setSpecific(key: Self.owner, value: ObjectIdentifier(self))
    let observation = store.database.observeCommits { [weak self] tables in
      guard let self, tables.contains(where: { $0.hasPrefix("queue_") || $0 == "batches" }),
        // What the worker commits itself it knows.
        DispatchQueue.getSpecific(key: Self.owner) != ObjectIdentifier(self)
      else { return }
      self.noticeCommit()
    }
    watch.withLock { $0.observation = observation }
    guard let interval = configuration.otherProcessPollInterval,
      case .file = store.database.location
    else { return }
    let timer = MachineTimer.every(interval, on: queue) { [weak self] in
      self?.lookForOtherProcesses()
    }
    watch.withLock { $0.otherProcesses = timer }
  }

  func stopWatching() {
    watch.withLock { watch in
      watch.observation?.cancel()
      watch.otherProcesses?.cancel()
      watch = Watch()
    }
  }

  private func noticeCommit() {
    wake { state in
      state.mayHaveWork = true
      state.shouldLook = true
    }
  }

  /// Whether another process committed; asked on the worker's own thread.
  private func lookForOtherProcesses() {
    guard let version = store.database.foreignVersion() else { return }
    let last = watch.withLock { watch in
      defer { watch.version = version }
      return watch.version
    }
    if let last, last != version { noticeCommit() }
  }

  /// Arranges the next pass for when something is due.
  func arm() {
    let now = clock.now()
    let alarm = state.withLock { state -> (number: Int, moment: Timestamp)? in
      guard let deadline = state.deadline(configuration, kinds, limits) else { return nil }
      if let armed = state.alarm.moment, armed <= deadline { return nil }
      state.alarm.number += 1
      // What was due at the last pass was looked at: a floor on the rate of passes that find nothing.
      // What has become due since then was not.
      let isSeen = state.seenAt.map { deadline <= $0 } ?? true
      let moment = isSeen ? now + Self.shortestAlarm : deadline
      state.alarm.moment = moment
      return (state.alarm.number, moment)
    }
    guard let alarm else { return }
    let timer = clock.timer(at: alarm.moment) { [weak self] in
      self?.wake { state in
        if state.alarm.number == alarm.number { state.alarm.moment = nil }
      }
    }
    let old = state.withLock { state in
      defer { state.alarm.timer = timer }
      return state.alarm.timer
    }
    old?.cancel()
  }
}

extension WorkerState {
  /// When a pass has something to do, if nothing happens until then.
  func deadline(
    _ configuration: Worker.Configuration, _ kinds: [String]?, _ limits: [String: Int]
  ) -> Timestamp? {
    guard !isOver else { return nil }
    if let retryAt { return retryAt }
    var moments = [nextCheck]
    let delay = configuration.acknowledgementDelay
    if let firstSettledAt { moments.append(firstSettledAt + delay) }
    if let firstProgressAt { moments.append(firstProgressAt + delay) }
    if let phaseEnd { moments.append(phaseEnd) }
    if isRunning {
      moments.append(upkeepAt)
      if hasRoom(configuration, kinds, limits) {
        moments.append(pollAt)
        if let nextDue { moments.append(nextDue) }
      }
    }
    return moments.min()
  }
}
