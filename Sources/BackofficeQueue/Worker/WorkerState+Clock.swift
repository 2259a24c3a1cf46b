extension WorkerState {
  /// Notices a clock that was set back: moments that end an interval come as much earlier, so that the
  /// interval does not grow by the difference.
  ///
  /// A clock that goes back by less than the time since the last call is not noticed; an interval is
  /// then at most twice as long.
  mutating func follow(_ now: Timestamp) {
    defer { seenAt = now }
    guard let seenAt, now < seenAt else { return }
    let difference = seenAt - now
    func earlier(_ moment: Timestamp) -> Timestamp {
      moment == .distantFuture ? moment : moment - difference
    }
    switch phase {
    case .draining(let end): phase = .draining(until: earlier(end))
    case .cancelling(let end): phase = .cancelling(until: earlier(end))
    case .ready, .running, .stopped: break
    }
    for index in waiting.indices {
      waiting[index].limitAt = waiting[index].limitAt.map(earlier)
      waiting[index].expiresAt = earlier(waiting[index].expiresAt)
      waiting[index].nextBeat = earlier(waiting[index].nextBeat)
    }
    for (token, attempt) in attempts {
      attempts[token]?.limitAt = attempt.limitAt.map(earlier)
      attempts[token]?.nextBeat = earlier(attempt.nextBeat)
      if case .over(let since) = attempt.standing {
        attempts[token]?.standing = .over(since: earlier(since))
      }
    }
    firstSettledAt = firstSettledAt.map(earlier)
    firstProgressAt = firstProgressAt.map(earlier)
    retryAt = retryAt.map(earlier)
    nextCheck = earlier(nextCheck)
    pollAt = earlier(pollAt)
    upkeepAt = earlier(upkeepAt)
    upkeepDueAt = upkeepDueAt.mapValues(earlier)
    // The times of items are those of the calendar.
    nextDue = nil
    mayHaveWork = true
    alarm.moment = nil
  }
}
