public import Backoffice

/// The stored figures of one bucket and scope, as of the end of the bucket.
public struct Snapshot: TableRow, Hashable {
  /// The table's name.
  public static let tableName = "analytics_snapshots"
  /// The bucket.
  public let bucket: Bucket
  /// The pipeline.
  public let pipeline: String
  /// Whose customers.
  public let scope: Scope
  /// The figures.
  public let figures: Figures
  /// When the row last changed.
  public let computedAt: Timestamp

  /// Declares the columns that it reads.
  ///
  /// - Throws: `ColumnError` for a column of another type.
  public init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    let kind: BucketKind = try column("bucket_kind")
    let start: CalendarDate = try column("bucket_start_date")
    bucket = Bucket(kind: kind, days: start...max(start, try column("bucket_end_date")))
    pipeline = try column("pipeline")
    scope = Scope(column: try column("scope"), owner: try column("owner_id"))
    var figures = Figures()
    figures.total = try column("total_customers")
    figures.new = try column("new_customers")
    figures.active = try column("active_customers")
    figures.converted = try column("converted_customers")
    figures.lost = try column("lost_customers")
    figures.statusCounts = (try column("status_counts") as StatusCounts).counts
    figures.cycleTimeSum = try column("cycle_time_sum_microseconds")
    figures.conversions = try column("cycle_time_count")
    self.figures = figures
    computedAt = try column("computed_at")
  }

  /// The document of the column `status_counts`.
  private struct StatusCounts: ColumnDecodable {
    let counts: [String: Int]

    static func decode(_ column: borrowing ColumnValue) -> StatusCounts? {
      JSONText.decode(column).flatMap { try? $0.decode() }.map(StatusCounts.init)
    }

    static func columnSample(_ number: Int) -> StatusCounts? { StatusCounts(counts: [:]) }
  }
}

extension Analytics {
  private static let list = Snapshot.select(
    """
    WHERE bucket_kind = ? AND bucket_start_date >= ? AND bucket_start_date <= ? AND pipeline = ?
      AND scope = ? AND owner_id = ?
    ORDER BY bucket_start_date LIMIT ?
    """)

  /// The stored snapshots of a scope whose buckets begin in `days`, oldest first.
  ///
  /// - Parameters:
  ///   - kind: the length of the buckets.
  ///   - scope: whose customers; all by default.
  ///   - pipeline: the pipeline; `sales` by default.
  ///   - days: in which the buckets begin.
  ///   - limit: how many, 1 to 1,000; 1,000 by default. To read more, continue after the last bucket.
  /// - Throws: `StorageError` and `SQLiteError` when the file cannot be read.
  /// - Complexity: reads an index range.
  public func snapshots(
    _ kind: BucketKind, of scope: Scope = .system, pipeline: String = "sales",
    in days: ClosedRange<CalendarDate>, limit: Int = PageLimit.maximum
  ) throws -> [Snapshot] {
    try access.readOnce { transaction in
      try Snapshot.fetchAll(
        transaction, Self.list, kind, days.lowerBound, days.upperBound, pipeline, scope.column,
        scope.key, PageLimit.clamped(limit))
    }
  }

}
