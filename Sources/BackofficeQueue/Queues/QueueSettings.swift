/// The settings by which a queue orders and accepts items.
public struct QueueSettings: Sendable, Hashable {
  /// How long a due item waits before it is raised by one priority: ten minutes by default; zero
  /// for never.
  ///
  /// Each further period raises it by another priority, up to priority 2. Priority 1 is reserved
  /// for items that were enqueued with it.
  public var aging: Duration
  /// Whether accounts take turns within a priority, by their weights
  /// (``Queues/setWeight(_:of:)``).
  ///
  /// The order of turns replaces the due time, and items do not age.
  public var isFair: Bool
  /// The maximum number of waiting items, beyond which items are refused; nil for no maximum.
  public var maxWaiting: Int?

  /// Creates settings.
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

  /// The microseconds after which an item of the queue is raised by one priority; 0 for never.
  static func aging(
    of queue: String, _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> Int64 {
    let seconds = try transaction.fetchOne(findAging, queue) { row in
      try row.value(at: 0, as: Int64?.self)
    }
    return (seconds.flatMap(\.self) ?? 600).multiplied(by: 1_000_000)
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

  /// The settings of a queue; the default settings if it was not configured.
  ///
  /// - Throws: `StorageError`, `SQLiteError` when the database cannot be read.
  public func settings(of queue: String = "default") throws -> QueueSettings {
    try access.readOnce { transaction in
      try transaction.fetchOne(Self.findSettings, queue.keyForm) { row in
        QueueSettings(
          aging: .seconds(try row.value(at: 0, as: Int?.self) ?? 600),
          isFair: try row.value(at: 1), maxWaiting: try row.value(at: 2))
      } ?? QueueSettings()
    }
  }

  /// Changes the settings of a queue; they are stored in the file and apply to all processes.
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
