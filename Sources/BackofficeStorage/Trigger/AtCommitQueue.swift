/// What one `atCommit` rule has collected in the running transaction.
///
/// Made of closures: the methods of a generic class are never specialised for its types.
///
/// @unchecked Sendable: belongs to one connection, which one thread uses at a time.
@usableFromInline
final class AtCommitQueue: @unchecked Sendable {
  let name: String
  /// Whether something may have been collected that has not been dealt with.
  private(set) var isPending = false
  private let take: (borrowing CapturedChange, Int) throws -> Void
  private let cut: (Int) -> Void
  private let perform: (borrowing WriteTransaction) throws -> Void

  @usableFromInline
  init(
    name: String, take: @escaping (borrowing CapturedChange, Int) throws -> Void,
    cut: @escaping (Int) -> Void,
    perform: @escaping (borrowing WriteTransaction) throws -> Void
  ) {
    self.name = name
    self.take = take
    self.cut = cut
    self.perform = perform
  }

  /// Takes what a change contributes; `number` counts the changes of the transaction.
  func collect(_ change: borrowing CapturedChange, number: Int) throws {
    isPending = true
    try take(change, number)
  }

  /// Forgets the contributions of later changes than that with `number`.
  func truncate(after number: Int) { cut(number) }

  /// Deals with everything that was collected.
  func flush(_ transaction: borrowing WriteTransaction) throws {
    isPending = false
    try perform(transaction)
  }
}

/// A contribution to a key, with the number of the change that it follows from.
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

extension AtCommitQueue {
  @inlinable
  static func make<R: TableRow, Key: Hashable & Sendable, Delta: Sendable>(
    name: String,
    collect: @escaping @Sendable (RowChange<R>, (Key, Delta) -> Void) throws -> Void,
    combine: @escaping @Sendable (inout Delta, Delta) -> Void,
    perform: @escaping @Sendable (Key, Delta, borrowing WriteTransaction) throws -> Void
  ) -> AtCommitQueue {
    // A log rather than a dictionary: a rollback to a savepoint cuts its end off.
    var log: [Contribution<Key, Delta>] = []
    return AtCommitQueue(
      name: name,
      take: { change, number in
        try collect(change.decode(R.self)) { key, delta in
          log.append(Contribution(key: key, delta: delta, number: number))
        }
      },
      cut: { number in
        while let last = log.last, last.number > number { log.removeLast() }
      },
      perform: { transaction in
        var entries: [Contribution<Key, Delta>] = []
        swap(&entries, &log)
        if entries.count == 1 {
          return try perform(entries[0].key, entries[0].delta, transaction)
        }
        var positions: [Key: Int] = [:]
        var folded: [Contribution<Key, Delta>] = []
        for entry in entries {
          // A rule that sums up finds its few keys among the last ones, without hashing them.
          let recent = folded.indices.suffix(4).last { folded[$0].key == entry.key }
          if let position = recent ?? positions[entry.key] {
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
