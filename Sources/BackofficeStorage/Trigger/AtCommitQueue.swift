/// The contributions that an `atCommit` trigger has collected in the running transaction.
///
/// It consists of closures, because methods of a generic class would not be specialized.
///
/// @unchecked Sendable: it belongs to one connection, which one thread uses at a time.
@usableFromInline
final class AtCommitQueue: @unchecked Sendable {
  let name: String
  /// Whether contributions may be pending.
  var isPending: Bool { unsafe hasContributions }
  @exclusivity(unchecked) private var hasContributions = false
  private let take: (borrowing CapturedChange, Int, Int) throws -> Void
  private let cut: (FlushMark) -> Void
  private let perform: (FlushMark?, borrowing WriteTransaction) throws -> Void

  @usableFromInline
  init(
    name: String, take: @escaping (borrowing CapturedChange, Int, Int) throws -> Void,
    cut: @escaping (FlushMark) -> Void,
    perform: @escaping (FlushMark?, borrowing WriteTransaction) throws -> Void
  ) {
    self.name = name
    self.take = take
    self.cut = cut
    self.perform = perform
  }

  /// Collects the contributions of a change.
  ///
  /// `number` counts the changes of the transaction; those up to `mark` precede the innermost
  /// scope.
  func collect(_ change: borrowing CapturedChange, number: Int, since mark: Int) throws {
    unsafe hasContributions = true
    try take(change, number, mark)
  }

  /// Discards the contributions of changes after a mark, and takes back the earlier ones that were
  /// flushed after it.
  func truncate(to mark: FlushMark) {
    unsafe hasContributions = true
    cut(mark)
  }

  /// Runs the trigger for all pending contributions.
  ///
  /// - Parameter mark: where the innermost savepoint began, and how many flushes there were with this
  ///   one; nil outside of savepoints.
  func flush(in mark: FlushMark?, _ transaction: borrowing WriteTransaction) throws {
    unsafe hasContributions = false
    try perform(mark, transaction)
  }
}

/// A position among the changes and the flushes of a transaction.
@usableFromInline
struct FlushMark: BitwiseCopyable, Sendable {
  /// The number of changes before it.
  @usableFromInline var changes = 0
  /// The number of flushes before it.
  @usableFromInline var flushes = 0
}

/// A contribution to a key, with the number of its change.
@usableFromInline
struct Contribution<Key, Delta> {
  @usableFromInline let key: Key
  @usableFromInline var delta: Delta
  @usableFromInline let number: Int

  @inlinable
  init(key: Key, delta: Delta, number: Int) {
    self.key = key
    self.delta = delta
    self.number = number
  }
}

/// The contributions to a trigger, in order; one thread at a time uses it.
@usableFromInline
final class ContributionLog<Key, Delta> {
  @exclusivity(unchecked) @usableFromInline
  var entries: [Contribution<Key, Delta>] = []
  /// What was flushed inside a savepoint that began later, with the number of the flush; it is
  /// pending again when that savepoint is rolled back.
  @exclusivity(unchecked) @usableFromInline
  var flushed: [(flush: Int, entry: Contribution<Key, Delta>)] = []

  @inlinable
  init() {}
}

extension AtCommitQueue {
  /// The number of recent contributions that are searched for the same key.
  @usableFromInline static var recentCount: Int { 8 }

  @inlinable
  static func make<R: TableRow, Key: Hashable & Sendable, Delta: Sendable>(
    name: String,
    collect: @escaping @Sendable (RowChange<R>, (Key, Delta) -> Void) throws -> Void,
    combine: @escaping @Sendable (inout Delta, Delta) -> Void,
    perform: @escaping @Sendable (Key, Delta, borrowing WriteTransaction) throws -> Void
  ) -> AtCommitQueue {
    // A log rather than a dictionary, because a rollback to a savepoint truncates it.
    let log = ContributionLog<Key, Delta>()
    return AtCommitQueue(
      name: name,
      take: { change, number, mark in
        try collect(change.decode(R.self)) { key, delta in
          // Triggers with few keys find them among the recent entries. Entries from before the
          // scope are not combined, because a rollback must restore them.
          let count = unsafe log.entries.count
          var index = count - 1
          while index >= max(0, count - recentCount), unsafe log.entries[index].number > mark {
            if unsafe log.entries[index].key == key {
              return unsafe combine(&log.entries[index].delta, delta)
            }
            index -= 1
          }
          unsafe log.entries.append(Contribution(key: key, delta: delta, number: number))
        }
      },
      cut: { mark in
        while let last = unsafe log.entries.last, last.number > mark.changes {
          unsafe log.entries.removeLast()
        }
        var restored: [Contribution<Key, Delta>] = []
        while let last = unsafe log.flushed.last, last.flush > mark.flushes {
          unsafe log.flushed.removeLast()
          if last.entry.number <= mark.changes { restored.append(last.entry) }
        }
        if !restored.isEmpty { unsafe log.entries = restored.reversed() + log.entries }
      },
      perform: { mark, transaction in
        var entries: [Contribution<Key, Delta>] = []
        unsafe swap(&entries, &log.entries)
        if let mark {
          for entry in entries.prefix(while: { $0.number <= mark.changes }) {
            unsafe log.flushed.append((mark.flushes, entry))
          }
        }
        if entries.count == 1 {
          return try perform(entries[0].key, entries[0].delta, transaction)
        }
        var positions: [Key: Int] = [:]
        var folded: [Contribution<Key, Delta>] = []
        for entry in entries {
          if let position = positions[entry.key] {
            combine(&folded[position].delta, entry.delta)
          } else {
            positions[entry.key] = folded.count
            folded.append(entry)
          }
        }
        for entry in folded { try perform(entry.key, entry.delta, transaction) }
      })
  }
}

extension ChangeCapture {
  var hasCollected: Bool {
    get { unsafe state.pointee.hasCollected }
    set { unsafe state.pointee.hasCollected = newValue }
  }

  var queues: [AtCommitQueue] { unsafe state.pointee.queues }

  /// The number of changes that `atCommit` triggers have received; savepoints record it.
  var collected: Int { unsafe state.pointee.collected }

  /// How often contributions were flushed inside a savepoint of this transaction.
  var flushes: Int {
    get { unsafe state.pointee.flushes }
    set { unsafe state.pointee.flushes = newValue }
  }

  var flushMark: FlushMark { FlushMark(changes: collected, flushes: flushes) }

  /// Passes a change to an `atCommit` trigger; `mark` is the number of changes before the innermost
  /// scope.
  func collect(_ change: borrowing CapturedChange, in queue: Int, since mark: Int) throws {
    unsafe state.pointee.collected += 1
    hasCollected = true
    try queues[queue].collect(change, number: collected, since: mark)
  }

  /// Discards the contributions since `mark`; those from before it that were flushed since are pending
  /// again.
  func truncateCollected(to mark: FlushMark) {
    guard hasCollected || flushes > mark.flushes else { return }
    hasCollected = true
    for queue in queues { queue.truncate(to: mark) }
  }
}
