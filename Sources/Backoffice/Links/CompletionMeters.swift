/// Counts the completed items of a customer, once for ever, on the meter that was declared for their kind.
enum CompletionMeters {
  /// The columns that say whose item completed when.
  struct Item: TableRow {
    static let tableName = QueueItem.tableName

    let id: ID<QueueItem>
    let kind: String
    let status: QueueItem.Status
    let account: Account?
    let finishedAt: Timestamp?
  }

  /// The declared meters by kind, filled as they are asked for.
  final class Cache {
    var meters: [String: Meter]?
  }

  static let cache = CachedValue(tables: ["completion_meters"]) { Cache() }

  private static let all = SQLStatement("SELECT kind, meter FROM completion_meters")

  static func meters(_ transaction: borrowing WriteTransaction) throws -> [String: Meter] {
    let cache = transaction.cached(cache)
    if let known = cache.meters { return known }
    var meters: [String: Meter] = [:]
    try transaction.forEach(all) { row in
      meters[try row.value(at: 0)] = try row.value(at: 1, as: Meter.self)
      return true
    }
    cache.meters = meters
    return meters
  }

  static let isUsed = RuleSwitch(
    tables: ["completion_meters"], "SELECT EXISTS (SELECT 1 FROM completion_meters)")

  private static let known = SQLStatement("SELECT 1 FROM usage_events WHERE idempotency_key = ?")

  static let count = Trigger.after(
    "queue_items.usage",
    .insertOrUpdate(of: "status", "account").where(
      .isOn(isUsed), .holds("account"), .becomes("status", [QueueItem.Status.completed.rawValue])),
    on: Item.self
  ) { change, transaction in
    guard let item = change.new, let account = item.account?.entity,
      let meter = try meters(transaction)[item.kind]
    else { return }
    let key = "\(UsageEvent.reservedKeyPrefix)\(item.id)"
    guard try transaction.fetchOne(known, key, decode: { _ in true }) == nil else { return }
    _ = try transaction.insertUsage(
      UsageEvent(key: key, customerID: ID(retyping: account), meter: meter, at: item.finishedAt))
  }
}

extension CompletionMeters.Item {
  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      id: column("id"), kind: column("kind"), status: column("status"),
      account: column("account"), finishedAt: column("finished_at"))
  }
}

extension Usage {
  private static let declare = SQLStatement(
    """
    INSERT INTO completion_meters (kind, meter, created_at) VALUES (?1, ?2, ?3)
    ON CONFLICT (kind) DO UPDATE SET meter = ?2 WHERE meter <> ?2
    """)
  private static let withdraw = SQLStatement("DELETE FROM completion_meters WHERE kind = ?")
  private static let declared = SQLStatement(
    "SELECT kind, meter FROM completion_meters ORDER BY kind LIMIT 1000")

  /// Counts the completed items of a kind on a meter of their customer, each as one use; nil counts them no
  /// longer.
  ///
  /// In the file, and for all processes; it holds for items that complete from then on. No kind is counted
  /// unless it was declared so.
  ///
  /// - Throws: ``UsageError/invalidEvent(key:_:)`` for a kind or a meter without a name.
  public func countCompletions(of kind: String, as meter: Meter?) throws {
    guard !kind.isEmpty else { throw UsageError.invalidEvent(key: kind, .emptyKey) }
    try access.write { transaction in
      guard let meter else { return try transaction.execute(Self.withdraw, kind.keyForm) }
      guard !meter.rawValue.isEmpty else { throw UsageError.invalidEvent(key: kind, .emptyMeter) }
      return try transaction.execute(Self.declare, kind.keyForm, meter, transaction.now)
    }
  }

  /// The meters on which completed items are counted, by their kind.
  public func countedCompletions() throws -> [String: Meter] {
    try access.readOnce { transaction in
      let pairs = try transaction.fetchAll(Self.declared) { row in
        (try row.value(at: 0, as: String.self), try row.value(at: 1, as: Meter.self))
      }
      return Dictionary(uniqueKeysWithValues: pairs)
    }
  }
}
