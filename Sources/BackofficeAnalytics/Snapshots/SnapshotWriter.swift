import Backoffice

/// Writes snapshots where they differ from what is stored.
struct SnapshotWriter {
  private static let upsert = SQLStatement(
    """
    INSERT INTO analytics_snapshots (bucket_kind, bucket_start_date, bucket_end_date, pipeline,
      scope, owner_id, total_customers, new_customers, active_customers, converted_customers,
      lost_customers, status_counts, cycle_time_sum_microseconds, cycle_time_count, computed_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET bucket_end_date = excluded.bucket_end_date,
      total_customers = excluded.total_customers, new_customers = excluded.new_customers,
      active_customers = excluded.active_customers,
      converted_customers = excluded.converted_customers,
      lost_customers = excluded.lost_customers, status_counts = excluded.status_counts,
      cycle_time_sum_microseconds = excluded.cycle_time_sum_microseconds,
      cycle_time_count = excluded.cycle_time_count, computed_at = excluded.computed_at
    WHERE (bucket_end_date, total_customers, new_customers, active_customers,
      converted_customers, lost_customers, status_counts, cycle_time_sum_microseconds,
      cycle_time_count)
    IS NOT (excluded.bucket_end_date, excluded.total_customers, excluded.new_customers,
      excluded.active_customers, excluded.converted_customers, excluded.lost_customers,
      excluded.status_counts, excluded.cycle_time_sum_microseconds, excluded.cycle_time_count)
    """)

  private static let ownersOfBucket = SQLStatement(
    """
    SELECT owner_id FROM analytics_snapshots
    WHERE bucket_kind = ? AND bucket_start_date = ? AND pipeline = ? AND scope = 'owner'
    """)

  private static let remove = SQLStatement(
    """
    DELETE FROM analytics_snapshots
    WHERE bucket_kind = ? AND bucket_start_date = ? AND pipeline = ? AND scope = 'owner'
      AND owner_id = ?
    """)

  let pipeline: String
  /// Whether a row is compared and written.
  let isWanted: (Scope, Bucket) -> Bool
  /// How many rows were written or removed.
  private(set) var changes = 0
  private var bucket: Bucket?
  private var owners: Set<ID<AnyEntity>> = []
  private var keys: [String: String] = [:]

  init(pipeline: String, isWanted: @escaping (Scope, Bucket) -> Bool) {
    self.pipeline = pipeline
    self.isWanted = isWanted
  }

  mutating func write(
    _ bucket: Bucket, _ scope: Scope, _ figures: Figures,
    _ transaction: borrowing WriteTransaction
  ) throws {
    guard let kind = bucket.kind else { return }
    if bucket != self.bucket { try finishBucket(transaction) }
    self.bucket = bucket
    if scope != .system { owners.insert(scope.key) }
    changes += try transaction.execute(
      Self.upsert, kind, bucket.start, bucket.end, pipeline, scope.column, scope.key,
      figures.total, figures.new, figures.active, figures.converted, figures.lost,
      try json(figures.statusCounts),
      figures.cycleTimeSum, figures.conversions, transaction.now)
  }

  /// Removes the rows of owners who, after a correction, have no customers in the last bucket.
  mutating func finishBucket(_ transaction: borrowing WriteTransaction) throws {
    guard let bucket, let kind = bucket.kind else { return }
    let stored: [ID<AnyEntity>] = try transaction.fetchAll(
      Self.ownersOfBucket, kind, bucket.start, pipeline
    ) { row in try row.value(at: 0) }
    for owner in stored where !owners.contains(owner) && isWanted(.owner(owner), bucket) {
      changes += try transaction.execute(Self.remove, kind, bucket.start, pipeline, owner)
    }
    self.bucket = nil
    owners.removeAll(keepingCapacity: true)
  }

  /// The counts as an object with sorted keys; written by hand for speed.
  private mutating func json(_ counts: [String: Int]) throws -> String {
    var text = "{"
    for status in counts.keys.sorted() {
      if text.utf8.count > 1 { text += "," }
      if let key = keys[status] {
        text += key
      } else {
        let key = try JSONText(encoding: status).text
        keys[status] = key
        text += key
      }
      text += ":\(counts[status] ?? 0)"
    }
    return text + "}"
  }
}
