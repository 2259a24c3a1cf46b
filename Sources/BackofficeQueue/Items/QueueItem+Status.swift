extension QueueItem {
  /// The status of an item.
  ///
  /// `traits` defines everything that the library knows about a status; moves, SQL, counts and the
  /// bits of unique keys are derived from it, so a new status is one case and one line.
  public enum Status: String, TextEnum {
    /// The item waits for its due time and a worker, and has not failed.
    case pending
    /// A worker holds the item under a lease.
    case running
    /// The item failed or was rescued, and waits for its next attempt.
    case retrying
    /// The item waits for an event outside the queue, such as a person's decision.
    case parked
    /// The item is paused until it is resumed.
    case paused
    /// The item has completed.
    case completed
    /// The item has failed permanently.
    case failed
    /// The item was cancelled.
    case cancelled
  }
}

extension QueueItem.Status {
  /// The counter of a batch that counts an item.
  package enum Count: Int, Sendable, CaseIterable {
    case pending, running, waiting, completed, failed, cancelled
  }

  /// What the library knows of a status.
  package struct Traits: Sendable {
    /// Whether the item has finished.
    var isFinished = false
    /// Whether a worker may claim the item once it is due.
    var isClaimable = false
    /// The counter of a batch that counts it.
    let count: Count
    /// The statuses that may follow; a statement that makes any other move is refused.
    let next: Set<QueueItem.Status>
  }

  package var traits: Traits {
    switch self {
    case .pending:
      Traits(
        isClaimable: true, count: .pending, next: [.running, .paused, .failed, .cancelled])
    case .running:
      Traits(
        count: .running, next: [.pending, .retrying, .parked, .completed, .failed, .cancelled])
    case .retrying:
      // Completed by the late success of an attempt that was rescued.
      Traits(
        isClaimable: true, count: .pending,
        next: [.running, .paused, .completed, .failed, .cancelled])
    case .parked:
      Traits(count: .waiting, next: [.pending, .paused, .completed, .failed, .cancelled])
    case .paused:
      Traits(count: .waiting, next: [.pending, .retrying, .parked, .failed, .cancelled])
    case .completed: Traits(isFinished: true, count: .completed, next: [])
    case .failed: Traits(isFinished: true, count: .failed, next: [.pending])
    case .cancelled: Traits(isFinished: true, count: .cancelled, next: [.pending])
    }
  }

  /// Whether the item has finished.
  public var isFinished: Bool { traits.isFinished }

  /// Whether a worker may claim the item once it is due.
  public var isClaimable: Bool { traits.isClaimable }

  /// Whether an item may go from this status to `other`.
  public func canMove(to other: QueueItem.Status) -> Bool { traits.next.contains(other) }

  /// The moves, for the rule that refuses every other one.
  static let transitions = TransitionTable(
    allCases.map { status in (from: status.rawValue, to: Set(status.traits.next.map(\.rawValue))) })

  /// Its index among all statuses.
  var place: Int {
    switch self {
    case .pending: 0
    case .running: 1
    case .retrying: 2
    case .parked: 3
    case .paused: 4
    case .completed: 5
    case .failed: 6
    case .cancelled: 7
    }
  }

  /// Its bit in a set of statuses, in the order of the cases; there is room for 64.
  var bit: UInt64 { 1 << UInt64(place) }

  /// The case whose word the column holds.
  ///
  /// Decoded several times on the way of an item: the first eight bytes of a word and its length tell
  /// them apart, compared as two numbers.
  public static func decode(_ column: borrowing ColumnValue) -> QueueItem.Status? {
    column.withUTF8 { bytes in
      let key = WordKey(bytes)
      for index in keys.indices where keys[index] == key { return allCases[index] }
      return nil
    }
  }

  /// Hashes the case, and not its word.
  public func hash(into hasher: inout Hasher) { hasher.combine(place) }

  private static let keys = allCases.map { status in
    var word = status.rawValue
    return word.withUTF8 { unsafe WordKey($0.span) }
  }
}

/// The first bytes of a word of at most nine letters, and how many it has.
private struct WordKey: Equatable {
  let head: UInt64
  let tail: UInt8
  let count: Int

  init(_ bytes: Span<UInt8>) {
    var head: UInt64 = 0
    for index in 0..<min(8, bytes.count) { head = head << 8 | UInt64(bytes[index]) }
    self.head = head
    tail = bytes.count > 8 ? bytes[8] : 0
    count = bytes.count
  }
}

// MARK: SQL

extension QueueItem.Status {
  /// The statuses that a worker may claim.
  static let claimable = allCases.filter(\.isClaimable).map(\.rawValue)
  /// `IN (…)` of the statuses that a worker may claim, as the claim indexes have it.
  package static let claimableSQL = "IN (\(list(where: \.isClaimable)))"
  /// `IN (…)` of the statuses of items that neither run nor have finished.
  package static let waitingSQL = "IN (\(list { !$0.isFinished && $0 != .running }))"
  /// `IN (…)` of the statuses of items that have not finished.
  package static let unfinishedSQL = "IN (\(list { !$0.isFinished }))"
  /// `IN (…)` of the statuses of items that are neither claimable nor running nor finished.
  package static let asideSQL =
    "IN (\(list { !$0.isFinished && !$0.isClaimable && $0 != .running }))"

  /// An expression that counts the items of each ``Count``, such as `sum(status = 'running')`.
  package static func sum(_ count: Count) -> String {
    "ifnull(sum(status IN (\(list { $0.traits.count == count }))), 0)"
  }
}
