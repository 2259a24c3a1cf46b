/// When a schedule runs.
public enum ScheduleTiming: Sendable, Hashable {
  /// Again and again after a time of whole seconds, counted from the first run: the runs do not
  /// drift, however late each is noticed.
  case every(Duration)
  /// At the times of a cron expression, by the clocks of a zone.
  case cron(CronExpression, in: Zone)
}

/// The runs of a schedule, one after the other.
struct ScheduleRuns: Equatable {
  let timing: ScheduleTiming
  /// The first run of an interval, which all others follow; no run comes before it.
  let anchor: Timestamp?

  /// The first run after an instant, or nil when the calendar ends before.
  func next(after instant: Timestamp) -> Timestamp? {
    switch timing {
    case .cron(let expression, let zone):
      let start = anchor.map { max(instant, $0 - .microseconds(1)) } ?? instant
      return expression.next(after: start, in: zone)
    case .every(let interval):
      guard let anchor, anchor <= instant else { return anchor }
      let step = interval.microseconds
      let next =
        anchor + .microseconds(((instant - anchor).microseconds / step + 1).multiplied(by: step))
      return next > instant ? next : nil
    }
  }

  /// The last runs of those from `first`, itself a run, to `end`, both included; oldest first.
  ///
  /// - Complexity: O(limit) for an interval; for a cron expression, grows with the number of runs in
  ///   the shortest time before `end` that has `limit` of them, doubled from an hour on.
  func latest(_ limit: Int, from first: Timestamp, to end: Timestamp) -> [Timestamp] {
    guard first <= end, limit > 0 else { return [] }
    if case .every(let interval) = timing {
      let step = max(1, interval.microseconds)
      let count = (end - first).microseconds / step
      return (max(0, count.subtracting(Int64(limit)).adding(1))...max(0, count)).map {
        first + .microseconds($0.multiplied(by: step))
      }
    }
    var window = Duration.hours(1)
    while true {
      let start = max(first, end - window)
      var runs: [Timestamp] = []
      var run = start == first ? first : next(after: start - .microseconds(1))
      while let time = run, time <= end {
        runs.append(time)
        run = next(after: time)
      }
      if runs.count >= limit || start == first { return runs.suffix(limit) }
      window = window + window
    }
  }
}

/// Which runs of a schedule happen now, and when the next one is.
struct DueRuns: Equatable {
  /// Oldest first.
  let times: [Timestamp]
  /// Nil when the calendar ends before.
  let next: Timestamp?

  /// - Parameters:
  ///   - due: the first run that has not happened; not after `now`.
  ///   - runs: all runs.
  ///   - policy: what happens to those that were missed.
  ///   - grace: how late a run may be; nil for any time.
  ///   - maximum: the most runs that are made up for.
  ///   - now: the time.
  init(
    due: Timestamp, runs: ScheduleRuns, policy: QueueSchedule.MissedPolicy, grace: Duration?,
    maximum: Int, now: Timestamp
  ) {
    next = runs.next(after: now)
    let oldest = grace.map { now - $0 } ?? due
    let candidates: [Timestamp]
    switch policy {
    case .skip:
      // Late by more than the time to the next run is missed.
      let isMissed = runs.next(after: due).map { $0 <= now } ?? false
      candidates = isMissed ? [] : [due]
    case .runOnce: candidates = runs.latest(1, from: due, to: now)
    case .runAll: candidates = runs.latest(maximum, from: due, to: now)
    }
    times = candidates.filter { $0 >= oldest }
  }
}
