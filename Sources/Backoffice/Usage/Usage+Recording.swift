/// The result of recording many events.
public struct UsageImport: Sendable, Hashable {
  /// The number of new events.
  public internal(set) var recorded = 0
  /// The number of events recorded before.
  public internal(set) var duplicates = 0
  /// The number of refused events.
  public internal(set) var refused = 0
  /// The first 10,000 refusals, in the order of the events.
  public internal(set) var refusals: [Refusal] = []

  /// Creates a result with all counts at zero.
  public init() {}

  /// A refused event.
  public struct Refusal: Sendable, Hashable {
    /// The index of the event in the sequence.
    public let index: Int
    /// The error.
    public let error: UsageError
  }

  static let mostRefusals = 10_000
}

extension Usage {
  /// Records a usage event.
  ///
  /// Recording the same event again changes nothing. The day, month and billing period follow from
  /// the time of use, not from the time of recording.
  ///
  /// - Returns: whether the event is new.
  /// - Throws: ``UsageError/invalidEvent(key:_:)``, ``UsageError/unknownCustomer(_:)``,
  ///   ``UsageError/keyConflict(key:)`` if the key belongs to different content or to a refused
  ///   consumption,
  ///   ``UsageError/sumOutOfRange(customer:meter:period:)``,
  ///   ``UsageError/currencyMismatch(customer:meter:expected:found:)``.
  /// - Complexity: independent of the number of events recorded before.
  @discardableResult
  public func record(_ event: UsageEvent) throws -> UsageOutcome {
    try access.write { transaction in try transaction.recordUsage(event) }
  }

  /// Records many events in transactions of bounded size.
  ///
  /// A refused event is counted and skipped, and all others are recorded. If the database fails, the events of committed
  /// transactions are kept. Recording the whole sequence again does not change recorded events.
  ///
  /// - Parameters:
  ///   - events: the events; iterated once.
  ///   - transactionSize: the number of events per transaction, 1 to 10,000; 1,000 by default.
  /// - Returns: the counts and the first refusals.
  /// - Throws: `StorageError` with `closed`, `readOnlyStore`, `busy`, `writerBusy`; `SQLiteError`.
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
        // A sum out of range and a second currency are found after the row has been written.
        let outcome = try transaction.savepoint { try $0.recordUsage(event) }
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
