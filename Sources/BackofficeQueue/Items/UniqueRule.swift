/// The rule of a unique key: in which statuses and for how long an item holds it, and how a
/// duplicate is handled.
///
/// The rule is exact for any number of concurrent callers: the look-up and the insert are one write
/// transaction, and a unique index enforces the key.
public struct UniqueRule: Sendable, Hashable {
  /// The statuses in which an item holds its key; all unfinished ones by default.
  public var states: UniqueStates
  /// The maximum time that it holds the key after it was enqueued; nil for no maximum.
  public var window: Duration?
  /// Whether that time starts when the item is due instead.
  public var windowBeginsWhenDue = false
  /// The maximum time after its enqueue by which an item that is replaced repeatedly becomes due;
  /// nil for no maximum.
  public var longestWait: Duration?
  /// How a duplicate is handled when another item holds the key.
  public var onConflict: Conflict

  /// How an item is handled whose unique key another item holds.
  public enum Conflict: Sendable, Hashable {
    /// The item is not added; the other item does the work.
    case keep
    /// The item is not added, and these parts of the other item are replaced if it waits or is
    /// paused; a running item is not changed.
    ///
    /// A new payload resets its attempts, since it is different work.
    case replace(Parts)
    /// The call throws ``QueueError/keyTaken(kind:by:)``.
    case reject
  }

  /// The parts of an item that a duplicate replaces.
  public struct Parts: OptionSet, Sendable, Hashable {
    /// One bit for each part.
    public let rawValue: Int

    /// Creates a set from its bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The payload.
    public static let payload = Parts(rawValue: 1)
    /// The priority.
    public static let priority = Parts(rawValue: 2)
    /// The due time, so that each duplicate postpones the item.
    public static let dueAt = Parts(rawValue: 4)
    /// The deadline.
    public static let deadlineAt = Parts(rawValue: 8)
    /// The tags.
    public static let tags = Parts(rawValue: 16)
    /// The metadata.
    public static let metadata = Parts(rawValue: 32)
    /// All parts.
    public static let all: Parts = [.payload, .priority, .dueAt, .deadlineAt, .tags, .metadata]
  }

  /// Describes a rule.
  public init(
    states: UniqueStates = .unfinished, window: Duration? = nil,
    onConflict: Conflict = .keep
  ) {
    self.states = states
    self.window = window
    self.onConflict = onConflict
  }
}

/// The statuses in which an item holds its unique key.
public struct UniqueStates: OptionSet, Sendable, Hashable {
  /// One bit for each status, in the order of ``QueueItem/Status``.
  public let rawValue: Int64

  /// Creates a set from its bits.
  public init(rawValue: Int64) { self.rawValue = rawValue }

  /// Creates a set of one status.
  public init(_ status: QueueItem.Status) { rawValue = Int64(truncatingIfNeeded: status.bit) }

  private init(where holds: (QueueItem.Status) -> Bool) {
    self.init(QueueItem.Status.allCases.filter(holds).map(UniqueStates.init))
  }

  /// Until the item finishes; the default.
  public static let unfinished = UniqueStates { !$0.isFinished }
  /// Until a worker claims the item, so that the same key can be enqueued again while it runs.
  public static let waiting = UniqueStates { !$0.isFinished && $0 != .running }
  /// While the item is unfinished or completed, so that completed work is not repeated.
  public static let unfinishedOrCompleted = UniqueStates { !$0.isFinished || $0 == .completed }
  /// While the item exists, as an idempotency key.
  public static let always = UniqueStates { _ in true }
}

extension UniqueStates: ColumnConvertible {
  /// Binds the bits.
  ///
  /// - Throws: `SQLiteError` when SQLite refuses the value.
  public func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    try rawValue.bind(to: parameter)
  }

  /// The set, when the column holds an integer.
  public static func decode(_ column: borrowing ColumnValue) -> UniqueStates? {
    column.int64.map(UniqueStates.init(rawValue:))
  }
}

/// A limit of one item of a kind and key per time slot.
///
/// Slots are counted from 1970, so that a slot of an hour starts at the full hour in UTC.
public struct Throttle: Sendable, Hashable {
  /// The key that is throttled.
  public var key: String
  /// The length of a slot.
  public var interval: Duration
  /// Whether one surplus item is postponed to the next slot, so that the latest change is not lost.
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
