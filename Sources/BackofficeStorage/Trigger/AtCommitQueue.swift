/// What one `atCommit` rule has collected in the running transaction.
///
/// @unchecked Sendable: belongs to one connection, which one thread uses at a time.
@usableFromInline
class AtCommitQueue: @unchecked Sendable {
  @usableFromInline let name: String

  @usableFromInline
  init(name: String) { self.name = name }

  /// How much has been collected and not been dealt with.
  @usableFromInline var count: Int { 0 }
  /// Takes what a change contributes; `number` counts the changes of the transaction.
  @usableFromInline func collect(_ change: borrowing CapturedChange, number: Int) throws {}
  /// Forgets the contributions of later changes than that with `number`.
  @usableFromInline func truncate(after number: Int) {}
  @usableFromInline func flush(_ transaction: borrowing WriteTransaction) throws {}
}

@usableFromInline
final class TypedAtCommitQueue<R: TableRow, Key: Hashable & Sendable, Delta: Sendable>:
  AtCommitQueue, @unchecked Sendable
{
  @usableFromInline let collector: @Sendable (RowChange<R>, (Key, Delta) -> Void) throws -> Void
  @usableFromInline let combine: @Sendable (inout Delta, Delta) -> Void
  @usableFromInline let perform: @Sendable (Key, Delta, borrowing WriteTransaction) throws -> Void
  /// A log rather than a dictionary: a rollback to a savepoint cuts its end off.
  @usableFromInline var log: [(key: Key, delta: Delta, number: Int)] = []

  @inlinable
  init(
    name: String,
    collect: @escaping @Sendable (RowChange<R>, (Key, Delta) -> Void) throws -> Void,
    combine: @escaping @Sendable (inout Delta, Delta) -> Void,
    perform: @escaping @Sendable (Key, Delta, borrowing WriteTransaction) throws -> Void
  ) {
    collector = collect
    self.combine = combine
    self.perform = perform
    super.init(name: name)
  }

  @inlinable
  override var count: Int { log.count }

  @inlinable
  override func collect(_ change: borrowing CapturedChange, number: Int) throws {
    try collector(change.decode(R.self)) { key, delta in log.append((key, delta, number)) }
  }

  @inlinable
  override func truncate(after number: Int) {
    while let last = log.last, last.number > number { log.removeLast() }
  }

  @inlinable
  override func flush(_ transaction: borrowing WriteTransaction) throws {
    var entries: [(key: Key, delta: Delta, number: Int)] = []
    swap(&entries, &log)
    if entries.count == 1 { return try perform(entries[0].key, entries[0].delta, transaction) }
    var positions: [Key: Int] = [:]
    var folded: [(key: Key, delta: Delta)] = []
    for entry in entries {
      if let position = positions[entry.key] {
        combine(&folded[position].delta, entry.delta)
      } else {
        positions[entry.key] = folded.count
        folded.append((entry.key, entry.delta))
      }
    }
    for entry in folded { try perform(entry.key, entry.delta, transaction) }
  }
}
