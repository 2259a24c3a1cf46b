import Backoffice

/// The stored snapshots: they must be what history says about the end of their buckets.
///
/// Buckets that a late history row touched are left out until the next refresh takes them again.
struct SnapshotValue: DerivedValue {
  private static let stored = SQLStatement(
    """
    SELECT bucket_kind, bucket_start_date FROM analytics_snapshots
    WHERE pipeline = ?1 AND scope = 'system' AND (?2 IS NULL OR bucket_end_date < ?2)
    """)

  private static let rows = SQLStatement(
    """
    SELECT \(Snapshot.selection) FROM analytics_snapshots
    WHERE pipeline = ?1 AND (?2 IS NULL OR bucket_end_date < ?2)
    """)

  private struct Place: Hashable {
    let bucket: Bucket
    let scope: Scope
  }

  var name: String { "analytics.snapshots" }
  var triggers: [Trigger] { [] }

  private func buckets(
    _ pipeline: String, before dirty: CalendarDate?,
    _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> [Bucket] {
    try transaction.fetchAll(Self.stored, pipeline, dirty) { row in
      try row.value(at: 0, as: BucketKind.self).bucket(of: row.value(at: 1))
    }
  }

  func findings(in transaction: borrowing ReadTransaction, limit: Int) throws -> [Finding] {
    var findings: [Finding] = []
    let dirty = try AnalyticsMarks.day(AnalyticsMarks.dirtyFrom, transaction)
    for name in try Analytics.storedPipelineNames(transaction) {
      guard findings.count < limit else { break }
      var computed: [Place: Figures] = [:]
      try FigureEngine.run(
        Pipeline(name, transaction), buckets: buckets(name, before: dirty, transaction),
        base: .flows, transaction
      ) { computed[Place(bucket: $0, scope: $1)] = $2 }
      try transaction.forEach(Self.rows, name, dirty) { row in
        let snapshot = try Snapshot(row)
        let place = Place(bucket: snapshot.bucket, scope: snapshot.scope)
        let expected = computed.removeValue(forKey: place)
        if expected != snapshot.figures {
          findings.append(finding(place, name, expected, snapshot.figures))
        }
        return findings.count < limit
      }
      guard findings.count < limit else { break }
      for (place, figures) in computed { findings.append(finding(place, name, figures, nil)) }
    }
    return Array(findings.prefix(limit))
  }

  private func finding(
    _ place: Place, _ pipeline: String, _ expected: Figures?, _ found: Figures?
  ) -> Finding {
    func text(_ figures: Figures?) -> String {
      guard let figures else { return "no row" }
      let counts = figures.statusCounts.sorted { $0.key < $1.key }
        .map { "\($0.key) \($0.value)" }.joined(separator: ", ")
      return "total \(figures.total), new \(figures.new), active \(figures.active), converted "
        + "\(figures.converted), lost \(figures.lost), conversions \(figures.conversions) in "
        + "\(figures.cycleTimeSum) µs [\(counts)]"
    }
    let kind = place.bucket.kind?.rawValue ?? "custom"
    return Finding(
      check: name,
      entity: "analytics_snapshots \(kind) \(place.bucket.start) \(pipeline) "
        + "\(place.scope.column) \(place.scope.key)",
      problem: "expected \(text(expected)); found \(text(found))")
  }

  func rebuild(in transaction: borrowing WriteTransaction) throws -> Int {
    let dirty = try AnalyticsMarks.day(AnalyticsMarks.dirtyFrom, transaction)
    var changes = 0
    for name in try Analytics.storedPipelineNames(transaction) {
      changes += try Analytics.write(
        buckets(name, before: dirty, transaction), pipeline: name, base: .flows, transaction)
    }
    return changes
  }
}
