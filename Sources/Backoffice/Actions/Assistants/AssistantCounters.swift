/// Maintains the counters of each assistant's work.
///
/// A counter never prevents a change of an action. If a change made without these rules would make
/// a counter invalid, the assistant's counters are recomputed.
struct AssistantCounters: DerivedValue {
  let name = "assistants.counters"

  /// The change of an assistant's counters by one action or a change of it.
  struct Delta: Sendable {
    var active = 0
    var weight = 0
    var completed = 0
    var failed = 0
    var qualitySum = 0
    var qualityCount = 0
    var durationSum: Int64 = 0
    var durationCount = 0
    var lastActiveAt: Timestamp?
    var lastAssignedAt: Timestamp?

    var isEmpty: Bool {
      active == 0 && weight == 0 && completed == 0 && failed == 0 && qualitySum == 0
        && qualityCount == 0
        && durationSum == 0 && durationCount == 0 && lastActiveAt == nil && lastAssignedAt == nil
    }

    mutating func add(_ other: Delta) {
      active.add(other.active)
      weight.add(other.weight)
      completed.add(other.completed)
      failed.add(other.failed)
      qualitySum.add(other.qualitySum)
      qualityCount.add(other.qualityCount)
      durationSum.add(other.durationSum)
      durationCount.add(other.durationCount)
      lastActiveAt = [lastActiveAt, other.lastActiveAt].compactMap(\.self).max()
      lastAssignedAt = [lastAssignedAt, other.lastAssignedAt].compactMap(\.self).max()
    }
  }

  var triggers: [Trigger] {
    [
      .atCommit(
        name,
        .insertDeleteOrUpdate(
          of: "assistant_id", "status", "quality_score", "actual_duration_microseconds",
          "assigned_at", "started_at", "finished_at", "weight"),
        on: CountedAction.self,
        collect: { (change, emit: (ID<Assistant>, Delta) -> Void) in
          if let old = change.old, let assistant = old.assistant {
            emit(assistant, old.contribution(sign: -1))
          }
          if let new = change.new, let assistant = new.assistant {
            var delta = new.contribution(sign: 1)
            delta.lastAssignedAt = new.assignedAt
            delta.lastActiveAt = [new.startedAt, new.finishedAt].compactMap(\.self).max()
            emit(assistant, delta)
          }
        },
        combine: { total, delta in total.add(delta) },
        perform: { assistant, delta, transaction in
          guard !delta.isEmpty else { return }
          let changed = try transaction.execute(
            Self.apply, assistant, delta.active, delta.completed, delta.failed,
            delta.qualitySum, delta.qualityCount, delta.durationSum, delta.durationCount,
            delta.lastActiveAt, delta.lastAssignedAt, transaction.now, delta.weight)
          if changed > 0 { return }
          _ = try Self.repair(
            try transaction.fetchAll(Self.differingOne, assistant) { try Kept($0) }, transaction)
        })
    ]
  }

  // The two times only increase: an action that moves to another assistant does not reset them.
  private static let apply = SQLStatement(
    """
    UPDATE assistants SET active_count = active_count + ?2, completed_count = completed_count + ?3,
      failed_count = failed_count + ?4, quality_sum = quality_sum + ?5,
      quality_count = quality_count + ?6,
      duration_sum_microseconds = duration_sum_microseconds + ?7,
      duration_count = duration_count + ?8,
      last_active_at = coalesce(max(last_active_at, ?9), last_active_at, ?9),
      last_assigned_at = coalesce(max(last_assigned_at, ?10), last_assigned_at, ?10),
      updated_at = ?11, active_weight = active_weight + ?12
    WHERE id = ?1 AND min(active_count + ?2, completed_count + ?3, failed_count + ?4,
        quality_count + ?6, duration_sum_microseconds + ?7, duration_count + ?8,
        active_weight + ?12) >= 0
      AND quality_sum + ?5 BETWEEN quality_count + ?6 AND 5 * (quality_count + ?6)
    """)

  private static let differing = SQLStatement("\(differences("assistant_id IS NOT NULL")) LIMIT ?")
  static let differingOne = SQLStatement(differences("assistant_id = ?1", of: "WHERE a.id = ?1"))

  private static func differences(_ condition: String, of assistants: String = "") -> String {
    """
    WITH work AS (
      SELECT assistant_id,
        sum(status IN ('assigned', 'in_progress')) AS active,
        sum(CASE WHEN status IN ('assigned', 'in_progress') THEN weight ELSE 0 END) AS weight,
        sum(status = 'completed') AS completed,
        sum(status = 'failed') AS failed,
        sum(CASE WHEN status = 'completed' THEN quality_score ELSE 0 END) AS quality_sum,
        sum(status = 'completed' AND quality_score IS NOT NULL) AS quality_count,
        sum(CASE WHEN status = 'completed' THEN actual_duration_microseconds ELSE 0 END)
          AS duration_sum,
        sum(status = 'completed' AND actual_duration_microseconds IS NOT NULL) AS duration_count,
        max(max(coalesce(started_at, finished_at), coalesce(finished_at, started_at)))
          AS last_active,
        max(assigned_at) AS last_assigned
      FROM pending_actions WHERE \(condition) GROUP BY assistant_id
    ), pairs AS (
      SELECT a.id AS id, a.handle AS handle,
        a.active_count AS k1, coalesce(w.active, 0) AS c1,
        a.completed_count AS k2, coalesce(w.completed, 0) AS c2,
        a.failed_count AS k3, coalesce(w.failed, 0) AS c3,
        a.quality_sum AS k4, coalesce(w.quality_sum, 0) AS c4,
        a.quality_count AS k5, coalesce(w.quality_count, 0) AS c5,
        a.duration_sum_microseconds AS k6, coalesce(w.duration_sum, 0) AS c6,
        a.duration_count AS k7, coalesce(w.duration_count, 0) AS c7,
        a.last_active_at AS k8,
        coalesce(max(a.last_active_at, w.last_active), a.last_active_at, w.last_active) AS c8,
        a.last_assigned_at AS k9,
        coalesce(max(a.last_assigned_at, w.last_assigned), a.last_assigned_at, w.last_assigned)
          AS c9,
        a.active_weight AS k10, coalesce(w.weight, 0) AS c10
      FROM assistants a LEFT JOIN work w ON w.assistant_id = a.id \(assistants)
    )
    SELECT id, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, k1, k2, k3, k4, k5, k6, k7, k8, k9, k10
    FROM pairs
    WHERE k1 <> c1 OR k2 <> c2 OR k3 <> c3 OR k4 <> c4 OR k5 <> c5 OR k6 <> c6 OR k7 <> c7
      OR k8 IS NOT c8 OR k9 IS NOT c9 OR k10 <> c10
    """
  }

  private static let columnNames = [
    "active_count", "completed_count", "failed_count", "quality_sum", "quality_count",
    "duration_sum_microseconds", "duration_count", "last_active_at", "last_assigned_at",
    "active_weight",
  ]

  private static let write = SQLStatement(
    """
    UPDATE assistants SET active_count = ?2, completed_count = ?3, failed_count = ?4,
      quality_sum = ?5, quality_count = ?6, duration_sum_microseconds = ?7, duration_count = ?8,
      last_active_at = ?9, last_assigned_at = ?10, updated_at = ?11, active_weight = ?12
    WHERE id = ?1
    """)

  func findings(in transaction: borrowing ReadTransaction, limit: Int) throws -> [Finding] {
    try transaction.fetchAll(Self.differing, limit) { row in
      let id = try row.value(at: 0, as: ID<Assistant>.self)
      var problems: [String] = []
      for (index, column) in Self.columnNames.enumerated() {
        let computed = try row.value(at: 1 + index, as: Int64?.self)
        let kept = try row.value(at: 11 + index, as: Int64?.self)
        guard computed != kept else { continue }
        problems.append("\(column) is \(kept.text), its actions give \(computed.text)")
      }
      return Finding(
        check: name, entity: "assistants \(id)", problem: problems.joined(separator: "; "))
    }
  }

  func rebuild(in transaction: borrowing WriteTransaction) throws -> Int {
    try Self.repair(
      try transaction.fetchAll(Self.differing, -1) { try Kept($0) }, transaction)
  }

  /// An assistant with the values computed from its actions.
  private struct Kept {
    let id: ID<Assistant>
    let values: [Int64?]

    init(_ row: borrowing Row) throws {
      id = try row.value(at: 0)
      values = try (1...10).map { try row.value(at: $0, as: Int64?.self) }
    }
  }

  private static func repair(
    _ rows: [Kept], _ transaction: borrowing WriteTransaction
  ) throws -> Int {
    for row in rows {
      let values = row.values
      try transaction.execute(
        write, row.id, values[0], values[1], values[2], values[3], values[4], values[5], values[6],
        values[7], values[8], transaction.now, values[9])
    }
    return rows.count
  }
}

extension Int64? {
  fileprivate var text: String { map(String.init) ?? "empty" }
}

/// The columns of an action that determine its assistant's counters.
struct CountedAction: TableRow {
  static let tableName = PendingAction.tableName
  let assistant: ID<Assistant>?
  let status: ActionStatus
  let quality: Int?
  let duration: Int64?
  let assignedAt: Timestamp?
  let startedAt: Timestamp?
  let finishedAt: Timestamp?
  let weight: Int

  func contribution(sign: Int) -> AssistantCounters.Delta {
    var delta = AssistantCounters.Delta()
    switch status {
    case .assigned, .inProgress:
      delta.active = sign
      delta.weight = weight.multiplied(by: sign)
    case .completed:
      delta.completed = sign
      if let quality {
        delta.qualitySum = quality.multiplied(by: sign)
        delta.qualityCount = sign
      }
      if let duration {
        delta.durationSum = duration.multiplied(by: Int64(sign))
        delta.durationCount = sign
      }
    case .failed: delta.failed = sign
    case .pending, .blocked, .requiresCustomer, .suspended, .cancelled: break
    }
    return delta
  }
}

extension CountedAction {
  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      assistant: column("assistant_id"), status: column("status"), quality: column("quality_score"),
      duration: column("actual_duration_microseconds"), assignedAt: column("assigned_at"),
      startedAt: column("started_at"), finishedAt: column("finished_at"), weight: column("weight"))
  }
}
