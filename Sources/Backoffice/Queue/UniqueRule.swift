import BackofficeStorage

/// What a unique key means: while what holds it, for how long, and what a second item does.
///
/// Exact under any number of writers: the look and the insert are one transaction of the only
/// writer, and a unique index stands behind it.
public struct UniqueRule: Sendable, Hashable {
  /// In which statuses an item holds its key; while it is unfinished, unless said otherwise.
  public var states: QueueItem.UniqueStates
  /// For how long at most, from the moment it was enqueued; nil for no end.
  public var window: Duration?
  /// Whether the window begins when the item is due instead.
  public var windowBeginsWhenDue = false
  /// What happens when another item holds the key.
  public var onConflict: Conflict

  /// What happens to an item whose key another one holds.
  public enum Conflict: Sendable, Hashable {
    /// Nothing: the other one does the work.
    case keep
    /// The other one takes over these parts while it waits or is paused; one that runs is kept.
    case replace(Parts)
    /// The call is refused with ``QueueError/keyTaken(kind:by:)``.
    case reject
  }

  /// Parts of an item that another one may take over.
  public struct Parts: OptionSet, Sendable, Hashable {
    /// A bit for each part.
    public let rawValue: Int

    /// Takes bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The payload.
    public static let payload = Parts(rawValue: 1)
    /// The priority.
    public static let priority = Parts(rawValue: 2)
    /// When it may be claimed: with each new item the time begins again.
    public static let dueAt = Parts(rawValue: 4)
    /// All of them.
    public static let all: Parts = [.payload, .priority, .dueAt]
  }

  /// Describes a rule.
  public init(
    states: QueueItem.UniqueStates = .unfinished, window: Duration? = nil,
    onConflict: Conflict = .keep
  ) {
    self.states = states
    self.window = window
    self.onConflict = onConflict
  }
}

/// At most one item of a kind and key per slot of time.
///
/// Slots are counted from 1970: a slot of an hour begins with the hour in UTC.
public struct Throttle: Sendable, Hashable {
  /// What is throttled.
  public var key: String
  /// How long a slot is.
  public var interval: Duration
  /// Whether an item that comes too often is done once more in the next slot, so that the last
  /// word is heard.
  public var isTrailing: Bool

  /// Describes a throttle.
  public init(_ key: String, per interval: Duration, isTrailing: Bool = false) {
    self.key = key
    self.interval = interval
    self.isTrailing = isTrailing
  }

  /// The unique key and the due time of each slot that an item may take, in order.
  func slots(at now: Timestamp) -> [(key: String, dueAt: Timestamp?)] {
    let length = interval.microseconds
    let slot = now.microseconds / length
    var slots: [(key: String, dueAt: Timestamp?)] = [("\(key)@\(slot)", nil)]
    if isTrailing {
      slots.append(("\(key)@\(slot + 1)", Timestamp(microseconds: (slot + 1) * length)))
    }
    return slots
  }
}

extension WorkQueue {
  static let findHolder = SQLStatement(
    """
    SELECT id, unique_until, status IN ('pending', 'retrying', 'paused'), pk FROM queue_items
    WHERE kind = ? AND unique_key = ? AND unique_key IS NOT NULL AND \(holdsKey)
    """)

  // The key stays on record, but it does not hold any more.
  private static let letGoOfKey = SQLStatement(
    "UPDATE queue_items SET unique_states = 0, updated_at = ?2 WHERE pk = ?1")

  private static let replace = SQLStatement(
    """
    UPDATE queue_items SET
      payload = CASE WHEN ?2 & 1 THEN ?3 ELSE payload END,
      payload_key = CASE WHEN ?2 & 1 THEN ?4 ELSE payload_key END,
      priority = CASE WHEN ?2 & 2 THEN ?5 ELSE priority END,
      due_at = CASE WHEN ?2 & 4 THEN ?6 ELSE due_at END, updated_at = ?7
    WHERE pk = ?1
    """)

  /// An item that holds a unique key.
  struct Holder {
    let id: ID<QueueItem>
    let until: Timestamp?
    let canChange: Bool
    let key: Int64

    init(_ row: borrowing Row) throws {
      id = try row.value(at: 0)
      until = try row.value(at: 1)
      canChange = try row.value(at: 2)
      key = try row.value(at: 3)
    }
  }

  /// The item that holds a unique key now; one whose window is over loses it.
  static func holder(
    kind: String, uniqueKey: String, _ transaction: borrowing WriteTransaction
  ) throws -> Holder? {
    let found = try transaction.fetchOne(findHolder, kind, uniqueKey) { try Holder($0) }
    guard let found, let until = found.until, until <= transaction.now else { return found }
    try transaction.execute(letGoOfKey, found.key, transaction.now)
    return nil
  }

  /// Does what the rule says about a new item whose key another one holds.
  static func meet(
    _ holder: Holder, _ rule: UniqueRule, with item: QueueItem,
    _ transaction: borrowing WriteTransaction
  ) throws -> EnqueueResult {
    switch rule.onConflict {
    case .keep: return .duplicate(of: holder.id)
    case .reject: throw QueueError.keyTaken(kind: item.kind, by: holder.id)
    case .replace(let parts):
      guard holder.canChange else { return .duplicate(of: holder.id) }
      let sealed = try PayloadSealing.seal(item.payload, of: holder.id, transaction)
      try transaction.execute(
        replace, holder.key, parts.rawValue, sealed.payload, sealed.key, item.priority,
        item.dueAt, transaction.now)
      return .updated(holder.id)
    }
  }
}
