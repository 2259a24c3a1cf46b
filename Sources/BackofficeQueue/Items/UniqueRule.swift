/// What a unique key means: while what holds it, for how long, and what a second item does.
///
/// Exact under any number of writers: look-up and insert are one transaction of the only writer, and a
/// unique index stands behind it.
public struct UniqueRule: Sendable, Hashable {
  /// In which statuses an item holds its key; while it is unfinished, unless said otherwise.
  public var states: UniqueStates
  /// For how long at most, from the moment it was enqueued; nil for no end.
  public var window: Duration?
  /// Whether the window begins when the item is due instead.
  public var windowBeginsWhenDue = false
  /// How long after its enqueue an item that is replaced again and again becomes due at the latest;
  /// nil for no end.
  public var longestWait: Duration?
  /// What happens when another item holds the key.
  public var onConflict: Conflict

  /// What happens to an item whose key another one holds.
  public enum Conflict: Sendable, Hashable {
    /// Nothing: the other one does the work.
    case keep
    /// The other one takes over these parts while it waits or is paused; one that runs is kept.
    ///
    /// With a new payload its attempts begin again, since it is other work.
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
    /// When the whole item is given up.
    public static let deadlineAt = Parts(rawValue: 8)
    /// The tags.
    public static let tags = Parts(rawValue: 16)
    /// The metadata.
    public static let metadata = Parts(rawValue: 32)
    /// All of them.
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
  /// A bit for each status, in the order of ``QueueItem/Status``.
  public let rawValue: Int64

  /// Takes bits.
  public init(rawValue: Int64) { self.rawValue = rawValue }

  /// A status as a set of its own.
  public init(_ status: QueueItem.Status) { rawValue = Int64(truncatingIfNeeded: status.bit) }

  private init(where holds: (QueueItem.Status) -> Bool) {
    self.init(QueueItem.Status.allCases.filter(holds).map(UniqueStates.init))
  }

  /// Until the item finishes; the default.
  public static let unfinished = UniqueStates { !$0.isFinished }
  /// Until a worker takes the item: a key that comes again meanwhile is work to be done again.
  public static let waiting = UniqueStates { !$0.isFinished && $0 != .running }
  /// Also when the item was completed: what is done is not done again.
  public static let unfinishedOrCompleted = UniqueStates { !$0.isFinished || $0 == .completed }
  /// While the item exists: an idempotency key.
  public static let always = UniqueStates { _ in true }
}

extension UniqueStates: ColumnConvertible {
  /// Binds the bits.
  public func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    try rawValue.bind(to: parameter)
  }

  /// The set, when the column holds an integer.
  public static func decode(_ column: borrowing ColumnValue) -> UniqueStates? {
    column.int64.map(UniqueStates.init(rawValue:))
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
