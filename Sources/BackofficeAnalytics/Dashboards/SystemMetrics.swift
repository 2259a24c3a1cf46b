public import Backoffice

/// A measurement: a named value at a moment.
public struct SystemMetric: Sendable, Hashable {
  /// Its type, such as `queue`.
  public var type: String
  /// Its name, such as `queue.depth`.
  public var name: String
  /// The value.
  public var value: Double
  /// Its dimensions, a JSON object.
  public var dimensions: JSONText
  /// When it was measured; nil for the time of the transaction.
  public var at: Timestamp?

  /// Describes a measurement.
  public init(
    type: String, name: String, value: Double, dimensions: JSONText = .emptyObject,
    at: Timestamp? = nil
  ) {
    self.type = type
    self.name = name
    self.value = value
    self.dimensions = dimensions
    self.at = at
  }
}

/// Statistics of the measurements of one name.
public struct MetricSummary: Sendable, Hashable {
  /// How many there are.
  public let count: Int
  /// The smallest value.
  public let minimum: Double?
  /// The mean.
  public let mean: Double?
  /// The largest value.
  public let maximum: Double?
}

extension Analytics {
  private static let insertMetric = SQLStatement(
    """
    INSERT INTO system_metrics (metric_type, metric_name, value, dimensions, at)
    VALUES (?, ?, ?, ?, ?)
    """)

  private static let metricsByName = SQLStatement(
    """
    SELECT pk, metric_type, metric_name, value, dimensions, at FROM system_metrics
    WHERE metric_name = ?1 AND at >= ?2 AND at <= ?3 AND (at < ?3 OR pk < ?4)
    ORDER BY at DESC, pk DESC LIMIT ?5
    """)

  private static let metricSummary = SQLStatement(
    """
    SELECT count(*), min(value), avg(value), max(value) FROM system_metrics
    WHERE metric_name = ? AND at >= ? AND at < ?
    """)

  private static let eraseMetrics = SQLStatement(
    """
    DELETE FROM system_metrics WHERE pk IN (
      SELECT pk FROM system_metrics WHERE at < ? ORDER BY at LIMIT ?)
    """)

  /// Stores measurements in one transaction.
  ///
  /// - Throws: ``AnalyticsError/invalidMetric(name:)`` if one has no type, no name or no finite value; then
  ///   none is stored.
  public func record(_ metrics: [SystemMetric]) throws {
    for metric in metrics {
      guard !metric.type.isEmpty, !metric.name.isEmpty, metric.value.isFinite else {
        throw AnalyticsError.invalidMetric(name: metric.name)
      }
    }
    try access.write { transaction in
      for metric in metrics {
        try transaction.execute(
          Self.insertMetric, metric.type, metric.name, metric.value, metric.dimensions,
          metric.at ?? transaction.now)
      }
    }
  }

  /// A page of the measurements of a name, newest first.
  ///
  /// - Throws: `StorageError` and `SQLiteError` when the file cannot be read.
  /// - Complexity: grows with the page.
  public func metrics(
    named name: String, since start: Timestamp = .distantPast, before cursor: PageCursor? = nil,
    limit: Int = PageLimit.standard
  ) throws -> Page<SystemMetric> {
    let limit = PageLimit.clamped(limit)
    return try access.readOnce { transaction in
      var cursors: [PageCursor] = []
      var elements: [SystemMetric] = try transaction.fetchAll(
        Self.metricsByName, name, start, cursor?.value ?? Int64.max, cursor?.key ?? Int64.max,
        limit + 1
      ) { row in
        var column = row.reader()
        let key: Int64 = try column("key")
        let metric = SystemMetric(
          type: try column("type"), name: try column("name"), value: try column("value"),
          dimensions: try column("dimensions"), at: try column("at"))
        cursors.append(PageCursor(value: metric.at?.microseconds ?? 0, key: key))
        return metric
      }
      guard elements.count > limit else { return Page(elements: elements, next: nil) }
      elements.removeLast(elements.count - limit)
      return Page(elements: elements, next: cursors[limit - 1])
    }
  }

  /// Statistics of the measurements of a name in a range of time; nil without measurements.
  ///
  /// - Throws: `StorageError` and `SQLiteError` when the file cannot be read.
  /// - Complexity: grows with those measurements.
  public func metricSummary(
    named name: String, in times: Range<Timestamp>
  ) throws -> MetricSummary? {
    try access.readOnce { transaction in
      try transaction.fetchOne(
        Self.metricSummary, name, times.lowerBound, times.upperBound
      ) { row in
        MetricSummary(
          count: try row.value(at: 0), minimum: try row.value(at: 1), mean: try row.value(at: 2),
          maximum: try row.value(at: 3))
      }
    }
  }

  /// Removes old measurements, oldest first.
  ///
  /// - Parameters:
  ///   - moment: measurements before it are removed.
  ///   - limit: how many at most; 10,000 by default.
  /// - Returns: how many were removed; call again while it equals `limit`.
  /// - Throws: `StorageError` and `SQLiteError` when the file cannot be written.
  @discardableResult
  public func removeMetrics(before moment: Timestamp, limit: Int = 10_000) throws -> Int {
    try access.write { transaction in
      try transaction.execute(Self.eraseMetrics, moment, max(0, limit))
    }
  }
}
