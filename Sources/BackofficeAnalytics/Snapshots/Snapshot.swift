public import Backoffice

/// The stored figures of one bucket and scope, as of the end of the bucket.
public struct Snapshot: TableRow, Hashable {
  /// The table's name.
  public static let tableName = "analytics_snapshots"
  /// The columns, in the order in which they are read.
  public static let columns = [
    "bucket_kind", "bucket_start_date", "bucket_end_date", "pipeline", "scope", "owner_id",
    "total_customers", "new_customers", "active_customers", "converted_customers",
    "lost_customers", "status_counts", "cycle_time_sum_microseconds", "cycle_time_count",
    "computed_at",
  ]

  /// The bucket.
  public let bucket: Bucket
  /// The pipeline.
  public let pipeline: String
  /// Whose customers.
  public let scope: Scope
  /// The figures.
  public let figures: Figures
  /// When the row was written last.
  public let computedAt: Timestamp

  /// Decodes a row whose columns are ``columns``.
  ///
  /// - Throws: ``RowDecodingError`` when a column holds something else.
  public init(_ row: borrowing Row) throws {
    var column = row.reader()
    let kind: BucketKind = try column.next()
    let start: CalendarDate = try column.next()
    let end: CalendarDate = try column.next()
    bucket = Bucket(kind: kind, days: start...max(start, end))
    pipeline = try column.next()
    let scopeName: String = try column.next()
    scope = Scope(column: scopeName, owner: try column.next())
    var figures = Figures()
    figures.total = try column.next()
    figures.new = try column.next()
    figures.active = try column.next()
    figures.converted = try column.next()
    figures.lost = try column.next()
    figures.statusCounts = try column.next(JSONText.self).decode()
    figures.cycleTimeSum = try column.next()
    figures.conversions = try column.next()
    self.figures = figures
    computedAt = try column.next()
  }
}

extension Analytics {
  private static let list = SQLStatement(
    """
    SELECT \(Snapshot.selection) FROM analytics_snapshots
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
  ///   - limit: how many, 1 to 1,000; 1,000 by default. For more, ask from the last day on.
  /// - Complexity: one walk along an index.
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

  static var snapshotStatements: [SQLStatement] { [list] }
}
