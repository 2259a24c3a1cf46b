/// What the queue keeps in memory of the tables that hold its settings.
///
/// Filled as it is asked for. The writing connection forgets it when another process has committed,
/// or a statement has changed one of the tables.
final class QueueCache {
  static let shared = CachedValue(
    tables: [
      "queue_controls", "queue_kinds", "queue_policies", "queue_limits", "queue_weights",
      "store_settings",
    ]
  ) { QueueCache() }

  /// What a kind gives its items.
  struct Kind {
    let policyKey: Int64?
    let policy: ItemPolicy
  }

  /// The maximum number of entries of each dictionary, which is emptied when it is full.
  private static let capacity = 1000

  private(set) var kinds: [String: Kind?] = [:]
  private(set) var controls: [String: QueueControl] = [:]
  var limits: (ofKinds: Bool, withRate: Bool)?
  var acceptsOnlyDeclared: Bool?
  private(set) var policies: [Int64: ItemPolicy] = [:]
  private(set) var policyKeys: [ItemPolicy: Int64] = [:]

  func note(_ kind: String, _ found: Kind?) {
    if kinds.count >= Self.capacity { kinds = [:] }
    kinds[kind] = .some(found)
  }

  func note(_ key: Int64, _ found: ItemPolicy) {
    if policies.count >= Self.capacity { policies = [:] }
    policies[key] = found
  }

  func note(_ policy: ItemPolicy, _ key: Int64) {
    if policyKeys.count >= Self.capacity { policyKeys = [:] }
    policyKeys[policy] = key
  }

  func note(_ queue: String, _ found: QueueControl) {
    if controls.count >= Self.capacity { controls = [:] }
    controls[queue] = found
  }
}

/// The settings of a queue, as enqueues and claims need them.
struct QueueControl: TableRow {
  static let tableName = "queue_controls"

  var isPaused = false
  var isFair = false
  /// After how many microseconds an item counts a priority higher; 0 for never.
  var aging: Int64 = 600_000_000
  var maxWaiting: Int?
  var isDraining = false

  private static let find = select("WHERE queue = ?")

  init() {}

  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    isPaused = try column("is_paused")
    isFair = try column("is_fair")
    let seconds: Int64? = try column("aging_seconds")
    aging = (seconds ?? 600).multiplied(by: 1_000_000)
    maxWaiting = try column("max_waiting")
    let drainingSince: Timestamp? = try column("draining_since")
    isDraining = drainingSince != nil
  }

  /// The settings of a queue; the default settings for a queue without any.
  static func of(
    _ queue: String, _ transaction: borrowing WriteTransaction
  ) throws -> QueueControl {
    let cache = transaction.cached(QueueCache.shared)
    if let known = cache.controls[queue] { return known }
    let found = try fetchOne(transaction, find, queue) ?? QueueControl()
    cache.note(queue, found)
    return found
  }
}
