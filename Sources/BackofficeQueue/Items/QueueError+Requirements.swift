extension QueueError {
  /// The longest time that an item may name, from now on or for itself: ten years.
  static let horizon: Duration = .days(3653)
  /// The longest name of a queue, kind, key or account, in bytes of UTF-8: 256.
  static let longestName = 256
  /// The longest message, in bytes of UTF-8: 8 KiB.
  static let longestMessage = 8192

  static func require(
    _ isValid: Bool, _ field: String, _ reason: String
  ) throws(QueueError) {
    guard isValid else { throw .invalid(field: field, reason: reason) }
  }

  static func requireName(
    _ name: String, _ field: String, most: Int = longestName
  ) throws(QueueError) {
    guard (1...most).contains(name.utf8.count) else {
      throw .invalid(field: field, reason: "must have 1 to \(most) bytes of UTF-8")
    }
  }

  static func requireSeconds(
    _ seconds: Int, from least: Int, _ field: String
  ) throws(QueueError) {
    guard (least...315_619_200).contains(seconds) else {
      throw .invalid(field: field, reason: "must be \(least) seconds to ten years")
    }
  }

  static func requireTime(
    _ time: Timestamp, _ field: String, now: Timestamp
  ) throws(QueueError) {
    guard time.microseconds >= 0, time <= now + horizon else {
      throw .invalid(
        field: field, reason: "must be between 1970 and ten years from now; check its unit")
    }
  }

  /// A deadline comes after the moment at which the item can be claimed.
  static func requireDeadline(
    _ deadline: Timestamp, _ field: String, dueAt: Timestamp?, now: Timestamp
  ) throws(QueueError) {
    try requireTime(deadline, field, now: now)
    try require(
      deadline > max(now, dueAt ?? now), field, "passes before the item can be claimed")
  }

  /// A time to wait: zero to ten years.
  static func requireWait(_ duration: Duration, _ field: String) throws(QueueError) {
    try require(
      duration.microseconds >= 0 && duration <= horizon, field, "must be zero to ten years")
  }

  static func requireDocument(_ document: JSONText, _ field: String) throws(QueueError) {
    guard document.text.utf8.count <= WorkQueue.largestDocument else {
      throw .invalid(
        field: field, reason: "is larger than 1 MiB; store it elsewhere and name it here")
    }
  }
}
