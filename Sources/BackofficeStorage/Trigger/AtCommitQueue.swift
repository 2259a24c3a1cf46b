/// What one `atCommit` rule has collected in the running transaction.
///
/// @unchecked Sendable: belongs to one connection, which one thread uses at a time.
class AtCommitQueue: @unchecked Sendable {
  let name: String

  init(name: String) { self.name = name }

  /// How much has been collected; a savepoint remembers it.
  var count: Int { 0 }
  func collect(_ change: borrowing CapturedChange) throws {}
  func truncate(to count: Int) {}
  func flush(_ transaction: borrowing WriteTransaction) throws {}
}

final class TypedAtCommitQueue<R: TableRow, Key: Hashable & Sendable, Delta: Sendable>:
  AtCommitQueue, @unchecked Sendable
{
  private let collector: @Sendable (RowChange<R>, (Key, Delta) -> Void) throws -> Void
  private let combine: @Sendable (inout Delta, Delta) -> Void
  private let perform: @Sendable (Key, Delta, borrowing WriteTransaction) throws -> Void
  /// A log rather than a dictionary: a rollback to a savepoint cuts its end off.
  private var log: [(key: Key, delta: Delta)] = []

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

  override var count: Int { log.count }

  override func collect(_ change: borrowing CapturedChange) throws {
    try collector(change.decode(R.self)) { key, delta in log.append((key, delta)) }
  }

  override func truncate(to count: Int) { log.removeLast(max(0, log.count - count)) }

  override func flush(_ transaction: borrowing WriteTransaction) throws {
    let entries = log
    log.removeAll(keepingCapacity: true)
    var positions: [Key: Int] = [:]
    var folded: [(key: Key, delta: Delta)] = []
    for entry in entries {
      if let position = positions[entry.key] {
        combine(&folded[position].delta, entry.delta)
      } else {
        positions[entry.key] = folded.count
        folded.append(entry)
      }
    }
    for entry in folded { try perform(entry.key, entry.delta, transaction) }
  }
}
