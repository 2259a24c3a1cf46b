/// What became of many events.
public struct UsageImport: Sendable, Hashable {
  /// How many were new.
  public internal(set) var recorded = 0
  /// How many were recorded before.
  public internal(set) var duplicates = 0
  /// How many were refused.
  public internal(set) var refused = 0
  /// The first 100 refusals, by the event's place in the sequence from 0.
  public internal(set) var refusals: [Refusal] = []

  /// Creates an empty count.
  public init() {}

  /// An event that was refused, and why.
  public struct Refusal: Sendable, Hashable {
    /// The event's place in the sequence, from 0.
    public let index: Int
    /// Why.
    public let error: UsageError
  }

  static let mostRefusals = 100
}

extension Usage {
  /// Records a use.
  ///
  /// The same event again changes nothing, however late it comes. Its day, month and billing period
  /// follow from when it was used, not from when it was recorded.
  ///
  /// - Returns: whether it is new.
  /// - Throws: ``UsageError/invalidEvent(key:_:)``, ``UsageError/unknownCustomer(_:)``,
  ///   ``UsageError/keyConflict(key:)`` when the key belongs to other content,
  ///   ``UsageError/currencyMismatch(customer:meter:expected:found:)``.
  /// - Complexity: does not grow with the events recorded before.
  @discardableResult
  public func record(_ event: UsageEvent) throws -> UsageOutcome {
    try access.write { transaction in try transaction.recordUsage(event) }
  }

  /// Records many events in transactions of bounded size.
  ///
  /// A refused event is counted and left out, the others go in. After a failure of the file, what
  /// earlier transactions recorded stays; recording everything again changes nothing that is in.
  ///
  /// - Parameters:
  ///   - events: the events, read once.
  ///   - transactionSize: how many a transaction takes; 1,000 by default, 1 to 10,000.
  /// - Returns: the counts and the first refusals.
  /// - Throws: `StorageError` and `SQLiteError` when the file cannot be written.
  @discardableResult
  public func record(
    _ events: some Sequence<UsageEvent>, transactionSize: Int = 1000
  ) throws -> UsageImport {
    let size = min(max(1, transactionSize), 10_000)
    var result = UsageImport()
    var index = 0
    var iterator = events.makeIterator()
    var isAtEnd = false
    while !isAtEnd {
      var chunk: [UsageEvent] = []
      while chunk.count < size {
        guard let event = iterator.next() else {
          isAtEnd = true
          break
        }
        chunk.append(event)
      }
      guard !chunk.isEmpty else { break }
      result = try access.write { transaction in
        try Self.record(chunk, from: index, counting: result, in: transaction)
      }
      index += chunk.count
    }
    return result
  }

  private static func record(
    _ chunk: [UsageEvent], from start: Int, counting earlier: UsageImport,
    in transaction: borrowing WriteTransaction
  ) throws -> UsageImport {
    var result = earlier
    for (offset, event) in chunk.enumerated() {
      do {
        // Only an amount can fail after its row is written, by a second currency.
        let outcome =
          event.amount == nil
          ? try transaction.recordUsage(event)
          : try transaction.savepoint { try $0.recordUsage(event) }
        if outcome == .recorded { result.recorded += 1 } else { result.duplicates += 1 }
      } catch {
        guard let refusal = error as? UsageError else { throw error }
        result.refused += 1
        if result.refusals.count < UsageImport.mostRefusals {
          result.refusals.append(UsageImport.Refusal(index: start + offset, error: refusal))
        }
      }
    }
    return result
  }
}
