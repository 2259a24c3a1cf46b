/// How a queue chooses among its items.
public struct QueueSettings: Sendable, Hashable {
  /// How long an item is due until it counts a priority higher: ten minutes; zero for never.
  ///
  /// After as long it counts another one higher, up to priority 2; 1 is reserved for what is urgent
  /// by itself.
  public var aging: Duration
  /// Whether accounts take turns within a priority, by their weights
  /// (``Queues/setWeight(_:of:)``).
  ///
  /// The turn decides instead of the due time, and items do not age.
  public var isFair: Bool
  /// The most items that may wait, beyond which they are refused; nil for no end.
  public var maxWaiting: Int?

  /// Describes settings.
  public init(
    aging: Duration = .seconds(600), isFair: Bool = false, maxWaiting: Int? = nil
  ) {
    self.aging = aging
    self.isFair = isFair
    self.maxWaiting = maxWaiting
  }
}

extension QueueSettings {
  static let findAging = SQLStatement(
    "SELECT aging_seconds FROM queue_controls WHERE queue = ?")

  /// After how many microseconds an item of the queue counts a priority higher; 0 for never.
  static func aging(
    of queue: String, _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> Int64 {
    let seconds = try transaction.fetchOne(findAging, queue) { row in
      try row.value(at: 0, as: Int64?.self)
    }
    return (seconds.flatMap(\.self) ?? 600) * 1_000_000
  }
}

extension Queues {
  private static let findSettings = SQLStatement(
    "SELECT aging_seconds, is_fair, max_waiting FROM queue_controls WHERE queue = ?")

  private static let writeSettings = SQLStatement(
    """
    INSERT INTO queue_controls (queue, aging_seconds, is_fair, max_waiting, updated_at)
    VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (queue) DO UPDATE SET aging_seconds = ?2, is_fair = ?3, max_waiting = ?4,
      updated_at = ?5
    """)

  /// How a queue chooses among its items; the usual settings for one that was not configured.
  public func settings(of queue: String = "default") throws -> QueueSettings {
    try access.readOnce { transaction in
      try transaction.fetchOne(Self.findSettings, queue.keyForm) { row in
        QueueSettings(
          aging: .seconds(try row.value(at: 0, as: Int?.self) ?? 600),
          isFair: try row.value(at: 1), maxWaiting: try row.value(at: 2))
      } ?? QueueSettings()
    }
  }

  /// Changes how a queue chooses among its items; it is in the file and holds for all processes.
  ///
  /// - Throws: ``QueueError/invalid(field:reason:)``.
  /// - Complexity: O(log n); O(h log n) for h items that wait for a turn when the queue is no longer
  ///   fair, and O(w log n) for w waiting items when it gets a limit.
  public func configure(_ settings: QueueSettings, of queue: String = "default") throws {
    try QueueError.requireName(queue, "queue")
    let seconds = settings.aging.microseconds / 1_000_000
    try QueueError.require(
      settings.aging == .zero || (1...31_536_000).contains(seconds), "aging",
      "must be a second to a year, or zero")
    try QueueError.require(settings.maxWaiting ?? 0 >= 0, "maxWaiting", "must not be negative")
    try access.write { transaction in
      try transaction.execute(
        Self.writeSettings, queue.keyForm, seconds, settings.isFair, settings.maxWaiting,
        transaction.now)
    }
  }
}
