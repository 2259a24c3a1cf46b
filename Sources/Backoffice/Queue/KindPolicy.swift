import BackofficeStorage

/// What items of a kind are given when they are enqueued, unless they say otherwise.
///
/// Stored in the file; a change holds for what is enqueued from then on.
public struct KindPolicy: Sendable, Hashable {
  /// The kind.
  public var kind: String
  /// How many attempts may be charged; 4.
  public var maxAttempts = 4
  /// How many rescues in a row are allowed; 3.
  public var maxRescues = 3
  /// The delay before the first retry, in seconds; 300.
  public var retryDelaySeconds = 300
  /// How the delay grows.
  public var backOff = QueueItem.BackOff()
  /// How long one attempt may take, in seconds; nil for as long as the worker extends its lease.
  public var runLimitSeconds: Int?
  /// What a worker's silence means; another attempt.
  public var lostLease = QueueItem.LostLease.retry

  /// The usual policy for a kind.
  public init(_ kind: String) { self.kind = kind }

  func validate() throws(QueueError) {
    try QueueError.require(!kind.isEmpty, "kind", "it has no name")
    try QueueError.require(maxAttempts >= 1, "maxAttempts", "at least one is needed")
    try QueueError.require(maxRescues >= 0, "maxRescues", "it is negative")
    try QueueError.requireSeconds(retryDelaySeconds, from: 0, "retryDelaySeconds")
    try QueueError.requireSeconds(runLimitSeconds ?? 1, from: 1, "runLimitSeconds")
    try backOff.validate()
  }
}

extension QueueItem.BackOff {
  func validate() throws(QueueError) {
    try QueueError.require(
      (100...1000).contains(factorPercent), "backOff.factorPercent", "it lies in 100 to 1,000")
    try QueueError.requireSeconds(capSeconds, from: 0, "backOff.capSeconds")
    try QueueError.require(
      (0...100).contains(jitterPercent), "backOff.jitterPercent", "it lies in 0 to 100")
  }
}

extension QueueError {
  /// The longest time that an item may name, from now on or for itself: ten years.
  static let horizon: Duration = .days(3653)

  static func require(
    _ isValid: Bool, _ field: String, _ reason: String
  ) throws(QueueError) {
    guard isValid else { throw .invalid(field: field, reason: reason) }
  }

  static func requireSeconds(
    _ seconds: Int, from least: Int, _ field: String
  ) throws(QueueError) {
    guard (least...315_619_200).contains(seconds) else {
      throw .invalid(field: field, reason: "it lies in \(least) seconds to ten years")
    }
  }
}

extension WorkQueue {
  private static let kindColumns = """
    kind, max_attempts, max_rescues, retry_delay_seconds, backoff, backoff_factor_percent,
      backoff_cap_seconds, backoff_jitter_percent, run_limit_seconds, lost_lease
    """

  private static let writeKind = SQLStatement(
    """
    INSERT INTO queue_kinds (\(kindColumns), created_at, updated_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11)
    ON CONFLICT (kind) DO UPDATE SET max_attempts = ?2, max_rescues = ?3, retry_delay_seconds = ?4,
      backoff = ?5, backoff_factor_percent = ?6, backoff_cap_seconds = ?7,
      backoff_jitter_percent = ?8, run_limit_seconds = ?9, lost_lease = ?10, updated_at = ?11
    """)

  // One statement for the questions of an enqueue: the policy, whether there are others, and
  // whether and how many items the queue takes.
  static let findKind = SQLStatement(
    """
    SELECT \(kindColumns), NULL FROM queue_kinds WHERE kind = ?1
    UNION ALL
    SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, -1 FROM store_settings
    WHERE key = 'queue.kinds' AND value = 'declared'
    UNION ALL
    SELECT draining_since IS NOT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
      ifnull(max_waiting, -2)
    FROM queue_controls WHERE queue = ?2
    """)

  private static let allKinds = SQLStatement(
    "SELECT \(kindColumns) FROM queue_kinds ORDER BY kind LIMIT ?")

  private static let closeKinds = SQLStatement(
    """
    INSERT INTO store_settings (key, value, updated_at) VALUES ('queue.kinds', ?1, ?2)
    ON CONFLICT (key) DO UPDATE SET value = ?1, updated_at = ?2
    """)

  /// Declares kinds of work, or changes what is known of them, in one transaction.
  ///
  /// - Throws: ``QueueError/invalid(field:reason:)``; then none is declared.
  public func declare(_ kinds: [KindPolicy]) throws {
    for kind in kinds { try kind.validate() }
    try access.write { transaction in
      for kind in kinds {
        try transaction.execute(
          Self.writeKind, kind.kind, kind.maxAttempts, kind.maxRescues, kind.retryDelaySeconds,
          kind.backOff.growth, kind.backOff.factorPercent, kind.backOff.capSeconds,
          kind.backOff.jitterPercent, kind.runLimitSeconds, kind.lostLease, transaction.now)
      }
    }
  }

  /// Says whether only declared kinds are accepted.
  ///
  /// An enqueue of another one is then refused with ``QueueError/unknownKind(_:)``. It is in the
  /// file and holds for all processes.
  public func acceptOnlyDeclaredKinds(_ isClosed: Bool = true) throws {
    try access.write { transaction in
      try transaction.execute(Self.closeKinds, isClosed ? "declared" : "any", transaction.now)
    }
  }

  /// The declared kinds, by name, 1,000 at most.
  public func kinds() throws -> [KindPolicy] {
    try access.readOnce { transaction in
      try transaction.fetchAll(Self.allKinds, PageLimit.maximum) { try KindPolicy($0) }
    }
  }

  /// The policy of a kind, or the usual one when it was not declared, and how many items the queue
  /// takes.
  ///
  /// - Parameter isOwn: whether the work follows from what was taken before; then it is refused for
  ///   neither reason.
  /// - Throws: ``QueueError/queueDraining(_:)``, ``QueueError/unknownKind(_:)`` when only declared
  ///   kinds are accepted.
  static func policy(
    of kind: String, in queue: String, isOwn: Bool = false,
    _ transaction: borrowing WriteTransaction
  ) throws -> (policy: KindPolicy, limit: Int?) {
    var policy: KindPolicy?
    var isClosed = false
    var isDraining = false
    var limit: Int?
    try transaction.forEach(findKind, kind, queue) { row in
      switch try row.value(at: 10, as: Int?.self) {
      case nil: policy = try KindPolicy(row)
      case -1: isClosed = true
      case let count?:
        isDraining = try row.value(at: 0)
        limit = count < 0 ? nil : count
      }
      return true
    }
    if isDraining, !isOwn { throw QueueError.queueDraining(queue) }
    if policy == nil, isClosed, !isOwn { throw QueueError.unknownKind(kind) }
    return (policy ?? KindPolicy(kind), limit)
  }
}

extension KindPolicy {
  fileprivate init(_ row: borrowing Row) throws {
    var column = row.reader()
    kind = try column.next()
    maxAttempts = try column.next()
    maxRescues = try column.next()
    retryDelaySeconds = try column.next()
    backOff = try QueueItem.BackOff(&column)
    runLimitSeconds = try column.next()
    lostLease = try column.next()
  }
}
