public import Backoffice

/// What a refresh of the snapshots did.
public struct SnapshotRefresh: Sendable, Hashable {
  /// The days that were computed; nil when there was nothing to do.
  public let days: ClosedRange<CalendarDate>?
  /// How many buckets were computed, over all pipelines.
  public let buckets: Int
  /// How many rows were new, different or removed.
  public let changedRows: Int
}

extension Analytics {
  /// The most days that one call computes: a hundred years.
  public static let rangeLimit = 36_525

  // Steps from one pipeline to the next along the index, past the flows of each.
  private static let pipelines = SQLStatement(
    """
    WITH RECURSIVE step (name) AS (
      SELECT min(pipeline) FROM analytics_flows WHERE entity_kind = 'customer'
      UNION ALL
      SELECT (SELECT min(pipeline) FROM analytics_flows
        WHERE entity_kind = 'customer' AND pipeline > name) FROM step WHERE name IS NOT NULL)
    SELECT name FROM step WHERE name IS NOT NULL
    UNION SELECT pipeline FROM status_definitions
    """)

  private static let storedPipelines = SQLStatement(
    "SELECT DISTINCT pipeline FROM analytics_snapshots ORDER BY pipeline")

  /// Takes all snapshots that are missing or out of date, up to yesterday.
  ///
  /// Starts after the last day that was taken before, or earlier where history rows came late since.
  /// One transaction; a second call changes nothing. Run it once a day, soon after midnight.
  ///
  /// - Complexity: grows with the days to compute, their owners and the changes of those days and of
  ///   the 30 days before.
  @discardableResult
  public func refresh() throws -> SnapshotRefresh {
    try access.write { transaction in
      let yesterday = transaction.zone.date(of: transaction.now).adding(days: -1)
      let dirty = try AnalyticsMarks.day(AnalyticsMarks.dirtyFrom, transaction)
      let until = try AnalyticsMarks.day(AnalyticsMarks.computedUntil, transaction)
      var start = until.map { $0.adding(days: 1) }
      if start == nil { start = try FigureEngine.firstDay(transaction) }
      if let dirty { start = min(start ?? dirty, dirty) }
      guard var start, start <= yesterday else {
        return SnapshotRefresh(days: nil, buckets: 0, changedRows: 0)
      }
      start = max(start, yesterday.adding(days: 1 - Self.rangeLimit))
      var changes = 0
      var count = 0
      for name in try Self.pipelineNames(transaction) {
        // A pipeline's snapshots begin with its first customer.
        guard let first = try Self.firstDay(of: name, transaction), first <= yesterday
        else { continue }
        let buckets = BucketKind.allCases.flatMap {
          Bucket.covering(max(start, first)...yesterday, kind: $0, endingBy: yesterday)
        }
        changes += try Self.write(buckets, pipeline: name, base: .snapshots, transaction)
        count += buckets.count
      }
      try AnalyticsMarks.set(AnalyticsMarks.computedUntil, to: yesterday, transaction)
      try AnalyticsMarks.set(AnalyticsMarks.dirtyFrom, to: nil, transaction)
      return SnapshotRefresh(days: start...yesterday, buckets: count, changedRows: changes)
    }
  }

  /// Takes the snapshots of every bucket that has a day in a past range and is over.
  ///
  /// Whatever the store holds now, a bucket's figures are those of its end. One transaction; a second
  /// call changes nothing.
  ///
  /// - Parameters:
  ///   - kinds: the lengths of the buckets; all by default.
  ///   - days: the range; its last day is yesterday or earlier.
  /// - Throws: ``AnalyticsError/notOver(day:today:)``,
  ///   ``AnalyticsError/rangeTooLong(days:limit:)`` for more than ``rangeLimit`` days.
  /// - Complexity: as ``refresh()``.
  @discardableResult
  public func refreshSnapshots(
    of kinds: Set<BucketKind> = Set(BucketKind.allCases), in days: ClosedRange<CalendarDate>
  ) throws -> SnapshotRefresh {
    let length = days.upperBound.daysSince1970 - days.lowerBound.daysSince1970 + 1
    guard length <= Self.rangeLimit else {
      throw AnalyticsError.rangeTooLong(days: length, limit: Self.rangeLimit)
    }
    return try access.write { transaction in
      let today = transaction.zone.date(of: transaction.now)
      guard days.upperBound < today else {
        throw AnalyticsError.notOver(day: days.upperBound, today: today)
      }
      return try Self.compute(kinds, days, today.adding(days: -1), transaction)
    }
  }

  private static let firstDays = SQLStatement(
    """
    SELECT min(day) FROM (
      SELECT min(day) AS day FROM analytics_flows
      WHERE entity_kind = 'customer' AND pipeline = ?1
      UNION ALL
      SELECT * FROM (SELECT bucket_start_date FROM analytics_snapshots
        WHERE bucket_kind = 'daily' AND pipeline = ?1 AND scope = 'system'
        ORDER BY bucket_start_date LIMIT 1))
    """)

  private static func firstDay(
    of pipeline: String, _ transaction: borrowing WriteTransaction
  ) throws -> CalendarDate? {
    try transaction.fetchOne(firstDays, pipeline) { row in
      try row.value(at: 0, as: CalendarDate?.self)
    } ?? nil
  }

  private static func compute(
    _ kinds: Set<BucketKind>, _ days: ClosedRange<CalendarDate>, _ yesterday: CalendarDate,
    _ transaction: borrowing WriteTransaction
  ) throws -> SnapshotRefresh {
    let buckets = kinds.sorted().flatMap {
      Bucket.covering(days, kind: $0, endingBy: yesterday)
    }
    var changes = 0
    var count = 0
    for name in try pipelineNames(transaction) {
      changes += try write(buckets, pipeline: name, base: .snapshots, transaction)
      count += buckets.count
    }
    return SnapshotRefresh(days: days, buckets: count, changedRows: changes)
  }

  /// The pipelines that are defined or have had customers.
  private static func pipelineNames(
    _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> [String] {
    try transaction.fetchAll(pipelines) { row in try row.value(at: 0) }
  }

  /// The pipelines that have snapshots.
  static func storedPipelineNames(
    _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> [String] {
    try transaction.fetchAll(storedPipelines) { row in try row.value(at: 0) }
  }

  /// Computes buckets and writes them where they differ; answers how many rows did.
  static func write(
    _ buckets: [Bucket], pipeline name: String, base: FigureEngine.Base,
    _ transaction: borrowing WriteTransaction
  ) throws -> Int {
    let pipeline = try Pipeline(name, transaction)
    var writer = SnapshotWriter(pipeline: name)
    try FigureEngine.run(pipeline, buckets: buckets, base: base, transaction) {
      bucket, scope, figures in
      try writer.write(bucket, scope, figures, transaction)
    }
    try writer.finishBucket(transaction)
    return writer.changes
  }
}
