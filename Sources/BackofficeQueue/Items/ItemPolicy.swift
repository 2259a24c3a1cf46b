/// The retry policy of an item: the number of attempts, their delays and their duration.
///
/// The policy is fixed when an item is enqueued. A change of the policy of a kind applies only to
/// items that are enqueued afterwards.
public struct ItemPolicy: Sendable, Hashable {
  /// The maximum number of charged attempts, at least 1; 4 by default.
  public var maxAttempts = 4
  /// The maximum number of consecutive rescues; 3 by default.
  public var maxRescues = 3
  /// The delay before the first retry, in seconds, up to ten years; 300 by default.
  public var retryDelaySeconds = 300
  /// How the delay grows from one retry to the next.
  public var backOff = BackOff()
  /// The maximum duration of an attempt, in seconds; nil, the default, for no maximum.
  public var runLimitSeconds: Int?
  /// What happens when a lease expires; another attempt by default.
  public var leaseExpiry = LeaseExpiryPolicy.retry
  /// Whether attempts that complete the item or are not charged are recorded too; all others always
  /// are.
  public var keepsAllAttempts = false

  /// Creates the default policy.
  public init() {}

  func validate() throws(QueueError) {
    try QueueError.require(maxAttempts >= 1, "maxAttempts", "must be at least 1")
    try QueueError.require(maxRescues >= 0, "maxRescues", "must not be negative")
    try QueueError.requireSeconds(retryDelaySeconds, from: 0, "retryDelaySeconds")
    try QueueError.requireSeconds(runLimitSeconds ?? 1, from: 1, "runLimitSeconds")
    try backOff.validate()
  }
}

/// What happens to an item whose lease expires before its worker acknowledges it.
public enum LeaseExpiryPolicy: String, TextEnum {
  /// The item is retried while attempts and rescues are left.
  case retry
  /// The item fails permanently, for work that must not run twice.
  case fail
  /// The item is parked until a person or a program decides how to continue.
  case ask
}

extension ItemPolicy: TableRow {
  /// The table's name.
  public static let tableName = "queue_policies"

  /// Reads the columns.
  ///
  /// - Throws: `ColumnError` when a column is missing or holds a value of another type.
  public init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    maxAttempts = try column("max_attempts")
    maxRescues = try column("max_rescues")
    retryDelaySeconds = try column("retry_delay_seconds")
    backOff = BackOff(
      try column("backoff"), factorPercent: try column("backoff_factor_percent"),
      capSeconds: try column("backoff_cap_seconds"),
      jitterPercent: try column("backoff_jitter_percent"))
    let limit: Int = try column("run_limit_seconds")
    runLimitSeconds = limit == 0 ? nil : limit
    leaseExpiry = try column("lease_expiry")
    keepsAllAttempts = try column("keeps_attempts")
  }

  /// The policy of items that have no policy row.
  static let usual = ItemPolicy()

  private static let find = select("WHERE pk = ?")

  private static let findKey = SQLStatement(
    """
    SELECT pk FROM queue_policies
    WHERE (max_attempts, max_rescues, retry_delay_seconds, backoff, backoff_factor_percent,
      backoff_cap_seconds, backoff_jitter_percent, run_limit_seconds, lease_expiry, keeps_attempts)
      = (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    """)

  private static let insert = SQLStatement(
    """
    INSERT INTO queue_policies (\(selection)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING pk
    """)

  /// The policy that an item points to.
  static func find(
    _ key: Int64?, _ transaction: borrowing WriteTransaction
  ) throws -> ItemPolicy {
    guard let key else { return usual }
    let cache = transaction.cached(QueueCache.shared)
    if let known = cache.policies[key] { return known }
    let found = try fetchOne(transaction, find, key) ?? usual
    cache.note(key, found)
    return found
  }

  /// The row to point to, made when there is none.
  func key(_ transaction: borrowing WriteTransaction) throws -> Int64? {
    let cache = transaction.cached(QueueCache.shared)
    if let known = cache.policyKeys[self] { return known }
    let key = try key(Self.findKey, transaction) ?? key(Self.insert, transaction)
    // An insert invalidates the cache that was read above.
    if let key { transaction.cached(QueueCache.shared).note(self, key) }
    return key
  }

  private func key(
    _ statement: SQLStatement, _ transaction: borrowing WriteTransaction
  ) throws -> Int64? {
    try transaction.fetchOne(
      statement, maxAttempts, maxRescues, retryDelaySeconds, backOff.growth,
      backOff.factorPercent, backOff.capSeconds, backOff.jitterPercent, runLimitSeconds ?? 0,
      leaseExpiry, keepsAllAttempts
    ) { row in try row.value(at: 0) }
  }
}
