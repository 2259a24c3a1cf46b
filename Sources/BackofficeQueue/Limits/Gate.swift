/// A limit on the number of items that run at a time.
enum Gate: Hashable, Sendable {
  case batch(ID<Batch>)
  case key(String)
  case kind(String)

  /// The hold of an item that this gate does not admit.
  var hold: QueueItem.Hold {
    switch self {
    case .batch: .batch
    case .key: .key
    case .kind: .kind
    }
  }
}

/// The number of items that a gate admits now.
struct GateState {
  /// Free places; `Int.max` without a limit.
  var places: Int
  /// The window of its rate limit, if any.
  var window: RateWindow?

  static let open = GateState(places: .max)

  /// The number of items that may start now.
  func free(at now: Timestamp) -> Int {
    max(0, min(places, window?.free(at: now) ?? .max))
  }

  /// Counts an item that starts.
  mutating func take(at now: Timestamp) {
    if places < .max { places.add(-1) }
    window?.take(at: now)
  }
}

/// A limit on the number of claims in a window that starts with the first claim.
struct RateWindow {
  /// The row of the limit.
  let limit: Int64
  let count: Int
  let length: Duration
  var startedAt: Timestamp?
  var claims: Int
  var isChanged = false

  /// Whether the window is over; one that begins in the future, after the clock went back, is.
  func isOver(at now: Timestamp) -> Bool {
    guard let startedAt else { return true }
    return now >= startedAt + length || startedAt > now
  }

  func free(at now: Timestamp) -> Int { isOver(at: now) ? count : count.subtracting(claims) }

  mutating func take(at now: Timestamp) {
    if isOver(at: now) {
      startedAt = now
      claims = 0
    }
    claims.add(1)
    isChanged = true
  }
}

extension GateState {
  static let ofBatch = SQLStatement(
    """
    SELECT status, max_concurrent_items,
      (SELECT count(*) FROM queue_items WHERE batch_id = ?1 AND status = 'running')
    FROM batches WHERE id = ?1
    """)

  static let ofWindow = SQLStatement(
    "SELECT started_at, claims FROM queue_limit_windows WHERE limit_pk = ?")

  // A count that has reached the limit is enough to know that no place is free.
  static let runningOfKey = SQLStatement(
    """
    SELECT count(*) FROM (
      SELECT 1 FROM queue_items WHERE limit_key = ?1 AND status = 'running' LIMIT ?2)
    """)

  // The bound on the lease only names the index of running items.
  static let runningOfKind = SQLStatement(
    """
    SELECT count(*) FROM (SELECT 1 FROM queue_items
      WHERE status = 'running' AND lease_expires_at > 0 AND kind = ?1 LIMIT ?2)
    """)

  static let noteWindow = SQLStatement(
    """
    INSERT INTO queue_limit_windows (limit_pk, started_at, claims, reopens_at)
    VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (limit_pk) DO UPDATE SET started_at = ?2, claims = ?3, reopens_at = ?4
    """)

  /// Reads a gate: counted from the items, since counters wait for the commit.
  init(_ gate: Gate, _ transaction: borrowing some Transaction & ~Copyable) throws {
    switch gate {
    case .batch(let id):
      self =
        try transaction.fetchOne(Self.ofBatch, id) { row in
          let status: Batch.Status = try row.value(at: 0)
          guard status != .paused, status != .cancelled else { return GateState(places: 0) }
          return GateState(
            places: try row.value(at: 1, as: Int.self).subtracting(row.value(at: 2, as: Int.self)))
        } ?? .open
    case .key(let name):
      var limit = try QueueLimit.Row.find(.init(.key, name), transaction)
      if limit?.maxRunning == nil, let group = QueueLimit.group(of: name) {
        let shared = try QueueLimit.Row.find(.init(.key, group), transaction)
        limit = limit?.with(shared) ?? shared
      }
      self = try GateState(limit, running: Self.runningOfKey, of: name, transaction)
    case .kind(let name):
      let limit = try QueueLimit.Row.find(.init(.kind, name), transaction)
      self = try GateState(limit, running: Self.runningOfKind, of: name, transaction)
    }
  }

  private init(places: Int) { self.places = places }

  private init(
    _ limit: QueueLimit.Row?, running: SQLStatement, of name: String,
    _ transaction: borrowing some Transaction & ~Copyable
  ) throws {
    guard let limit else {
      self = .open
      return
    }
    places = .max
    window = try limit.window(transaction)
    if limit.isPaused {
      places = 0
    } else if let most = limit.maxRunning {
      places = most.subtracting(
        try transaction.fetchOne(running, name, most) { try $0.value(at: 0) } ?? 0)
    }
  }

  /// Stores how much of its window is used.
  func noteWindow(_ transaction: borrowing WriteTransaction) throws {
    guard let window, window.isChanged, let startedAt = window.startedAt else { return }
    try transaction.execute(
      Self.noteWindow, window.limit, startedAt, window.claims, startedAt + window.length)
  }
}
