import BackofficeStorage

/// A due item that a claim may take, in the order of claims.
struct Candidate: Comparable {
  let key: Int64
  let priority: Int
  let dueAt: Timestamp
  /// The priority that it has got to by waiting.
  let level: Int

  /// Reads a priority, a due time and a key.
  init(_ row: borrowing Row, aging: Int64, now: Timestamp) throws {
    priority = try row.value(at: 0)
    dueAt = try row.value(at: 1)
    key = try row.value(at: 2)
    level = Self.level(priority, dueAt: dueAt, aging: aging, now: now)
  }

  /// A level up for each `aging` microseconds that the item has been due, to 2 at the highest.
  static func level(_ priority: Int, dueAt: Timestamp, aging: Int64, now: Timestamp) -> Int {
    guard aging > 0, priority > 2 else { return priority }
    let waited = now.microseconds.subtractingReportingOverflow(dueAt.microseconds)
    guard !waited.overflow, waited.partialValue > 0 else { return priority }
    let steps = min(Int64(priority - 2), waited.partialValue / aging)
    return priority - Int(steps)
  }

  static func < (left: Candidate, right: Candidate) -> Bool {
    (left.level, left.dueAt, left.key) < (right.level, right.dueAt, right.key)
  }
}
