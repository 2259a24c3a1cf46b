/// Counts each completed item of a customer once on the meter declared for its kind.
enum CompletionMeters {
  /// The columns that determine the customer and the time of a completion.
  struct Item: TableRow {
    static let tableName = QueueItem.tableName

    let id: ID<QueueItem>
    let kind: String
    let status: QueueItem.Status
    let account: Account?
    let finishedAt: Timestamp?
  }

  /// The declared meters by kind, filled on demand.
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

  /// Counts a completed item on the meter of its kind, where one is declared.
  static let count = Trigger.after(
    "queue_items.usage",
    .insertOrUpdate(of: "status", "account").where(
      .isOn(isUsed), .holds("account"), .becomes("status", [QueueItem.Status.completed.rawValue])),
    on: Item.self
  ) { change, transaction in
    guard let item = change.new, let account = item.account?.entity,
      let meter = try meters(transaction)[item.kind]
    else { return }
    // The first completion stands, even if the meter of the kind has changed since.
    _ = try transaction.insertNewUsage(
      UsageEvent(
        key: "\(UsageEvent.reservedKeyPrefix)\(item.id)", customerID: ID(retyping: account),
        meter: meter, at: item.finishedAt))
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

  /// Counts the completed items of a kind on a meter of their customer, each as one use; nil stops
  /// counting.
  ///
  /// The declaration is stored in the database and applies to all processes, for items that
  /// complete from now on. Without a declaration, a kind is not counted.
  ///
  /// - Throws: ``UsageError/invalidEvent(key:_:)`` if the kind or the meter is empty.
  public func countCompletions(of kind: String, as meter: Meter?) throws {
    guard !kind.isEmpty else { throw UsageError.invalidEvent(key: kind, .emptyKey) }
    try access.write { transaction in
      guard let meter else { return try transaction.execute(Self.withdraw, kind.keyForm) }
      guard !meter.rawValue.isEmpty else { throw UsageError.invalidEvent(key: kind, .emptyMeter) }
      return try transaction.execute(Self.declare, kind.keyForm, meter, transaction.now)
    }
  }

  /// The meters on which completed items are counted, by kind.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  public func countedCompletions() throws -> [String: Meter] {
    try access.readOnce { transaction in
      let pairs = try transaction.fetchAll(Self.declared) { row in
        (try row.value(at: 0, as: String.self), try row.value(at: 1, as: Meter.self))
      }
      return Dictionary(uniqueKeysWithValues: pairs)
    }
  }
}
