/// A due item that a claim may take, in the order of claims.
struct ClaimCandidate: Comparable {
  let key: Int64
  let priority: Int
  let dueAt: Timestamp
  /// The priority after aging.
  let level: Int

  init(key: Int64, priority: Int, dueAt: Timestamp, aging: Int64, now: Timestamp) {
    self.key = key
    self.priority = priority
    self.dueAt = dueAt
    level = Self.level(priority, dueAt: dueAt, aging: aging, now: now)
  }

  /// The first item of a lane.
  init(_ lane: ClaimLane, aging: Int64, now: Timestamp) {
    self.init(
      key: lane.key, priority: lane.priority, dueAt: lane.dueAt, aging: aging, now: now)
  }

  /// Raised by one for each `aging` microseconds that the item has been due, to 2 at most.
  static func level(_ priority: Int, dueAt: Timestamp, aging: Int64, now: Timestamp) -> Int {
    guard aging > 0, priority > 2 else { return priority }
    let waited = now.microseconds.subtractingReportingOverflow(dueAt.microseconds)
    guard !waited.overflow, waited.partialValue > 0 else { return priority }
    let steps = min(Int64(priority - 2), waited.partialValue / aging)
    return priority - Int(steps)
  }

  static func < (left: ClaimCandidate, right: ClaimCandidate) -> Bool {
    (left.level, left.dueAt, left.key) < (right.level, right.dueAt, right.key)
  }
}
